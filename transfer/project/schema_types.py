"""The kinds of values that a key of params.yaml may have."""

import os
import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # there are none; to look for them takes 10 ms

Fraction = Annotated[float, Field(gt=0, lt=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]
Name = Annotated[str, Field(min_length=1)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-fA-F]{64}$")]


def _is_pattern(text: str) -> str:
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"should be a regular expression ({error})") from None
    return text


Pattern = Annotated[str, Field(min_length=1), AfterValidator(_is_pattern)]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)
