"""params.yaml is checked as a whole, and what is wrong is said in one line a key."""

import shutil
from io import StringIO
from pathlib import Path

import pytest
import yaml
from dvc.utils.serialize import load_yaml, modify_yaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tests.wiring import ROOT
from transfer.errors import InputError
from transfer.network.block_names import block_names
from transfer.network.catalogue import BACKBONES
from transfer.project.params import load_params
from transfer.project.schema import Params

SHIPPED = (ROOT / "params.yaml").read_text(encoding="utf-8")


def changed(tmp_path: Path, old: str, new: str) -> Path:
    assert old in SHIPPED
    path = tmp_path / "params.yaml"
    path.write_text(SHIPPED.replace(old, new))
    return path


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "params.yaml holds no parameters; `git checkout"),
        ("just text", "params.yaml holds no parameters"),
        (
            SHIPPED.replace("train: data/local/train", "train: 2024-02-30"),
            "params.yaml is not YAML: day is out of range",
        ),
        (
            SHIPPED.replace("group: #", "group: 'a{99999999999999999999}' #"),
            "split.group should be a regular expression",
        ),
    ],
)
def test_what_yaml_or_patterns_choke_on_gets_a_sentence(tmp_path, text, said):
    path = tmp_path / "params.yaml"
    path.write_text(text, encoding="utf-8")
    assert text != SHIPPED
    with pytest.raises(InputError) as caught:
        load_params(path)
    assert said in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "latin-1"])
def test_another_encoding_than_utf8_gets_a_sentence(tmp_path, encoding):
    path = tmp_path / "params.yaml"
    path.write_bytes(SHIPPED.replace("data/local/train", "data/Kätzchen").encode(encoding))
    with pytest.raises(InputError, match=r"params.yaml is not in UTF-8; save it again in that encoding"):
        load_params(path)
    path.write_bytes(SHIPPED.replace("data/local/train", "data/Kätzchen").encode("utf-8-sig"))
    assert load_params(path).data.local.train == "data/Kätzchen"


def test_shipped_params_are_sound():
    assert load_params(ROOT / "params.yaml").backbone.name == "efficientnet_lite0"


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("  epochs: 5 ", "  epoch: 5 ", "finetune.epoch is not a known key; did you mean epochs?"),
        (
            "  near_duplicates: true",
            "  near_duplicate_distance: 4",
            "near_duplicate_distance is no longer a key; write preprocess.near_duplicates: true, or false for exact",
        ),
        ("seed:", "sed:", "sed is not a known key; did you mean seed?"),
        ("seed:", "seed: 7\nsed:", "seed is a section; write seed.data and seed.training; found 7."),
        ("training: 7", "training: -1", "seed.training should be greater than or equal to 0; found -1."),
        ("training: 7", "training: 1.5", "seed.training should be a valid integer; found 1.5."),
        ("training: 7", "training: true", "seed.training should be a valid integer; found True."),
        ("source: sample", "source: ftp", "data.source should be "),
        (
            "learning_rate: 0.0003",
            "learning_rate: fast",
            "finetune.learning_rate should be a valid number; found 'fast'.",
        ),
        ("learning_rate: 0.0003", "learning_rate: 0", "finetune.learning_rate should be greater than 0; found 0."),
        (
            "learning_rate: 0.0003",
            "learning_rate: .nan",
            "finetune.learning_rate should be a finite number; found nan.",
        ),
        ("threshold: 0.5", "threshold: 1.5", "evaluate.threshold should be less than 1, or 'auto'; found 1.5."),
        ("unfreeze: all", "unfreeze: 1.5", "share of the blocks in [0, 1]; found 1.5."),
        ("unfreeze: all", "unfreeze: [a]", "finetune.unfreeze should be all, none, the name of a block,"),
        ("  l2: # str", "  l2: []\n  old_l2: # str", "head.l2 "),
        ("  - 0.0001\n", "  - -0.0001\n", "head.l2.0 should be greater than 0; found -0.0001."),
        ("baselines: []", "baselines: [none]", "baselines.0 should be 'scratch'; found 'none'."),
        ("baselines: []", "baselines: scratch", "baselines should be a valid list; found 'scratch'."),
        (
            "  models: []",
            "  models: [heads]",
            "sample_efficiency.models.0 should be 'head' or 'finetuned'; found 'heads'.",
        ),
        (
            "  classes: # names",
            "  classes: [a, b, a] # names",
            "data.classes should name each class once; found ['a', 'b', 'a'].",
        ),
        ("  classes: # names", "  classes: [a] # names", "data.classes should have at least 2 items; found ['a']."),
        ("  classes: # names", "  classes: a # names", "data.classes should be a valid list; found 'a'."),
        ("class: auto", "class: ''", "data.positive_class should have at least 1 character; found ''."),
        ("class: auto", "class: [a]", "data.positive_class should be a valid string; found ['a']."),
        ("folds: auto", "folds: 1", "head.folds should be 'auto' or 0, or greater than or equal to 2; found 1."),
        ("folds: auto", "folds: x", "head.folds should be 'auto' or 0, or a valid integer; found 'x'."),
        ("    train: 600", "    train: 7", "data.sample.train should be greater than or equal to 8; found 7."),
    ],
)
def test_each_fault_is_said_in_one_line(tmp_path, old, new, said):
    with pytest.raises(InputError) as caught:
        load_params(changed(tmp_path, old, new))
    lines = [line for line in str(caught.value).splitlines() if said in line]
    assert len(lines) == 1, str(caught.value)
    assert not any(word in str(caught.value) for word in ("pydantic", "validation error", "Traceback", "float]"))


