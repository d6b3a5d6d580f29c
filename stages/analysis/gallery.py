"""Which pictures tell most about two models: those they disagree on, and those a model is most surely wrong about."""

from dataclasses import dataclass, field
from io import BytesIO

import numpy as np
import pandas as pd
from PIL import Image

MOST_DISAGREEMENTS, MOST_ERRORS = 12, 8


@dataclass(frozen=True)
class Picture:
    """A picture as the report shows it: an encoded JPEG or PNG, and one more for each model with a heat map over it."""

    thumbnail: bytes
    overlays: dict[str, bytes] = field(default_factory=dict)


def compact(content: bytes, side: int) -> bytes:
    """An encoded picture as a JPEG for a page: at most side x side pixels, quality 80."""
    picture = Image.open(BytesIO(content)).convert("RGB")
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    picture.save(stream := BytesIO(), "JPEG", quality=80)
    return stream.getvalue()


def disagreements(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Rows of `first` where the two call the picture differently, the widest apart in probability first.

    first, second: predictions of the same pictures in the same order
    """
    apart = np.abs(first["probability"].to_numpy(float) - second["probability"].to_numpy(float))
    differ = first["predicted"].to_numpy() != second["predicted"].to_numpy()
    return _ordered(first[differ], -apart[differ])


def confident_errors(table: pd.DataFrame, positive: str) -> pd.DataFrame:
    """Rows that are wrong, the least probability of the actual class first."""
    wrong = table[table["predicted"] != table["actual"]]
    p = wrong["probability"].to_numpy(float)
    return _ordered(wrong, np.where(wrong["actual"] == positive, p, 1 - p))


def worth_showing(tables: dict[str, pd.DataFrame], positive: str) -> list[str]:
    """The ids, sorted, of the pictures that a report shows; the first two models are the pair compared."""
    first, second = list(tables.values())[:2]
    chosen = [disagreements(first, second).head(MOST_DISAGREEMENTS)]
    chosen += [confident_errors(table, positive).head(MOST_ERRORS) for table in tables.values()]
    return sorted(set(pd.concat(chosen)["id"]))


def _ordered(rows: pd.DataFrame, keys: np.ndarray) -> pd.DataFrame:
    """Rows by rising key, equal keys by id, so that the order depends on nothing else."""
    return rows.iloc[np.lexsort([rows["id"].to_numpy(str), keys])]
