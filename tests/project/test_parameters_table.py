"""docs/parameters.md says of each parameter what params.yaml, the schema and dvc.yaml say."""

import re

import pytest
import yaml

from tests.wiring import ROOT
from transfer.project import parameters_table
from transfer.project.parameters_table import allowed_values, commented_keys, key_schema, rerun_stages

PARAMS, PIPELINE = ((ROOT / name).read_text(encoding="utf-8") for name in ("params.yaml", "dvc.yaml"))
STAGES = yaml.safe_load(PIPELINE)["stages"]
KEYS = {key: (value, comment) for key, value, comment in commented_keys(PARAMS)}
LEAVES = {key: value for key, (value, _) in KEYS.items() if not isinstance(value, dict)}


def test_the_page_is_up_to_date():
    page = (ROOT / "docs/parameters.md").read_text(encoding="utf-8")
    written = page.split(parameters_table.START)[1].split(parameters_table.END)[0]
    assert written == parameters_table.tables(PARAMS, PIPELINE), "call `make docs`"


def leaves(values: dict, prefix: str = "") -> dict:
    return {
        name: leaf
        for key, value in values.items()
        for name, leaf in (
            leaves(value, f"{prefix}{key}.").items() if isinstance(value, dict) else [(f"{prefix}{key}", value)]
        )
    }


def test_every_parameter_is_found_and_described():
    """The lines are read by a pattern; what YAML reads is the same."""
    assert leaves(yaml.safe_load(PARAMS)) == LEAVES
    assert [key for key in LEAVES if not KEYS[key][1]] == []


def test_the_page_is_written_between_its_marks(tmp_path, monkeypatch):
    for name, text in (("params.yaml", PARAMS), ("dvc.yaml", PIPELINE)):
        (tmp_path / name).write_text(text)
    (tmp_path / "docs").mkdir()
    page = tmp_path / "docs/parameters.md"
    page.write_text(f"before\n{parameters_table.START}what was there\n{parameters_table.END}after\n")
    monkeypatch.chdir(tmp_path)
    parameters_table.main()
    text = page.read_text()
    assert text.startswith(f"before\n{parameters_table.START}### ") and text.endswith(f"{parameters_table.END}after\n")
    assert "what was there" not in text


@pytest.mark.parametrize(
    "key, said",
    [
        ("seed.training", "whole number ≥ 0 and < 2,147,483,648"),
        ("data.source", "`sample`, `local`, `url`, `google_drive`, `dvc`, `huggingface`, `kaggle`"),
        ("data.url.test", "text or `null`"),
        ("data.url.test_sha256", "64 hexadecimal digits or `null`"),
        ("head.l2", "list of numbers > 0 (at least one)"),
        ("finetune.unfreeze", "text or number ≥ 0 and ≤ 1"),
        ("finetune.optimizer.global_clipnorm", "`true`, `false` or number"),
        ("data.classes", "list of text (at least two) or `null`"),
        ("hardware.devices", "`auto`, `gpu`, `cpu` or whole number ≥ 1"),
        ("baselines", "list of `scratch`"),
        ("evaluate.threshold", "number > 0 and < 1 or `auto`"),
    ],
)
def test_allowed_values_are_said_in_words(key, said):
    assert allowed_values(key_schema(key)) == said


# Worked out by hand. The most exact name counts.
ALWAYS = ["download", "preprocess", "feature-extract", "train-head", "finetune", "evaluate"]
BASELINE, EFFICIENCY = "baseline", "sample-efficiency"
CANDIDATES = {"candidate-features", "select"}
RERUN = {
    "seed.data": {*STAGES},
    "seed.training": {*ALWAYS[3:], BASELINE, EFFICIENCY, "select"},
    "data": {*STAGES},
    "data.positive_class": {*STAGES} - {"download"},
    "data.classes": {*STAGES} - {"download"},
    "data.allow_missing_in_test": {*STAGES} - {"download"},
    "image": {*STAGES} - {"download"},
    "preprocess": {*STAGES} - {"download"},
    "split": {*STAGES} - {"download"},
    "candidates": {*CANDIDATES, "evaluate"},
    "backbone": {*STAGES} - {"download", "preprocess", *CANDIDATES},
    "hardware": {*STAGES} - {"download", "preprocess"},
    "precision": {*STAGES} - {"download", "preprocess"},
    "class_weights": {*ALWAYS[3:], BASELINE, EFFICIENCY},
    "head": {*ALWAYS[3:], EFFICIENCY},
    "head.l2": {*ALWAYS[3:], EFFICIENCY, "select"},
    "head.epochs": {*ALWAYS[3:], EFFICIENCY, "select"},
    "finetune": {*ALWAYS[4:], EFFICIENCY},
    "finetune.crop": {*ALWAYS[4:], BASELINE, EFFICIENCY},
    "finetune.weight_decay": {*ALWAYS[4:], BASELINE, EFFICIENCY},
    "finetune.warmup_epochs": {*ALWAYS[4:], BASELINE, EFFICIENCY},
    "baselines": {"evaluate", BASELINE},
    "scratch": {"evaluate", BASELINE},
    "sample_efficiency": {"evaluate", EFFICIENCY},
    "evaluate": {"evaluate"},
    "evaluate.threshold": {"evaluate", EFFICIENCY},
    "predict": {"evaluate"},
    "report": {"evaluate"},
}


@pytest.mark.parametrize("key", LEAVES)
def test_stages_that_run_again_are_those_of_dvc(key):
    section = max((name for name in RERUN if f"{key}.".startswith(f"{name}.")), key=len)
    assert rerun_stages(key, STAGES) == RERUN[section]


def test_stages_that_run_again_are_said_in_few_words():
    said = {key: parameters_table.describe_reruns(key, STAGES) for key in LEAVES}
    assert said["seed.data"] == "all"
    assert said["image.size"] == "`preprocess` and all after it"
    assert said["head.l2"] == "`train-head`, `finetune`, `evaluate`, `sample-efficiency`, `select`"
    assert said["report.language"] == "`evaluate`"
    assert all(re.fullmatch(r"all|`[\w-]+` and all after it|`[\w-]+`(, `[\w-]+`)*", words) for words in said.values())
