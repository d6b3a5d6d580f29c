"""Blocks of backbones: where they begin, what they are called, and what is unfrozen with them."""

import re

import keras
import pytest

from tests.network.families import FAMILIES, SIZE, WIDTHS, classifier_on
from tests.wiring import ROOT
from transfer.errors import InputError
from transfer.network import backbones, blocks, catalogue
from transfer.network.block_names import block_names


@pytest.fixture(scope="module", params=FAMILIES)
def named(request):
    keras.utils.set_random_seed(0)
    return request.param, backbones.build(request.param, SIZE, "random")


def documented(name: str) -> dict:
    """What docs/backbones.md says of a backbone: its native size, and the blocks that are named."""
    table = (ROOT / "docs/backbones.md").read_text().split("<!-- backbones -->")[1].split("\n\n")[0]
    for row in table.splitlines()[3:]:
        named, sizes, blocks = row.strip("| ").split(" | ")
        names = re.findall(r"`(\w+)`", named)
        if "..." in named:
            names = [f"{names[0][:-1]}{number}" for number in range(int(names[0][-1]), int(names[1][-1]) + 1)]
        if name in names:
            sizes = [int(size) for size in sizes.split(", ")]
            size = sizes[names.index(name)] if len(sizes) > 1 else sizes[0]
            return {"size": size, "blocks": set(re.findall(r"`(\w+)`", blocks))}
    raise LookupError(name)


def test_the_documents_have_every_backbone_and_its_size():
    for name, backbone in catalogue.BACKBONES.items():
        assert documented(name)["size"] == backbone.size, name


def entries(model: keras.Model, start: int) -> int:
    """Through how many tensors what is below layer `start` reaches what is above: 1 is a clean cut."""
    operations = model.operations
    cut = operations.index(model.layers[start])
    below = {id(tensor) for operation in operations[:cut] for tensor in keras.tree.flatten(operation.output)}
    needed = {id(tensor) for operation in operations[cut:] for tensor in keras.tree.flatten(operation.input)}
    return len(below & needed)


# Transformers differ in numbers alone, which tests/network/weights/test_hub.py compares with those published.
OTHERS = [name for name, backbone in catalogue.BACKBONES.items() if name not in WIDTHS and not backbone.transformer]


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
def test_every_other_backbone_builds_and_has_its_blocks(name):
    model = backbones.build(name, SIZE, "random")
    found = blocks.find_blocks(model, name)
    assert documented(name)["blocks"] >= {min(found, key=found.get), max(found, key=found.get)}
    first = list(found.values())
    assert len(first) >= 3 and first == sorted(set(first)) and first[0] == 0
    assert all(entries(model, start) == 1 for start in first[1:])


def test_the_documents_name_first_and_last_block(named):
    name, model = named
    found = list(blocks.find_blocks(model, name))
    assert documented(name)["blocks"] >= {found[0], found[-1]}


def test_names_are_known_without_building(named):
    name, model = named
    assert block_names(name) == list(blocks.find_blocks(model, name))


def test_every_backbone_of_a_family_is_named_as_documented():
    for name in catalogue.BACKBONES:
        names = block_names(name)
        assert documented(name)["blocks"] >= {names[0], names[-1]}, name


def test_blocks_unfreeze_what_they_say(named):
    name, model = named
    classifier = classifier_on(model)
    found = blocks.find_blocks(classifier, name)
    assert list(found.values()) == sorted(set(found.values())) and next(iter(found.values())) == 0
    counts = []
    for block in found:
        names = blocks.unfreeze(classifier, name, block)
        assert names == list(found)[list(found).index(block) :]
        trainable = [layer.name for layer in classifier.layers if layer.trainable and layer.weights]
        assert trainable[-1] == "logit"
        assert not any(
            isinstance(layer, keras.layers.BatchNormalization) and layer.trainable for layer in classifier.layers
        )
        frozen = classifier.layers[: found[block]]
        assert not any(layer.trainable for layer in frozen)
        counts.append(len(trainable))
    assert counts == sorted(counts, reverse=True) and len(set(counts)) == len(counts)


def test_shares_and_words(named):
    name, model = named
    classifier = classifier_on(model)
    all_blocks = list(blocks.find_blocks(classifier, name))
    assert blocks.unfreeze(classifier, name, "all") == all_blocks == blocks.unfreeze(classifier, name, 1)
    assert blocks.unfreeze(classifier, name, "none") == [] == blocks.unfreeze(classifier, name, 0.0)
    assert [layer.name for layer in classifier.layers if layer.trainable and layer.weights] == ["logit"]
    assert blocks.unfreeze(classifier, name, 0.01) == all_blocks[-1:]
    with pytest.raises(InputError, match=r"'block99' is no block of .*; choose all, none, or"):
        blocks.unfreeze(classifier, name, "block99")


def test_each_block_is_a_clean_cut(named):
    name, model = named
    assert all(entries(model, start) == 1 for start in list(blocks.find_blocks(model, name).values())[1:])
