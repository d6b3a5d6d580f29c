"""A bar where somebody watches, and none, and no import of it, in a log."""

import subprocess
import sys

from transfer.dataset.progress import show_progress


class Terminal:
    """A stderr that says that it is a terminal, and keeps what is written."""

    def __init__(self):
        self.text = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        pass


def test_a_terminal_shows_how_far_the_work_is(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert list(show_progress(iter("abc"), "checking", "picture", 3)) == ["a", "b", "c"]
    assert "checking: 100%" in sys.stderr.text and "3/3" in sys.stderr.text


def test_a_log_shows_nothing_and_the_bar_is_not_imported():
    code = "import sys; from transfer.dataset.progress import show_progress as show; print(*show('abc', 'x', 'letter'))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; sys.exit('tqdm' in sys.modules)"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "a b c\n", "")
