"""The blocks of a backbone, and which of them training may change."""

import math
import re

import keras

from transfer.network.block_names import require_block
from transfer.network.catalogue import find_backbone


def find_blocks(model: keras.Model, name: str | list[str]) -> dict[str, int]:
    """The blocks of a network, bottom first: the index of each block's first layer, by the block's name.

    Blocks are named as in the layers' names, or `block7` where those have only a number. The layers before the first
    block (the stem) belong to it. Those after the last block belong to it too, or are the block `top` where names mark
    the ends of blocks.

    model: a backbone, or a classifier on it
    name: of the backbone; of several side by side, on which only a head is trained: these have no blocks
    """
    if not isinstance(name, str):
        return {}
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


def unfreeze(classifier: keras.Model, name: str | list[str], what: str | float) -> list[str]:
    """Make the head and the top of the backbone trainable, and freeze all else and every BatchNormalization.

    classifier: as from `classifier.assemble`
    name: of its backbone, see `find_blocks`
    what: a block, which is unfrozen with all above it; "all"; "none", the head alone; or a share of the blocks, in
        [0, 1], from the top
    Returns the names of the unfrozen blocks, bottom first. Raises InputError for a block that does not exist.
    """
    found = find_blocks(classifier, name)
    names = list(found)
    if what in ("all", "none") or not names:
        what = float(what == "all")
    if not isinstance(what, str):
        what = len(names) - math.ceil(round(what * len(names), 9))
    else:
        require_block(what, name, names)
        what = names.index(what)
    head = [layer.name for layer in classifier.layers].index("logit")
    cut = found[names[what]] if what < len(names) else head
    for index, layer in enumerate(classifier.layers):
        # Calling a normalisation with training=False would not stop its statistics from changing; this does.
        layer.trainable = index >= cut and not isinstance(layer, keras.layers.BatchNormalization)
    return names[what:]
