"""The classes of a run are known from what Git holds of it, also where it was made before there were several."""

import json

import pytest

from transfer.classes import Classes
from transfer.project.revisions import Revision


@pytest.mark.parametrize(
    ("names", "positive", "classes"),
    [
        (("cats", "dogs"), "auto", Classes(("cats", "dogs"), "dogs")),
        (("cats", "dogs"), "cats", Classes(("dogs", "cats"), "cats")),  # as old runs wrote names: by the alphabet
        (("dogs", "cats"), "auto", Classes(("dogs", "cats"), "cats")),  # in the order of data.classes
        (("cats", "Dogs"), "dogs", Classes(("cats", "Dogs"), "Dogs")),
        (("cats", "dogs"), "null", Classes(("cats", "dogs"))),
        (("1e3", "no"), "1e3", Classes(("no", "1e3"), "1e3")),
        (("owls", "cats", "dogs"), "dogs", Classes(("owls", "cats", "dogs"))),
    ],
)
def test_classes_of_a_revision(project, monkeypatch, names, positive, classes):
    (project.folder / "metrics").mkdir()
    counts = {"train": dict.fromkeys(names, 5)}
    (project.folder / "metrics/data.json").write_text(json.dumps({"counts": counts}))
    params = project.folder / "params.yaml"
    params.write_text(params.read_text().replace("positive_class: auto", f"positive_class: {positive}"))
    project.commit()
    monkeypatch.chdir(project.folder)
    assert Revision("HEAD").classes() == Revision("workspace").classes() == classes
