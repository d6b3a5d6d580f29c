"""What each knob of fine-tuning is worth on one's pictures: python bench/ablations.py [SEED...]

Takes data/prepared, data/features and models/backbone as `dvc repro feature-extract` left them, and the section
`finetune` of params.yaml as the base: each variant changes one thing. The test split is not looked at. Each seed (7, 1
and 2 if none is named) sets another fifth of the other pictures apart, splits the rest into train and validation, and
trains the head; fine-tuning starts from it. Validation chooses, as in the workflow; measured are the pictures set
apart, which chose nothing. Frozen blocks are run once for all variants, so that the base has to have `finetune.crop: 1`
and a block in `finetune.unfreeze`.

Prints a Markdown table: log-loss of all pictures set apart, and how it differs from the base's: mean of the paired
differences, with a 95 % bootstrap interval over the pictures. "No matter" is an interval over zero.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from tqdm import tqdm

from transfer.dataset.splits import assign_validation
from transfer.dataset.store import PictureStore
from transfer.network import blocks, runtime
from transfer.network.classifier import assemble, logits_of
from transfer.network.head import train_head
from transfer.network.inference import activation_cache
from transfer.network.inference.forward import compile_inference
from transfer.network.link import Sigmoid
from transfer.network.model_file import load_model
from transfer.network.training.loop import fit
from transfer.network.training.recipe import LabelledPictures
from transfer.project.params import load_params
from transfer.project.training_setup import finetune_recipe

FOLDS = 5
BASE = "as it is"
VARIANTS = {
    BASE: {},
    "the best epoch's weights, not averaged with the head's": {"averaging_weights": ()},
    "no linear probe: a random head": {},
    "learning rate x 3": {"learning_rate": lambda base: base * 3},
    "learning rate / 3": {"learning_rate": lambda base: base / 3},
    "layer_decay 0.5": {"layer_decay": lambda base: 0.5},
    "no weight decay": {"weight_decay": lambda base: 0.0},
    "no warm-up": {"warmup_epochs": lambda base: 0.0},
    "no clipping": {"optimizer": lambda base: {}},
    "moving average of weights": {
        "optimizer": lambda base: base | {"use_ema": True, "ema_momentum": 0.98, "ema_overwrite_frequency": 50}
    },
}


def main() -> None:
    seeds = [int(word) for word in sys.argv[1:]] or [7, 1, 2]
    params = load_params()
    runtime.configure(params.seed.training)
    store = PictureStore("data/prepared")
    manifest = store.manifest[store.manifest["split"] != "test"]
    rows, targets, ids = manifest.index.to_numpy(), manifest["target"].to_numpy(), list(manifest["id"])
    keys = np.array([int(id_, 16) for id_ in ids], np.uint64)
    features = np.zeros((len(store.manifest), *np.load("data/features/test.npy").shape[1:]), np.float32)
    for split in ("train", "validation"):
        features[store.manifest["split"] == split] = np.load(f"data/features/{split}.npy")
    features = features[rows]

    # Both views of every picture, once; `fit` then gets the rows that it asks for.
    bottom, _ = activation_cache.split_at_trainable(logits_of(fresh(params, features.shape[1:], None)))
    kept = activation_cache.cache_activations(compile_inference(bottom), store.jpeg, rows, 32, 2, None)
    activation_cache.cache_activations = lambda bottom, read, chosen, batch, views, folder: kept[
        (np.searchsorted(rows, chosen)[:, None] * 2 + np.arange(views)).ravel()
    ]

    losses, right, chosen = {}, {}, {}

    def note(name: str, logits: np.ndarray, targets: np.ndarray) -> None:
        losses.setdefault(name, []).append(np.logaddexp(0, logits.astype(np.float64)) - targets * logits)
        right.setdefault(name, []).append((logits > 0) == targets)

    fold = np.random.default_rng(0).permutation(len(rows)) % FOLDS
    progress = tqdm(total=len(seeds) * len(VARIANTS), unit="training", disable=None)
    for number, seed in enumerate(seeds):
        apart = fold == number % FOLDS
        validates = ~apart & assign_validation(ids, list(manifest["label"]), params.split.validation, seed)
        trains = ~apart & ~validates
        head = train_head(
            *(part for group in (trains, validates) for part in (features[group], targets[group])),
            Sigmoid(),
            l2=params.head.l2,
            epochs=params.head.epochs,
            folds=0,
            seed=seed,
        )
        note("(the head alone)", (features[apart] @ head.kernel + head.bias)[:, 0], targets[apart])
        splits = [
            LabelledPictures(store.jpeg, rows[group], targets[group], keys[group]) for group in (trains, validates)
        ]
        for name, changes in VARIANTS.items():
            settings = params.finetune.model_dump()
            others = {key: change for key, change in changes.items() if key not in settings}
            settings |= {key: change(settings[key]) for key, change in changes.items() if key in settings}
            recipe = finetune_recipe(params.finetune.model_copy(update=settings), **{"seed": seed} | others)
            classifier = fresh(params, features.shape[1:], None if "random head" in name else head, seed)
            _, left = fit(classifier, *splits, recipe, blocks.find_blocks(classifier, params.backbone.name))
            chosen.setdefault(name, []).append(f"{left.epoch} ({left.averaging_weight:g})" if left.epoch else "0")
            as_it_is, mirrored = (logits(classifier, kept[view::2][apart]) for view in (0, 1))
            note(name, as_it_is, targets[apart])
            if name == BASE:
                note("mean with the mirror image's logit", (as_it_is + mirrored) / 2, targets[apart])
            progress.update()

    base = np.concatenate(losses[BASE])
    print(f"| {len(seeds)} seeds, {len(base):,} pictures | accuracy | log-loss | difference (95 %) | epochs (shares) |")
    print("|---|---|---|---|---|")
    for name, parts in losses.items():
        loss, correct = np.concatenate(parts), np.concatenate(right[name])
        low, high = interval(loss - base)
        gap = f"{np.mean(loss - base):+.4f} ({low:+.4f} to {high:+.4f})" if name != BASE else ""
        ends = ", ".join(chosen.get(name, []))
        print(f"| {name} | {100 * correct.mean():.2f} % | {loss.mean():.4f} | {gap} | {ends} |")


def fresh(params, width: tuple, head, seed: int = 0):
    """The classifier before fine-tuning: on the backbone, unfrozen as params say, `head` or a random one."""
    random = np.random.default_rng(seed).normal(0, 0.01, (*width, 1))
    kernel, bias = (head.kernel, head.bias) if head else (random, np.zeros(1))
    classifier = assemble(load_model("models/backbone/model.keras"), kernel, bias)
    blocks.unfreeze(classifier, params.backbone.name, params.finetune.unfreeze)
    return classifier


def logits(classifier, activations: np.ndarray) -> np.ndarray:
    _, top = activation_cache.split_at_trainable(logits_of(classifier))
    return np.concatenate(
        [top(activations[at : at + 32], training=False).numpy() for at in range(0, len(activations), 32)]
    )[:, 0]


def interval(differences: np.ndarray) -> tuple[float, float]:
    generator = np.random.default_rng(0)
    means = [generator.choice(differences, len(differences)).mean() for _ in range(2000)]
    return tuple(np.percentile(means, [2.5, 97.5]))


if __name__ == "__main__":
    main()
