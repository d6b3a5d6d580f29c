"""What the blocks of each backbone are called, without building it; `blocks.find_blocks` finds them in a network."""

from transfer.errors import InputError
from transfer.network.catalogue import find_backbone


def _numbered(prefix: str, first: int, last: int, *more: str) -> list[str]:
    return [*(f"{prefix}{number}" for number in range(first, last + 1)), *more]


_FIRST_THAT_FITS = {  # beginnings of backbones' names
    "efficientnet_v2_m": _numbered("block", 1, 7, "top"),
    "efficientnet_v2_l": _numbered("block", 1, 7, "top"),
    "efficientnet_v2": _numbered("block", 1, 6, "top"),
    "efficientnet": _numbered("block", 1, 7, "top"),
    "xception": _numbered("block", 1, 14),
    "vgg": _numbered("block", 1, 5),
    "resnet": _numbered("conv", 1, 5),
    "densenet": _numbered("conv", 1, 5),
    "inception_v3": _numbered("mixed", 0, 10),
    "inception_resnet": ["mixed_5b", "mixed_6a", "mixed_7a", "top"],
    "mobilenet_v2_torch": _numbered("block", 1, 17, "top"),
    "mobilenet_v2": _numbered("block", 1, 16),
    "mobilenet_v3_small": _numbered("block", 1, 10),
    "mobilenet_v3_large": _numbered("block", 1, 14),
    "mobilenet": _numbered("block", 1, 13),
    "convnext": _numbered("stage_", 0, 3),
}


def block_names(backbone: str) -> list[str]:
    """The names of the blocks of a backbone of the catalogue, bottom first; a preset of its family may have others."""
    transformer = find_backbone(backbone).transformer
    if transformer:
        return _numbered("block", 1, transformer.blocks)
    return next(names for beginning, names in _FIRST_THAT_FITS.items() if backbone.startswith(beginning))


def require_block(what: str | float, backbone: str, names: list[str]) -> None:
    """Raise InputError if `finetune.unfreeze` is a name, and none of these blocks, "all" or "none"."""
    if isinstance(what, str) and what not in ("all", "none", *names):
        raise InputError(
            f"finetune.unfreeze {what!r} is no block of {backbone}; choose all, none, or {', '.join(names)}."
        )
