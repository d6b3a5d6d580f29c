"""What a report shows of a run."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from transfer.analysis.candidates import Ranking
from transfer.analysis.hand_labels import HandLabels
from transfer.analysis.model_results import ModelResults
from transfer.analysis.paired import Comparison
from transfer.analysis.threshold import ThresholdRule
from transfer.analysis.transfer_measures import TransferMeasures
from transfer.classes import Classes
from transfer.report.gallery import Picture, compact
from transfer.report.provenance import Provenance

SHEET_SIDE = 960  # pixels


@dataclass(frozen=True)
class Dataset:
    """The pictures.

    source: its name in params, such as "sample"
    summary: the content of metrics/data.json
    image_size: side of the models' input, pixels
    sheets: a split's name to an encoded picture of some of its pictures
    alike: how many pairs of pictures in different splits the backbone sees as nearly one, and a picture of the first
    group_hint: the content of group_hint.json; {} where pictures do not seem to belong together
    """

    source: str
    summary: dict
    image_size: int
    sheets: dict[str, bytes] = field(default_factory=dict)
    alike: tuple[int, bytes] = (0, b"")
    group_hint: dict = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path, features: Path, source: str, image_size: int) -> "Dataset":
        """Read the summary and the sheets.

        folder: of prepared pictures
        features: the folder of their features
        Other arguments: the fields.
        """
        sheets = {split: (folder / f"sheet_{split}.png").read_bytes() for split in ("train", "test")}
        small = {split: compact(content, SHEET_SIDE) for split, content in sheets.items()}
        pairs = len(pd.read_csv(features / "alike.csv"))
        alike = (pairs, compact((features / "sheet_alike.png").read_bytes(), SHEET_SIDE)) if pairs else (0, b"")
        hint = features / "group_hint.json"
        group_hint = json.loads(hint.read_text()) if hint.exists() else {}
        return cls(source, json.loads((folder / "summary.json").read_text()), image_size, small, alike, group_hint)


@dataclass(frozen=True, eq=False)
class Results:
    """What a run found. Dictionaries by model have the models in the same order; the first two are the pair compared.

    comparisons: by pair of models, the main one first
    files: a model's name to where its file lies
    threshold_rule: has no say where no class is positive
    positive_by_default: whether the positive class, if there is one, was not chosen but is the second of two
    transfer: None where there was no baseline
    efficiency: by model that was trained on parts of the train split, columns pictures_per_class, draw, accuracy,
        log_loss
    hand_labels: what corrections by hand do to the test figures; None where there are none
    candidates: for the source model; None where none were asked for
    pictures: by id, those that `examples.worth_showing` names
    """

    models: dict[str, ModelResults]
    comparisons: dict[tuple[str, str], Comparison]
    files: dict[str, str]
    threshold_rule: ThresholdRule
    dataset: Dataset
    provenance: Provenance
    positive_by_default: bool = False
    transfer: TransferMeasures | None = None
    efficiency: dict[str, pd.DataFrame] = field(default_factory=dict)
    hand_labels: HandLabels | None = None
    candidates: Ranking | None = None
    pictures: dict[str, Picture] = field(default_factory=dict)

    @property
    def classes(self) -> Classes:
        """The classes of all models."""
        return next(iter(self.models.values())).predictions.classes

    @property
    def pair(self) -> tuple[str, str]:
        """The two models that are compared above all."""
        return next(iter(self.comparisons))

    @property
    def comparison(self) -> Comparison:
        """The comparison of `pair`."""
        return self.comparisons[self.pair]

    @property
    def distinct(self) -> dict[str, ModelResults]:
        """The models, without the second of `pair` where it is the first: its training kept nothing."""
        second = self.pair[1]
        selection = self.models[second].training.selection
        same = selection.l2 is None and not selection.epoch
        return {model: found for model, found in self.models.items() if not (same and model == second)}
