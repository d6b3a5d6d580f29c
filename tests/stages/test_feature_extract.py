"""feature-extract says what the features show of the pictures."""

import json
from pathlib import Path

import pytest
from PIL import Image, ImageEnhance

from tests.in_process import use_local
from transfer.dataset.drawn import draw

FILMS = ("garden", "walk", "sofa", "window", "beach", "roof")


def save(image: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)


@pytest.mark.slow
def test_frames_of_films_are_hinted_at(project, tmp_path):
    """Names alone say nothing: each class could have pictures of six breeds."""
    for label in ("cats", "dogs"):
        for film, name in enumerate(FILMS):
            drawn = draw(label, film, 1)
            for frame in range(8):
                brighter = ImageEnhance.Brightness(drawn).enhance(1 + frame / 40)
                save(brighter, tmp_path / "train" / label / f"{name}_{frame:03d}.jpg")
            save(draw(label, 100 + film, 1), tmp_path / "test" / label / f"{film}.jpg")
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
