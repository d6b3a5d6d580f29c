"""What params.yaml may hold: every key with its type and range."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

Fraction = Annotated[float, Field(gt=0, lt=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]
Name = Annotated[str, Field(min_length=1)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-fA-F]{64}$")]


def _is_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"should be a regular expression ({error})") from None
    return text


Pattern = Annotated[str, Field(min_length=1), AfterValidator(_is_pattern)]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _each_once(names: list[str]) -> list[str]:
    if len(set(names)) < len(names):
        raise ValueError("should name each class once")
    return names


class Sample(Section):
    classes: Annotated[
        list[Literal["cats", "dogs", "rabbits", "bears", "foxes"]], Field(min_length=2), AfterValidator(_each_once)
    ]
    train: Annotated[int, Field(ge=8)]
    test: Annotated[int, Field(ge=4)]

    @field_validator("train", "test")
    @classmethod
    def _some_of_each_class(cls, value: int, info: ValidationInfo) -> int:
        each = {"train": 4, "test": 2}[info.field_name]
        classes = len(info.data.get("classes", ()))
        if value < each * classes:
            raise ValueError(f"should be at least {each * classes}, {each} of each class")
        return value


class Labels(Section):
    """Where labels come from if not from folders: the columns of a table, or a pattern on file names."""

    table: Name | None = None
    file: Name | None = None
    label: Name | None = None
    split: Name | None = None
    group: Name | None = None
    pattern: Pattern | None = None

    @model_validator(mode="after")
    def _table_or_pattern(self) -> "Labels":
        columns = [self.file, self.label]
        sound = not any((self.table, *columns, self.split, self.group)) if self.pattern else self.table and all(columns)
        if not sound:
            raise ValueError("should have table, file and label (and may have split and group), or pattern alone")
        return self


class Local(Section):
    train: str
    validation: str | None
    test: str | None
    test_share: Fraction

    @property
    def places(self) -> dict[str, str]:
        """The paths that are given, by key."""
        return {key: getattr(self, key) for key in ("train", "validation", "test") if getattr(self, key) is not None}


class Url(Section):
    train: str
    test: str | None
    train_sha256: Sha256 | None
    test_sha256: Sha256 | None
    test_share: Fraction


class GoogleDrive(Section):
    train: str
    test: str


class Dvc(Section):
    repo: str
    path: str
    rev: str | None
    test_share: Fraction


class HuggingFace(Section):
    repo: Annotated[str, Field(pattern=r"^[\w.-]+/[\w.-]+$")]
    path: str | None
    revision: str | None
    test_share: Fraction


class Data(Section):
    source: Literal["sample", "local", "url", "google_drive", "dvc", "huggingface"]
    classes: Annotated[list[Name], Field(min_length=2), AfterValidator(_each_once)] | None
    positive_class: Name | None
    allow_missing_in_test: bool
    labels: Labels | None
    sample: Sample
    local: Local
    url: Url
    google_drive: GoogleDrive
    dvc: Dvc
    huggingface: HuggingFace

    @property
    def chosen(self) -> Section:
        """The settings of the chosen source: in dvc.yaml, `data.${data.source}`."""
        return getattr(self, self.source)


class Image(Section):
    size: Annotated[int, Field(ge=32, le=1024)]
    min_size: Count
    max_pixels: Count


class Preprocess(Section):
    max_reject_fraction: Annotated[float, Field(ge=0, le=1)]
    max_duplicate_fraction: Annotated[float, Field(ge=0, le=1)]
    near_duplicates: bool


class Split(Section):
    validation: Fraction
    group: Pattern | None


class Backbone(Section):
    name: str
    weights: str


class Head(Section):
    l2: Annotated[list[Positive], Field(min_length=1)]
    epochs: Count
    folds: Literal["auto", 0] | Annotated[int, Field(ge=2)]


class Finetune(Section):
    epochs: Annotated[int, Field(ge=0)]
    learning_rate: Positive
    warmup_epochs: NonNegative
    weight_decay: NonNegative
    layer_decay: Annotated[float, Field(gt=0, le=1)]
    optimizer: dict[str, bool | int | float]
    unfreeze: str | float
    batch_size: Count
    crop: Annotated[float, Field(gt=0, le=1)]

    @field_validator("unfreeze", mode="plain", json_schema_input_type=str | Annotated[float, Field(ge=0, le=1)])
    @classmethod
    def _block_or_share(cls, value: Any) -> str | float:
        share = isinstance(value, float | int) and not isinstance(value, bool) and 0 <= value <= 1
        if not share and not isinstance(value, str):
            raise ValueError("should be all, none, the name of a block, or a share of the blocks in [0, 1]")
        return value


class Hardware(Section):
    devices: Literal["auto", "gpu", "cpu"] | Count
    jit_compile: bool


class Scratch(Section):
    epochs: Count
    learning_rate: Positive
    batch_size: Count


class SampleEfficiency(Section):
    models: list[Literal["head", "finetuned"]]
    sizes: list[Count]
    draws: Count


class Evaluate(Section):
    threshold: Fraction
    mirror: bool


class Report(Section):
    language: Literal["en", "es"]


class Params(Section):
    seed: Annotated[int, Field(ge=0, lt=2**31)]
    data: Data
    image: Image
    preprocess: Preprocess
    split: Split
    backbone: Backbone
    class_weights: Literal["none", "balanced"]
    head: Head
    finetune: Finetune
    hardware: Hardware
    precision: Literal["auto", "float32", "mixed_float16", "mixed_bfloat16"]
    baselines: Annotated[list[Literal["scratch"]], Field(max_length=1)]
    scratch: Scratch
    sample_efficiency: SampleEfficiency
    evaluate: Evaluate
    report: Report
