"""The classes of a data set."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Classes:
    """The names of at least two classes, in the order of targets and of the columns of probabilities.

    Two classes of which one is positive are the binary form: a model gives P(positive). Anything else is the multiclass
    form: a model gives the probability of each class.

    names: each different
    positive: in the binary form the last of the names, so that its target is 1; else None

    Raises ValueError for anything else.
    """

    names: tuple[str, ...]
    positive: str | None = None

    def __post_init__(self) -> None:
        if len(self.names) < 2 or len(set(self.names)) < len(self.names):
            raise ValueError(f"classes need two or more different names, not {self.names}")
        if self.positive is not None and self.names[1:] != (self.positive,):
            raise ValueError(f"{self.positive!r} is not the second of two classes: {self.names}")

    @classmethod
    def of(cls, names: Iterable[str], positive: str | None = None) -> "Classes":
        """Put names in alphabetical order, but the positive one of two last.

        positive: one of two names, for the binary form; of more than two classes none is positive, whatever is given
        """
        ordered = sorted(names)
        if positive is None or len(ordered) != 2:
            return cls(tuple(ordered))
        return cls(tuple(sorted(ordered, key=lambda name: name == positive)), positive)

    @property
    def binary(self) -> bool:
        """Whether this is the binary form."""
        return self.positive is not None

    def __len__(self) -> int:
        return len(self.names)
