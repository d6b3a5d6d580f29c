"""How much of each class went to the splits that were drawn here, where that is not the share that was asked for."""

from transfer.dataset.class_choice import list_names

MOST_NAMED = 5  # classes, in a sentence; of more the least and the most are named


def missed_shares(summary: dict) -> dict[str, list[tuple[str, int, int]]]:
    """By split that was drawn: class, its pictures there, and those that were divided, of the classes to name.

    Only splits in which a class has another number than its share, rounded; of many classes, those with the smallest
    and the largest part.

    summary: as from `summary.summarise`
    """
    counts, missed = summary["counts"], {}
    for split, share in summary.get("drawn", {}).items():
        divided = ("train", "validation") if split == "validation" else ("train", "validation", "test")
        found = [(label, there, sum(counts[each][label] for each in divided)) for label, there in counts[split].items()]
        if any(there != round(share * of) for _, there, of in found):
            ranked = sorted(found, key=lambda row: row[1] / max(row[2], 1))
            missed[split] = found if len(found) <= MOST_NAMED else [ranked[0], ranked[-1]]
    return missed


def describe_shares(summary: dict) -> list[str]:
    """A sentence for each split whose share was missed."""
    few = len(summary["counts"]["train"]) <= MOST_NAMED
    why = (
        "a hash draws whole groups" if summary.get("groups") else "a hash draws, so that pictures added later move none"
    )
    said = []
    for split, rows in missed_shares(summary).items():
        named = [f"{there:,} of {of:,} ({label})" for label, there, of in rows]
        listed = list_names(named) if few else f"from {named[0]} to {named[1]}"
        said.append(f"{split} has {listed}; {100 * summary['drawn'][split]:g} % of each class was asked for ({why})")
    return said
