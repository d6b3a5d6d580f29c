"""Find labels that seem wrong, and make a page on which a person decides about them.

Every train and validation picture is judged by heads that did not see it (5 folds), every test picture by the head of
the run, all on features that are there already. reports/review.csv lists every picture, the most suspect first;
reports/review.html shows the first of them, opens from disk, and hands back a data/corrections.csv, which preprocess
reads.
"""

import argparse
import csv
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd

from transfer.analysis.neighbours import Neighbours, find_neighbours, nearest_of_class
from transfer.analysis.suspects import Suspects, find_suspects
from transfer.dataset.alike import least_cosine
from transfer.dataset.corrections_record import read_record
from transfer.dataset.corrections_table import read_corrections
from transfer.dataset.store import PictureStore
from transfer.errors import InputError
from transfer.project.params import load_params
from transfer.project.schema import Params
from transfer.report.gallery import compact
from transfer.report.review_page import NEIGHBOUR, THUMBNAIL, Suspect, render_review

SPLITS = ("train", "validation", "test")  # test comes last in the manifest, too
SHOWN = 500
COLUMNS = ("id", "file", "split", "label", "suggested", "score", "kind")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--show", type=int, default=SHOWN, metavar="N", help=f"pictures on the page; default: {SHOWN}")


def main(given: argparse.Namespace) -> None:
    if given.show < 1:
        raise InputError(f"--show is {given.show}; show one picture at least.")
    params, store = load_params(), PictureStore("data/prepared")
    features = read_features(store.manifest)
    probabilities = judge(store, features, params)
    known = int((store.manifest["split"] != "test").sum())
    near = find_neighbours(features[:known], features[known:], least_cosine(params.backbone.name))
    decided = {row["id"] for row in read_record("data/prepared/corrected.csv")}
    looked_at = store.manifest["id"].isin(decided).to_numpy()
    targets = store.manifest["target"].to_numpy()
    suspects = find_suspects(targets, probabilities, near.distance, near.twin >= 0, looked_at)

    reports = Path("reports")
    reports.mkdir(exist_ok=True)
    write_table(reports / "review.csv", store, suspects)
    page = draw_page(store, features, suspects, near, given.show, params.report.language)
    (reports / "review.html").write_text(page, encoding="utf-8")
    counts = {kind: int((suspects.kind == kind).sum()) for kind in dict.fromkeys(suspects.kind[suspects.order]) if kind}
    print(f"of {len(store):,} pictures: {', '.join(f'{kind} {n:,}' for kind, n in counts.items()) or 'nothing odd'}")
    print("look at them: reports/review.html; the list: reports/review.csv")


def read_features(manifest: pd.DataFrame) -> np.ndarray:
    """The features of all pictures, float32 (n, width), in the order of the manifest.

    Raises InputError if they are not there, or not those of the pictures.
    """
    parts = {}
    for split in SPLITS:
        path = Path(f"data/features/{split}.npy")
        if not path.is_file():
            raise InputError(f"{path} is not there; `dvc repro` makes it, `dvc pull` fetches it.")
        parts[split] = np.load(path)
        if len(parts[split]) != (manifest["split"] == split).sum():
            raise InputError("data/features is not of the pictures in data/prepared; run `dvc repro train-head` first.")
    features = np.empty((len(manifest), parts["train"].shape[1]), np.float32)
    for split, rows in parts.items():
        features[manifest["split"] == split] = rows
    return features


def judge(store: PictureStore, features: np.ndarray, params: Params) -> np.ndarray:
    """The probability of each class by a head that did not see the picture: float64 (n, classes)."""
    from transfer.network import runtime  # here and not above: it takes seconds
    from transfer.network.cross_validation import assign_folds, out_of_fold_logits
    from transfer.network.link import link_of
    from transfer.project.training_setup import FOLDS

    runtime.configure(params.seed.training, "cpu")
    if not Path("models/head/head.npz").is_file():
        raise InputError("models/head/head.npz is not there; `dvc repro train-head` makes it, `dvc pull` fetches it.")
    link, head = link_of(store.classes), np.load("models/head/head.npz")
    seen = store.manifest[store.manifest["split"] != "test"]
    groups = list(seen["group"]) if "group" in seen else None
    targets, known = seen["target"].to_numpy(), features[: len(seen)]
    folds = assign_folds(targets, FOLDS, params.seed.training, groups)
    settings = {"l2": sorted(params.head.l2), "epochs": params.head.epochs}
    _, logits = out_of_fold_logits([known], targets, link, folds, **settings)
    tested = features[len(seen) :] @ head["kernel"] + head["bias"]
    return link.probabilities(link.activate(np.concatenate([logits, tested])))


def write_table(path: Path, store: PictureStore, suspects: Suspects) -> None:
    """Write every picture, the most suspect first."""
    named, names = store.manifest[["id", "file", "split", "label"]].to_numpy(), store.classes.names
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for row in suspects.order:
            judged = (names[suspects.suggested[row]], f"{suspects.score[row]:.4f}", suspects.kind[row])
            table.writerow([*named[row], *judged])


def draw_page(
    store: PictureStore, features: np.ndarray, suspects: Suspects, near: Neighbours, shown: int, language: str
) -> str:
    """The page with the first pictures, each beside the nearest of its class and of the class suggested."""
    rows, names, manifest = suspects.order[:shown], store.classes.names, store.manifest
    ids, files, targets = (manifest[column].to_numpy() for column in ("id", "file", "target"))
    known, judged = (manifest["split"] != "test").to_numpy(), suspects.suggested
    beside: dict[int, dict[str, int]] = {int(row): {} for row in rows}
    for target, name in enumerate(names):
        wanted = rows[(targets[rows] == target) | (judged[rows] == target)]
        for row, other in zip(wanted, nearest_of_class(features, wanted, known & (targets == target)), strict=True):
            if other >= 0:
                beside[int(row)][name] = int(other)
    small = {other: NEIGHBOUR for found in beside.values() for other in found.values()}
    sides = small | {int(row): THUMBNAIL for row in rows}
    pictures = {ids[row]: (compact(store.jpeg(row), side), files[row]) for row, side in sides.items()}
    shown_here = [
        Suspect(
            id=ids[row],
            file=files[row],
            split=manifest["split"][row],
            label=names[targets[row]],
            suggested=names[judged[row]],
            confidence=float(suspects.confidence[row]),
            kind=str(suspects.kind[row]),
            beside={name: ids[other] for name, other in beside[int(row)].items()},
            twin=files[near.twin[row]] if near.twin[row] >= 0 else "",
        )
        for row in rows
    ]
    corrections = [asdict(row) for row in read_corrections(Path("data/corrections.csv"))]
    return render_review(shown_here, len(store), pictures, corrections, store.classes, language)
