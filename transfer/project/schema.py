"""What params.yaml may hold: every key with its type and range."""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from transfer.project.schema_data import Data
from transfer.project.schema_types import Count, Fraction, NonNegative, Pattern, Positive, Section

Whole = Annotated[int, Field(ge=0, lt=2**31)]


class Seed(Section):
    data: Whole
    training: Whole


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
    name: str | list[str]
    weights: str

    @field_validator("name", mode="plain", json_schema_input_type=str | list[str])
    @classmethod
    def _one_or_several(cls, value: Any) -> str | list[str]:
        several = isinstance(value, list) and all(isinstance(name, str) for name in value)
        if not isinstance(value, str) and not (several and len(set(value)) == len(value) > 1):
            raise ValueError("should be the name of a backbone, or a list of different ones")
        return value

    @property
    def names(self) -> list[str]:
        """The name, or those of several whose features are put side by side."""
        return [self.name] if isinstance(self.name, str) else self.name


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
    threshold: Fraction | Literal["auto"]
    false_negative_cost: Positive | None
    mirror: bool

    @property
    def given_threshold(self) -> float | None:
        """The threshold of all models; None where each has its own."""
        return None if self.threshold == "auto" else self.threshold


class Predict(Section):
    coverage: Fraction
    false_alarms: Fraction


class Report(Section):
    language: Literal["en", "es"]


class Params(Section):
    seed: Seed
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
    candidates: list[str]
    baselines: Annotated[list[Literal["scratch"]], Field(max_length=1)]
    scratch: Scratch
    sample_efficiency: SampleEfficiency
    evaluate: Evaluate
    predict: Predict
    report: Report
