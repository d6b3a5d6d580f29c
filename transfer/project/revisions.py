"""What is in Git at any revision: a commit, a branch, a tag, an experiment of DVC, or the workspace."""

import json

from dvc.api import DVCFileSystem
from dvc.exceptions import NotDvcRepoError
from dvc.scm import SCMError

from transfer.classes import Classes
from transfer.errors import InputError
from transfer.project.params import read_yaml

WORKSPACE = "workspace"


class Revision:
    """The files of a revision, read through DVC; the workspace stays as it is."""

    def __init__(self, name: str):
        """name: as Git or DVC know it, or "workspace". Raises InputError where there is no such revision."""
        self.name = name
        try:
            self.files = DVCFileSystem(rev=None if name == WORKSPACE else name)
            self.files.repo  # noqa: B018  (the revision is looked up only now)
        except (SCMError, NotDvcRepoError):
            raise InputError(
                f"{name!r} is no commit, branch, tag or experiment here; `git log` and `dvc exp list -A` name them, "
                "`git fetch` and `dvc exp pull` bring those of others."
            ) from None

    def text(self, path: str) -> str:
        """A file's text; InputError where the revision does not hold it."""
        try:
            return self.files.read_text(path)
        except FileNotFoundError:
            raise InputError(f"{self.name} has no {path}; run it (`dvc repro`), or choose another revision.") from None

    def params(self) -> dict:
        return read_yaml(self.text("params.yaml"))

    def data_seed(self) -> int:
        """`seed.data`; older runs had one seed for everything."""
        seed = self.params()["seed"]
        return seed if isinstance(seed, int) else seed["data"]

    def classes(self) -> Classes:
        """The classes of the run: their names stand in metrics/data.json, the positive one in params.yaml or last."""
        names = tuple(json.loads(self.text("metrics/data.json"))["counts"]["train"])
        positive = self.params()["data"]["positive_class"]
        if positive is None or len(names) > 2:
            return Classes(names)
        return Classes.of(names, positive) if positive in names else Classes(names, names[-1])

    def models(self) -> list[str]:
        """The models whose predictions are there: the head first, and others by name."""
        found = [path.split("/")[1] for path in self.files.glob("plots/*/predictions.csv")]
        return sorted(found, key=lambda model: (model != "head", model))

    def metrics(self) -> dict[str, dict]:
        """Each model's metrics."""
        return {model: json.loads(self.text(f"metrics/{model}.json")) for model in self.models()}
