"""Which model a command takes, and that it says so."""

import json

import pytest

from transfer.errors import InputError
from transfer.project.models import choose_model


@pytest.fixture
def models(tmp_path, monkeypatch):
    """A folder with both models of a run, and none that is recommended."""
    monkeypatch.chdir(tmp_path)
    for name in ("head", "finetuned"):
        (tmp_path / "models" / name).mkdir(parents=True)
        (tmp_path / "models" / name / "model.keras").touch()
    (tmp_path / "metrics").mkdir()
    return tmp_path


@pytest.mark.parametrize("recommended", ["head", "finetuned"])
def test_the_recommended_one_is_taken_unless_another_is_named(models, capsys, recommended):
    (models / "metrics/comparison.json").write_text(json.dumps({"n": 9, "recommended": recommended}))
    for given, name, why in (
        (None, recommended, "recommended by the verdict; --model takes another"),
        ("head", "head", "as --model says"),
    ):
        assert choose_model(given)[0] == name
        out, err = capsys.readouterr()
        assert out == "" and err == f"model: models/{name}/model.keras ({why})\n"


@pytest.mark.parametrize(("content", "said"), [(None, "is not there to recommend one"), ("{}", "recommends none")])
def test_where_none_is_recommended_it_says_that(models, capsys, content, said):
    if content:
        (models / "metrics/comparison.json").write_text(content)  # as older runs wrote it
    assert choose_model(None)[0] == "finetuned"
    assert f"metrics/comparison.json {said}; --model takes another" in capsys.readouterr().err


def test_a_file_goes_by_its_name_and_one_that_is_not_there_is_said(models, capsys):
    (models / "theirs.keras").touch()
    assert choose_model("theirs.keras")[0] == "theirs"
    assert capsys.readouterr().err == "model: theirs.keras (as --model says)\n"
    with pytest.raises(InputError, match="models/best/model.keras is not there; `dvc repro` makes the models"):
        choose_model("best")
