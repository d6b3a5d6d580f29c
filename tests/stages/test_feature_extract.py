"""feature-extract says what the features show of the pictures."""

import json

import pytest
from PIL import ImageEnhance

from tests.in_process import use_local
from transfer.dataset.drawn import draw


@pytest.mark.slow
def test_frames_of_films_are_hinted_at(project, tmp_path):
    """Names alone say nothing: each class could have pictures of six breeds."""
    for label in ("cats", "dogs"):
        for film, name in enumerate(("garden", "walk", "sofa", "window", "beach", "roof")):
            for frame in range(8):
                drawn = ImageEnhance.Brightness(draw(label, film, 1)).enhance(1 + frame / 40)
                for split, number in (("train", frame), ("test", 900 + frame)):
                    folder = tmp_path / split / label
                    folder.mkdir(parents=True, exist_ok=True)
                    if split == "train" or frame < 1:
                        drawn.save(folder / f"{name}_{number:03d}.jpg", quality=90 - frame)
    use_local(project, tmp_path / "train", tmp_path / "test")
    project.set(**{"backbone.weights": "imagenet", "preprocess.near_duplicates": False})
    for stage in ("download", "preprocess"):
        assert "belong together" not in project.stage(stage).stdout
    said = project.stage("feature_extract").stdout
    hint = json.loads((project.folder / "data/features/group_hint.json").read_text())
    assert hint["share"] > 0.9 > 0.3 > hint["chance"]
    assert f"warning: pictures may belong together: {hint['share']:.0%} of them" in said
    project.set(**{"split.group": hint["pattern"]})
    project.stage("preprocess")
    assert "belong together" not in project.stage("feature_extract").stdout
    assert not (project.folder / "data/features/group_hint.json").exists()
