"""What the section `data` of params.yaml may hold: where pictures and labels come from."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from transfer.project.schema_types import Count, Fraction, Name, Pattern, Section, Sha256


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


class Kaggle(Section):
    dataset: Annotated[str, Field(pattern=r"^[\w.-]+/[\w.-]+$")]
    version: Count | None
    test_share: Fraction


class Data(Section):
    source: Literal["sample", "local", "url", "google_drive", "dvc", "huggingface", "kaggle"]
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
    kaggle: Kaggle

    @property
    def chosen(self) -> Section:
        """The settings of the chosen source: in dvc.yaml, `data.${data.source}`."""
        return getattr(self, self.source)
