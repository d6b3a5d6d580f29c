"""The blocks of a backbone, and which of them training may change."""

import math
import re

import keras

from transfer.errors import InputError
from transfer.network.catalogue import find_backbone


def find_blocks(model: keras.Model, name: str) -> dict[str, int]:
    """The blocks of a backbone, or of a classifier on it, bottom first: block to index of its first layer.

    Blocks are called as in the layers' names, `block7` where those have a number alone. What comes before the first
    block (the stem) belongs to it, what comes after the last to the last, or is `top` where names end their blocks.
    """
    backbone, first, start = find_backbone(name), {}, 0
    for index, layer in enumerate(model.layers):
        match = re.search(backbone.block, layer.name)
        if not match:
            continue
        block = f"block{match[1]}" if match[1].isdigit() else match[1]
        if block not in first:
            first[block] = (start if backbone.ends else index) if first else 0
        start = index + 1
    if backbone.ends and any(layer.weights for layer in model.layers[start:] if layer.name != "logit"):
        first["top"] = start
    return first


def unfreeze(classifier: keras.Model, name: str, what: str | float) -> list[str]:
    """Make the head and the top of the backbone trainable and all else frozen, BatchNormalization throughout.

    classifier: as made by `classifier.assemble`, on the backbone `name`
    what: a block: it and all above; "all"; "none": the head alone; or a share of the blocks in [0, 1], from the top.
    Returns the names of the unfrozen blocks, bottom first. Raises InputError for a block that is not there.
    """
    found = find_blocks(classifier, name)
    names = list(found)
    if what in ("all", "none"):
        what = float(what == "all")
    if not isinstance(what, str):
        what = len(names) - math.ceil(round(what * len(names), 9))
    elif what in names:
        what = names.index(what)
    else:
        raise InputError(f"finetune.unfreeze {what!r} is no block of {name}; choose all, none, or {', '.join(names)}.")
    head = [layer.name for layer in classifier.layers].index("logit")
    cut = found[names[what]] if what < len(names) else head
    for index, layer in enumerate(classifier.layers):
        # training=False in the call does not keep the moving statistics from changing; this does.
        layer.trainable = index >= cut and not isinstance(layer, keras.layers.BatchNormalization)
    return names[what:]
