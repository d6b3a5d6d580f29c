"""params.yaml as typed, validated objects: what is wrong is said in one line a key, before anything runs."""

import re
from pathlib import Path

import yaml
from pydantic import ValidationError

from transfer.errors import InputError
from transfer.project.params_wording import explain_invalid_param
from transfer.project.schema import Params


class _Loader(yaml.SafeLoader):
    """PyYAML reads YAML 1.1, where `5e-05`, as DVC (YAML 1.2) writes it, is a string; here it is a number."""


_Loader.yaml_implicit_resolvers = {key: list(pairs) for key, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+$"), list("-+.0123456789")
)


def load_params(path: str | Path = "params.yaml") -> Params:
    """Read and check all of `path`.

    Raises InputError that names each faulty key, what is allowed there and what was found.
    """
    try:
        values = yaml.load(Path(path).read_text(), _Loader)
    except FileNotFoundError:
        raise InputError(f"{path} is not here; run from the project's root.") from None
    except yaml.YAMLError as error:
        raise InputError(f"{path} is not YAML: {' '.join(str(error).split())}") from None
    try:
        return Params.model_validate(values)
    except ValidationError as error:
        lines = [explain_invalid_param(detail) for detail in error.errors()]
        raise InputError(f"{path}: " + f"\nerror: {path}: ".join(lines)) from None
