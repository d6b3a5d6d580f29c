"""`make gpu-check`: on a machine without a GPU there is nothing to check; its code runs on parts of the CPU here."""

from dataclasses import replace

import pytest

from transfer.commands import gpu_check
from transfer.network.device_trial import Outcome, Trial

TINY = Trial("efficientnet_lite0", size=32, batch_size=8, pictures=16, devices=2)
MACHINE = ["NVIDIA H100, 81559 MiB, 570.10", "NVIDIA H100, 81559 MiB, 570.10"]


def test_without_a_gpu_it_says_so_and_that_is_no_error(project, monkeypatch):
    monkeypatch.setattr(gpu_check.shutil, "which", lambda name: None)
    assert gpu_check.describe_machine() == []
    done = project.transfer("gpu-check")
    assert "No NVIDIA GPU is here" in done.stdout and "Not tried yet" in (project.folder / "docs/gpu.md").read_text()


@pytest.mark.slow
def test_a_trial_on_two_devices_gives_the_same_bytes_twice():
    row = gpu_check.try_it("train", TINY, times=2)
    assert (row["outcome"], row["load"]) == ("the same bytes", "") and int(row["speed"]) > 0


@pytest.mark.slow
def test_features_are_extracted_and_a_trial_that_fails_says_why():
    found = gpu_check.in_process(replace(TINY, train=False, devices="auto"))
    assert isinstance(found, Outcome) and "the CPU" in found.devices and len(found.sha256) == 64
    row = gpu_check.try_it("train", replace(TINY, batch_size=7), times=2)
    assert row["outcome"] == "failed: a batch of 7 pictures cannot be shared by 2 devices; take a multiple."


def test_everything_is_tried_and_other_bytes_are_a_failure(monkeypatch, tmp_path, capsys):
    tried = []

    def in_process(trial: Trial) -> Outcome:
        tried.append(trial)
        return Outcome("GPU", 1234.5, str(len(tried)) if trial.jit_compile else "same")

    monkeypatch.setattr(gpu_check, "in_process", in_process)
    monkeypatch.setattr(gpu_check, "describe_machine", lambda: MACHINE)
    monkeypatch.setattr(gpu_check, "run_twice", lambda: gpu_check.row("`dvc repro --force`", "the same bytes"))
    monkeypatch.setattr(gpu_check, "PAGE", tmp_path / "gpu.md")
    gpu_check.main(gpu_check.argparse.Namespace(trial=None))
    assert {trial.backbone for trial in tried} == {*gpu_check.FAMILIES, "efficientnet_lite0"}
    assert {trial.precision for trial in tried} == {"float32", "mixed_bfloat16", "mixed_float16", "auto"}
    assert 2 in {trial.devices for trial in tried}
    page = (tmp_path / "gpu.md").read_text()
    assert "- NVIDIA H100, 81559 MiB, 570.10" in page
    assert "| train resnet50 | works | 1,234 |  |" in page
    assert "| train with jit_compile | failed: other bytes the second time | 1,234 |  |" in page
    assert "21 of 23 checks passed" in capsys.readouterr().out


def test_one_gpu_is_not_asked_to_be_two():
    assert not [trial for _, trial in gpu_check.trials(gpus=1) if trial.devices == 2]