@pytest.mark.parametrize("spelling", ["1e-4", "1E-4", "5e-05", "1.0e-4", "0.0001", "+1e-4", ".1e-3"])
def test_numbers_as_dvc_spells_them(tmp_path, spelling):
    path = changed(tmp_path, "learning_rate: 0.0003", f"learning_rate: {spelling}")
    assert load_params(path).finetune.learning_rate == float(spelling)


@pytest.mark.parametrize("name", ["yes", "no", "on", "off", "1e3", "2024", "0x10", "2024-01-01", "1_000", ".5", "true"])
def test_names_of_classes_are_text_however_they_look(tmp_path, name):
    for written in (name, f"'{name}'", f'"{name}"'):
        path = changed(tmp_path, "positive_class: auto", f"positive_class: {written}")
        path.write_text(path.read_text().replace("  classes: # names", f"  classes: [{written}, ~, null, other] #"))
        data = load_params(path).data
        assert (data.classes, data.positive_class) == ([name, "~", "null", "other"], name)


@pytest.mark.parametrize(
    ("written", "read"), [("null", None), ("~", None), ("", None), ("'null'", "null"), ("auto", "auto")]
)
def test_no_positive_class_is_not_a_class_of_that_name(tmp_path, written, read):
    path = changed(tmp_path, "positive_class: auto", f"positive_class: {written}")
    assert load_params(path).data.positive_class == read


@given(st.lists(st.text(st.characters(exclude_categories=("C", "Z")), min_size=1), min_size=2, unique=True))
def test_names_of_classes_as_dvc_writes_them(tmp_path_factory, names):
    yaml, written = YAML(), StringIO()
    values = yaml.load(SHIPPED)
    values["data"] |= {"classes": names, "positive_class": names[0]}
    yaml.dump(values, written)
    path = tmp_path_factory.mktemp("params") / "params.yaml"
    path.write_text(written.getvalue(), encoding="utf-8")
    data = load_params(path).data
    assert (data.classes, data.positive_class) == (names, names[0])


