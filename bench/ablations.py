"""What each knob of fine-tuning is worth on one's pictures: python bench/ablations.py [SEED...]

Takes data/prepared, data/features and models/backbone as `dvc repro feature-extract` left them, and the section
`finetune` of params.yaml as the base: each variant changes one thing. Train and validation are split anew by each seed
(7, 1 and 2 if none is named), the head is trained, and fine-tuning starts from it. All choices, and the table, are of
the validation split; the test split is not looked at. Frozen blocks are run once for all variants, so that the base
has to have `finetune.crop: 1` and a block in `finetune.unfreeze`.

Prints a Markdown table: log-loss over all seeds' validation pictures together, and how it differs from the base's:
mean of the paired differences, with a 95 % bootstrap interval over the pictures. "No matter" is an interval over zero.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from scipy.optimize import minimize_scalar

from stages.dataset.splits import assign_validation
from stages.dataset.store import PictureStore
from stages.finetune import recipe_of
from stages.network import backbones, frozen, runtime
from stages.network.classifier import assemble, logits_of, read
from stages.network.head import log_loss, train
from stages.network.inference import compiled
from stages.network.recipe import Pictures
from stages.network.training import fit
from stages.params import load

VARIANTS = {
    "as it is": {},
    "learning rate x 3": {"learning_rate": lambda base: base * 3},
    "learning rate / 3": {"learning_rate": lambda base: base / 3},
    "no linear probe: a random head": {},
    "layer_decay 0.5": {"layer_decay": lambda base: 0.5},
    "no weight decay": {"weight_decay": lambda base: 0.0},
    "no warm-up": {"warmup_epochs": lambda base: 0.0},
    "global_clipnorm 1": {"optimizer": lambda base: {"global_clipnorm": 1.0}},
    "moving average of weights": {
        "optimizer": lambda base: {"use_ema": True, "ema_momentum": 0.98, "ema_overwrite_frequency": 50}
    },
}


def main() -> None:
    seeds = [int(word) for word in sys.argv[1:]] or [7, 1, 2]
    params = load()
    runtime.set_up(params.seed)
    store = PictureStore("data/prepared")
    manifest = store.manifest[store.manifest["split"] != "test"]
    rows, targets, ids = manifest.index.to_numpy(), manifest["target"].to_numpy(), list(manifest["id"])
    features = np.zeros((len(store.manifest), *np.load("data/features/test.npy").shape[1:]), np.float32)
    for split in ("train", "validation", "test"):
        features[store.manifest["split"] == split] = np.load(f"data/features/{split}.npy")
    features = features[rows]

    # Both views of every picture, once; `fit` then gets the rows that it asks for.
    bottom, _ = frozen.split(logits_of(fresh(params, features.shape[1:], None)))
    kept = frozen.remember(compiled(bottom), store.jpeg, rows, 32, 2, None)
    frozen.remember = lambda bottom, read, chosen, batch, views, folder: kept[
        (np.searchsorted(rows, chosen)[:, None] * 2 + np.arange(views)).ravel()
    ]

    losses, accuracies, epochs = {}, {}, {}
    for seed in seeds:
        apart = assign_validation(ids, list(manifest["label"]), params.split.validation, seed)
        head = train(
            *(part for chosen in (~apart, apart) for part in (features[chosen], targets[chosen])),
            **params.head.model_dump(),
            seed=seed,
        )
        splits = [
            Pictures(
                store.jpeg,
                rows[chosen],
                targets[chosen],
                np.array([int(i, 16) for i in manifest["id"][chosen]], np.uint64),
            )
            for chosen in (~apart, apart)
        ]
        for name, changes in VARIANTS.items():
            settings = params.finetune.model_dump()
            settings |= {key: change(settings[key]) for key, change in changes.items()}
            classifier = fresh(params, features.shape[1:], None if "random head" in name else head, seed)
            blocks = backbones.blocks(classifier, params.backbone.name)
            recipe = recipe_of(params.finetune.model_copy(update=settings), seed=seed)
            history, best = fit(classifier, *splits, recipe, blocks)
            note(name, history[best].validation_logits, targets[apart], losses, accuracies)
            epochs.setdefault(name, []).append(best)
            if not changes and "random" not in name:
                note("(the head alone)", history[0].validation_logits, targets[apart], losses, accuracies)
                mirrored = logits(classifier, kept[1::2][apart])
                both = (history[best].validation_logits + mirrored) / 2
                note("mean with the mirror image's logit", both, targets[apart], losses, accuracies)
                scaled = temperature(history[best].validation_logits, targets[apart])
                note("temperature, fitted and measured on validation", scaled, targets[apart], losses, accuracies)

    base = np.concatenate(losses["as it is"])
    over = f"{len(seeds)} seeds, {len(base)} validation pictures"
    print(f"| {over} | accuracy | log-loss | difference (95 %) | best epochs |")
    print("|---|---|---|---|---|")
    for name, parts in losses.items():
        loss, right = np.concatenate(parts), np.concatenate(accuracies[name])
        low, high = interval(loss - base)
        gap = f"{np.mean(loss - base):+.4f} ({low:+.4f} to {high:+.4f})" if name != "as it is" else ""
        print(f"| {name} | {100 * right.mean():.2f} % | {loss.mean():.4f} | {gap} | {epochs.get(name, '')} |")


def fresh(params, width: tuple, head, seed: int = 0):
    """The classifier before fine-tuning: on the backbone, unfrozen as params say, `head` or a random one."""
    random = np.random.default_rng(seed).normal(0, 0.01, width)
    kernel, bias = (head.kernel, head.bias) if head else (random, np.zeros(()))
    classifier = assemble(read("models/backbone/model.keras"), kernel, bias)
    backbones.unfreeze(classifier, params.backbone.name, params.finetune.unfreeze)
    return classifier


def note(name: str, found: np.ndarray, targets: np.ndarray, losses: dict, accuracies: dict) -> None:
    losses.setdefault(name, []).append(np.logaddexp(0, found.astype(np.float64)) - targets * found)
    accuracies.setdefault(name, []).append((found > 0) == targets)


def logits(classifier, activations: np.ndarray) -> np.ndarray:
    _, top = frozen.split(logits_of(classifier))
    return np.concatenate(
        [top(activations[at : at + 32], training=False).numpy() for at in range(0, len(activations), 32)]
    )[:, 0]


def temperature(found: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Logits divided by what makes their log-loss least (Guo et al., 2017)."""
    best = minimize_scalar(lambda log: log_loss(targets, found / np.exp(log)), bounds=(-2, 2), method="bounded")
    return found / np.exp(best.x)


def interval(differences: np.ndarray) -> tuple[float, float]:
    generator = np.random.default_rng(0)
    means = [generator.choice(differences, len(differences)).mean() for _ in range(2000)]
    return tuple(np.percentile(means, [2.5, 97.5]))


if __name__ == "__main__":
    main()
