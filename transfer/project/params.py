"""params.yaml as typed, validated objects: what is wrong is said in one line a key, before anything runs."""

import re
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from transfer.errors import InputError
from transfer.network.block_names import block_names, require_block
from transfer.network.candidates import Candidate
from transfer.network.catalogue import find_backbone, require_patches
from transfer.project.params_wording import explain_invalid_params
from transfer.project.schema import Params

TEXT, NULL = "tag:yaml.org,2002:str", "tag:yaml.org,2002:null"


_SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C, where PyYAML was built with libyaml


class _Loader(_SafeLoader):
    """PyYAML reads YAML 1.1, where `5e-05`, as DVC (YAML 1.2) writes it, is a string; here it is a number."""


_Loader.yaml_implicit_resolvers = {key: list(pairs) for key, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+$"), list("-+.0123456789")
)

CLASS_NAMES = (("data", "classes"), ("data", "positive_class"))  # text, also where YAML sees a number, a date or `no`


def read_yaml(text: str) -> Any:
    """The content of a params.yaml; raises yaml.YAMLError."""
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        for path in CLASS_NAMES:
            _keep_as_text(root, path)
        return loader.construct_document(root) if root else None
    finally:
        loader.dispose()


def _keep_as_text(node: yaml.Node | None, path: tuple[str, ...]) -> None:
    """Let a scalar, or each of a list, be the text that it was written as; `null` in place of either stays."""
    if path and isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == path[0]:
                _keep_as_text(value, path[1:])
    elif not path and isinstance(node, yaml.ScalarNode) and node.tag != NULL:
        node.tag = TEXT
    elif not path and isinstance(node, yaml.SequenceNode):
        for item in node.value:
            item.tag = TEXT if isinstance(item, yaml.ScalarNode) else item.tag


def _text(path: Path) -> str:
    """Raises InputError unless a file is in UTF-8, with or without a byte-order mark."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:  # of UTF-16, too
        raise InputError(f"{path} is not in UTF-8; save it again in that encoding (in Notepad: Save as, Encoding).")
    return text


def load_params(path: str | Path = "params.yaml") -> Params:
    """Read and check all of `path`.

    Raises InputError that names each faulty key, what is allowed there and what was found.
    """
    try:
        values = read_yaml(_text(Path(path)))
    except FileNotFoundError:
        raise InputError(f"{path} is not here; run from the project's root.") from None
    except (yaml.YAMLError, ValueError) as error:  # ValueError: what looks like a date or a number, and is none
        raise InputError(f"{path} is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(values, dict):
        raise InputError(f"{path} holds no parameters; `git checkout {path}` brings back the committed ones.")
    try:
        params = Params.model_validate(values)
        _check_catalogue(params)
        return params
    except ValidationError as error:
        lines = explain_invalid_params(error.errors())
        raise InputError(f"{path}: " + f"\nerror: {path}: ".join(lines)) from None
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _check_catalogue(params: Params) -> None:
    """Check what else can be known at once, and not only by the stage that builds the network, after minutes."""
    names, size = params.backbone.names, params.image.size
    for candidate in map(Candidate.parse, params.candidates):
        require_patches(candidate.backbone, find_backbone(candidate.backbone).transformer, candidate.size or size)
    if len(names) > 1:
        for name in names:
            require_patches(name, find_backbone(name).transformer, size)
        _require_head_alone(params)
        return
    (name,) = names
    backbone = find_backbone(name)
    if backbone.transformer and params.backbone.weights not in ("imagenet", "random"):
        return  # a preset's network has patches and blocks of its own, which are known when it is read
    require_patches(name, backbone.transformer, size)
    require_block(params.finetune.unfreeze, name, block_names(name))


def _require_head_alone(params: Params) -> None:
    """Raise InputError if anything is asked of several backbones but their features for a head."""
    if params.backbone.weights not in ("imagenet", "random"):
        raise InputError("backbone.weights is imagenet or random where backbone.name has several.")
    trained = {
        "finetune.epochs to 0": params.finetune.epochs,
        "baselines to []": params.baselines,
        "sample_efficiency.models to [head]": "finetuned" in params.sample_efficiency.models,
    }
    if todo := [change for change, asked in trained.items() if asked]:
        raise InputError(
            f"backbone.name has several, and only a head is trained on their features: set {', '.join(todo)}, or "
            "name one backbone."
        )