def test_several_faults_are_all_said(tmp_path):
    text = SHIPPED.replace("training: 7", "training: x").replace("threshold: 0.5", "threshold: 2")
    (tmp_path / "params.yaml").write_text(text)
    with pytest.raises(InputError) as caught:
        load_params(tmp_path / "params.yaml")
    assert "seed.training should" in str(caught.value) and "evaluate.threshold should" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize("text", ["", "a: [", "- 1", "just words", "\tseed: 7"])
def test_what_is_not_a_mapping_is_refused(tmp_path, text):
    (tmp_path / "params.yaml").write_text(text)
    with pytest.raises(InputError):
        load_params(tmp_path / "params.yaml")


def test_missing_file_and_missing_key(tmp_path):
    with pytest.raises(InputError, match="is not here"):
        load_params(tmp_path / "params.yaml")
    with pytest.raises(InputError, match="backbone.name is missing"):
        load_params(changed(tmp_path, "  name: efficientnet_lite0", "  # name: efficientnet_lite0"))


@given(
    rate=st.floats(1e-12, 1e6, allow_nan=False),
    decay=st.floats(0, 1e3),
    seed=st.integers(0, 2**31 - 1),
    l2=st.lists(st.floats(0, 1e6, exclude_min=True), min_size=1, max_size=5),
    unfreeze=st.one_of(st.floats(0, 1), st.sampled_from(["all", "block5"])),
)
def test_whatever_dvc_writes_is_read_back(tmp_path_factory, rate, decay, seed, l2, unfreeze):
    yaml = YAML()  # what DVC writes params.yaml with, after `-S`
    values = yaml.load(SHIPPED)
    values["seed"]["training"], values["head"]["l2"] = seed, l2
    values["finetune"] |= {"learning_rate": rate, "weight_decay": decay, "unfreeze": unfreeze}
    written = StringIO()
    yaml.dump(values, written)
    path = tmp_path_factory.mktemp("params") / "params.yaml"
    path.write_text(written.getvalue())
    loaded: Params = load_params(path)
    assert (loaded.seed.training, loaded.head.l2) == (seed, l2)
    assert (loaded.finetune.learning_rate, loaded.finetune.weight_decay, loaded.finetune.unfreeze) == (
        rate,
        decay,
        unfreeze,
    )


@pytest.mark.parametrize(
    "key, asked, plain",
    [
        ("candidates", ["efficientnet_lite0", "resnet50"], []),
        ("baselines", ["scratch"], []),
        ("sample_efficiency.models", ["head"], []),
        ("sample_efficiency.sizes", [5], [50, 100, 200]),
        ("backbone.name", ["efficientnet_lite0", "resnet50"], "efficientnet_lite0"),
        ("data.classes", ["cats", "dogs"], None),
        ("data.labels", {"pattern": "^(cat|dog)"}, None),
        ("head.l2", [1.0], [0.1, 1.0]),
        ("finetune.optimizer", {"use_ema": True}, {}),
    ],
)
def test_dvc_can_write_a_value_and_take_it_back_again_and_again(tmp_path, key, asked, plain):
    """Its writer of YAML moves comments about; where they stood badly, the file could not be read after a few times."""
    path = tmp_path / "params.yaml"
    path.write_text(SHIPPED)
    *sections, name = key.split(".")
    for value in (asked, plain) * 3:
        with modify_yaml(str(path)) as params:
            section = params
            for part in sections:
                section = section[part]
            section[name] = value
        found = load_yaml(str(path))
        for part in sections:
            found = found[part]
        assert found[name] == value


def test_dvc_changes_nothing_but_the_values_that_are_set(project):
    """The form of params.yaml is that in which DVC writes it: nulls empty, lists in rows."""
    shutil.copyfile(ROOT / "params.yaml", project.folder / "params.yaml")
    project.commit()
    faulty = ("-S", "data.sample.train=7", "-S", "finetune.learning_rate=1e-5", "-S", "head.l2=[0.1]")
    project.run("dvc", "exp", "run", *faulty, code=255)  # stopped by the first stage: it takes seconds
    changed = project.run("git", "diff", "-U0", "params.yaml").stdout.splitlines()[4:]
    added = [line.partition(" #")[0].rstrip() for line in changed if line.startswith("+")]
    assert added == ["+    train: 7", "+  learning_rate: 1e-05"]
    assert len([line for line in changed if line.startswith("-")]) == len(added) + 9  # of ten strengths one is left


