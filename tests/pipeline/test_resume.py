"""Fine-tuning under DVC that is stopped goes on where it was."""

import os
import signal
import subprocess
import time

import pytest

from tests.pipeline.repro import ran


@pytest.mark.slow
def test_fine_tuning_that_was_stopped_goes_on_to_the_same_bytes(again, tmp_path):
    """Once by SIGKILL of everything, once by Ctrl-C; a checkpoint of other params is not used.

    The programs are the real ones, whose processes are one group, as in a terminal: nothing outlives a SIGKILL of it.
    """
    again.cold().set(**{"finetune.epochs": 6})
    checkpoint, said = again.folder / "models/.finetuned.checkpoint", tmp_path / "said"

    def stop(epochs: int, how: signal.Signals) -> str:
        """Start `dvc repro`, and stop it when it has finished so many epochs, epoch 0 counted."""
        with said.open("w") as output:
            running = subprocess.Popen(
                ["dvc", "repro"],
                cwd=again.folder,
                env=again.environment,
                stdout=output,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        saved = when_saved()
        while epochs and running.poll() is None:
            now = when_saved()
            epochs, saved = epochs - (now != saved), now
            time.sleep(0.01)
        os.killpg(running.pid, how)
        return running.communicate()[1]

    def when_saved() -> int | None:
        return checkpoint.stat().st_mtime_ns if checkpoint.is_file() else None

    stop(2, signal.SIGKILL)
    seen = stop(2, signal.SIGINT)
    assert "error: finetune was interrupted; " in seen and "Traceback" not in seen
    assert "going on after epoch" in said.read_text()
    done = again.run("dvc", "repro")
    assert ran(done.stdout) == ["finetune", "evaluate"]
    assert "going on after epoch" in done.stdout
    assert not checkpoint.exists()
    resumed = again.files("models", "metrics", "plots")

    again.set(**{"finetune.learning_rate": 1e-3})
    stop(2, signal.SIGKILL)
    assert checkpoint.exists()
    again.set(**{"finetune.learning_rate": 3e-4})
    done = again.run("dvc", "repro", "--force", "--single-item", "finetune")
    assert "going on after epoch" not in done.stdout
    assert again.files("models", "metrics", "plots") == resumed
