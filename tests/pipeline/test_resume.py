"""Fine-tuning under DVC that is stopped goes on where it was."""

import os
import signal
import subprocess
import time

import pytest

from tests.pipeline.repro import ran


@pytest.mark.slow
def test_fine_tuning_that_was_stopped_goes_on_to_the_same_bytes(again):
    """Once by SIGKILL of everything, once by Ctrl-C; a checkpoint of other params is not used.

    DVC is the real one, whose processes are one group, as in a terminal.
    """
    again.cold("dvc").set(**{"finetune.epochs": 6})
    checkpoint = again.folder / "models/.finetuned.checkpoint"

    def stop(epochs: int, how: signal.Signals) -> str:
        """Start `dvc repro`, and stop it when so many epochs, epoch 0 counted, are finished."""
        running = subprocess.Popen(
            ["dvc", "repro"],
            cwd=again.folder,
            env=again.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        saved = None
        while epochs and running.poll() is None:
            now = checkpoint.stat().st_mtime_ns if checkpoint.is_file() else None
            epochs, saved = epochs - (now != saved), now
            time.sleep(0.01)
        os.killpg(running.pid, how)
        return running.communicate()[1]

    stop(2, signal.SIGKILL)
    assert "error: finetune was interrupted; training is kept up to epoch " in stop(2, signal.SIGINT)
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
