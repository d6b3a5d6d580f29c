"""What a reader of the report has to know about the pictures, in sentences."""

from transfer.dataset.shares import MOST_NAMED, missed_shares
from transfer.report.wording import Texts


def untested(summary: dict, texts: Texts) -> str:
    """A sentence about the classes that the test split lacks; "" if it has all.

    summary: the content of metrics/data.json
    """
    names = [texts.name("class", name) for name in summary.get("missing_in_test", ())]
    return texts("data.untested", names=", ".join(names)) if names else ""


def sizes(size: dict, texts: Texts) -> str:
    """A sentence on how large the pictures were as they came.

    size: minimum, median and maximum of "width" and of "height", pixels
    """
    width, height = size["width"], size["height"]
    if width["min"] == width["max"] and height["min"] == height["max"]:
        return texts("data.size", width=width["min"], height=height["min"])
    gaps = {f"{side[0]}_{key}": f"{value:g}" for side, values in size.items() for key, value in values.items()}
    return texts("data.sizes", **gaps)


def division(summary: dict, texts: Texts) -> list[str]:
    """Sentences on splits that have another share than was asked for."""
    key = "data.drawn_groups" if summary.get("groups") else "data.drawn"
    said = []
    for split, rows in missed_shares(summary).items():
        parts = [texts("data.part", there=there, of=of, name=texts.name("class", name)) for name, there, of in rows]
        few = len(summary["counts"]["train"]) <= MOST_NAMED
        listed = ", ".join(parts) if few else texts("data.from_to", least=parts[0], most=parts[1])
        said.append(texts(key, share=100 * summary["drawn"][split], split=texts(f"data.{split}"), listed=listed))
    return said


def groups(summary: dict, hint: dict, texts: Texts) -> str:
    """A sentence on pictures that seem to belong together, by names and features, else by names; "" if none do.

    hint: the content of group_hint.json, {} for none
    """
    if hint:
        key = "data.group_seen" if hint["pattern"] else "data.numbers_seen"
        return texts(key, pattern=hint["pattern"], share=100 * hint["share"], chance=100 * hint["chance"])
    pattern = summary.get("suggested_group")
    return texts("data.group_hint", pattern=pattern) if pattern else ""


def corrected(summary: dict, texts: Texts) -> str:
    """A sentence on the corrections that were made by hand; "" if there are none."""
    by_split = {split: counts for split, counts in summary.get("corrections", {}).items() if split != "all"}
    if not by_split:
        return ""
    parts = [texts("data.corrected_part", split=texts(f"data.{split}"), **counts) for split, counts in by_split.items()]
    return texts("data.corrected", listed="; ".join(parts))