def test_a_stage_ends_with_code_2_and_no_traceback(project):
    project.set(**{"finetune.learning_rate": -1.0})
    done = project.stage("download", code=2)
    assert done.stderr == "error: params.yaml: finetune.learning_rate should be greater than 0; found -1.0.\n"
    assert not (project.folder / "data" / "raw").exists()
    assert project.transfer("check", code=2).stderr == done.stderr


SEVERAL = ["efficientnet_lite0", "resnet50"]


@pytest.mark.parametrize(
    "change, said",
    [
        ({"backbone.name": "resnet51"}, "backbone.name 'resnet51' is not known; choose one of efficientnet_lite0, "),
        (
            {"finetune.unfreeze": "block77"},
            "finetune.unfreeze 'block77' is no block of efficientnet_lite0; choose all, none, or block1, ",
        ),
        (
            {"backbone.name": "resnet50", "finetune.unfreeze": "top"},
            "finetune.unfreeze 'top' is no block of resnet50; choose all, none, or conv1, conv2, conv3, conv4, conv5.",
        ),
        (
            {"backbone.name": SEVERAL},
            "backbone.name has several, and only a head is trained on their features: set finet",
        ),
        (
            {"backbone.name": SEVERAL, "finetune.epochs": 0, "baselines": ["scratch"]},
            "backbone.name has several, and only a head is trained on their features: set baselines to [], or name one",
        ),
        (
            {"backbone.name": SEVERAL, "finetune.epochs": 0, "backbone.weights": "mine.keras"},
            "backbone.weights is imagenet or random where backbone.name has several.",
        ),
        ({"backbone.name": ["resnet51", "resnet50"]}, "backbone.name 'resnet51' is not known; choose one of "),
        ({"backbone.name": SEVERAL[:1]}, "backbone.name should be the name of a backbone, or a list of different ones"),
        ({"backbone.name": SEVERAL * 2}, "backbone.name should be the name of a backbone, or a list of different ones"),
    ],
)
def test_what_the_catalogue_knows_is_said_by_the_first_stage(project, change, said):
    project.set(**change)
    for done in (project.stage("download", code=2), project.transfer("check", code=2)):
        assert done.stderr.startswith(f"error: params.yaml: {said}") and len(done.stderr.splitlines()) == 1
    assert not (project.folder / "data" / "raw").exists()


@pytest.mark.parametrize("what", [1, "1", 0.3, "all", "none", "block1", "conv5", "stage_3", "top"])
def test_a_share_of_the_blocks_suits_every_backbone_and_a_name_suits_some(tmp_path, what):
    suited = {name for name in BACKBONES if _suits(tmp_path, name, what)}
    everywhere = what in ("all", "none") or not isinstance(what, str)
    assert suited == {name for name in BACKBONES if everywhere or what in block_names(name)}


def _suits(folder: Path, backbone: str, unfreeze: str | float) -> bool:
    values = yaml.safe_load(SHIPPED)
    values["backbone"]["name"], values["finetune"]["unfreeze"] = backbone, unfreeze
    (folder / "params.yaml").write_text(yaml.safe_dump(values))
    try:
        return load_params(folder / "params.yaml").backbone.name == backbone
    except InputError:
        return False


def test_a_local_source_that_is_not_there_is_said_before_anything_runs(project):
    project.set(**{"data.source": "local", "data.local.test": "/nowhere/test.zip"})
    done = project.transfer("check", code=2)
    assert (
        done.stderr
        == "error: data.local.test names /nowhere/test.zip, which is not there; name a folder or an archive.\n"
    )
