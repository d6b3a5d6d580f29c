"""A vision transformer goes through the whole workflow, its weights from a preset of KerasHub in a folder."""

import json

import pytest

from tests.network import presets
from tests.pipeline.repro import UP_TO_DATE

pytest.importorskip("keras_hub", reason="KerasHub needs Python 3.11")
OUTPUTS = ("metrics", "plots", "models", "data/features")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["dinov2_small", "vit_base_patch16_224_imagenet"])
def test_a_preset_goes_through_every_stage_and_gives_the_same_bytes_again(name, project, tmp_path):
    presets.save(name, tmp_path / "preset")
    project.set(
        **{
            "backbone.name": name,
            "backbone.weights": str(tmp_path / "preset"),
            "finetune.unfreeze": "block2",
            "finetune.crop": 1.0,
            "finetune.epochs": 2,
            "finetune.layer_decay": 0.5,
        }
    )
    printed = project.run("dvc", "repro").stdout
    assert "unfrozen: block2, block3, head (" in printed
    about = json.loads((project.folder / "models/backbone/backbone.json").read_text())
    assert about["features"] == presets.FAMILIES[name] and len(about["weights_sha256"]) == 64
    assert json.loads((project.folder / "metrics/finetuned.json").read_text())["n"] == 8
    assert (project.folder / "reports/index.html").is_file()

    before = project.files(*OUTPUTS)
    project.run("dvc", "repro", "--force")
    assert project.files(*OUTPUTS) == before
    assert UP_TO_DATE in project.run("dvc", "status").stdout


@pytest.mark.parametrize(
    "change, said",
    [
        ({"image.size": 100}, "dinov2_small takes pictures of a multiple of 14 pixels; image.size is 100."),
        (
            {"image.size": 112, "finetune.unfreeze": "block13"},
            "finetune.unfreeze 'block13' is no block of dinov2_small",
        ),
        (
            {"image.size": 112, "candidates": ["deit_tiny_distilled_patch16_224_imagenet-100"]},
            "a multiple of 16 pixels",
        ),
    ],
)
def test_what_does_not_suit_a_transformer_is_said_before_anything_runs(project, change, said):
    project.set(**{"backbone.name": "dinov2_small", "finetune.unfreeze": "all"} | change)
    assert said in project.transfer("check", code=2).stderr
