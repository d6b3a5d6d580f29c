"""Why files are set aside: what each reason means, and what to do about it."""

from transfer.dataset.rejects import Rejects

REPEATED = ("duplicate", "near_duplicate", "leak", "label_conflict")  # sound pictures, of which one is enough
REASONS = {  # what such files are, and what to do
    "blank": ("every pixel is the same", "look whether what made them failed"),
    "class_not_listed": ("data.classes does not name their class", "name it to use them"),
    "damaged": ("part of the picture is lost, and decoders make it up", "fetch them again"),
    "damaged_member": ("the archive is damaged there", "fetch it again"),
    "dropped_by_hand": ("data/corrections.csv drops them", "take out their rows to use them"),
    "duplicate": ("the very pictures are there twice", "they are dropped if you allow it"),
    "duplicate_name": ("the archive has the name twice", "rename one"),
    "empty": ("they have no bytes", "fetch them again"),
    "encrypted": ("they need a password", "extract the archive and zip it again without one"),
    "html": ("a server sent a page in place of a picture", "fetch them again, logged in if need be"),
    "in_one_piece": ("over 100 megapixels, in a form that cannot be decoded strip by strip", "save them as JPEG"),
    "label_conflict": ("a picture is there under two classes", "see which is right; both are dropped if you allow it"),
    "leak": (
        "they are also in a split that is to be held out, which would flatter every model",
        "they are dropped from the other one if you allow it",
    ),
    "link": ("links that lead nowhere, in a circle, or out of an archive", "put the files there themselves"),
    "near_duplicate": ("there twice, edited", "they are dropped if you allow it, or see preprocess.near_duplicates"),
    "nested_archive": ("archives within an archive", "unpack them"),
    "no_class_folder": ("they lie outside every class folder", "move them into one, or see data.labels"),
    "no_label": ("nothing gives them a class", "see data.labels"),
    "not_there": ("the table of labels names them", "add the files, or take out their rows"),
    "special_file": ("devices and pipes", "take them out"),
    "too_large": ("more than image.max_pixels", "raise that"),
    "too_many_bytes": ("over 256 MiB, or far more than the pixels need", "save them compressed, or take them out"),
    "too_small": ("the shorter side has less than image.min_size pixels", "lower that, or find larger ones"),
    "truncated": ("the end is missing", "fetch them again"),
    "undecodable": ("no picture that is read", "save them as PNG or JPEG, or take them out"),
    "unknown_range": ("their values do not tell how bright they are", "save them with 8 bits a channel"),
    "unread_compression": ("the archive packs them in a way that is not read", "extract it and zip it again"),
    "unreadable": ("the file cannot be opened", "see its permissions"),
    "unsafe_name": ("the name leads out of the archive", "rename them"),
}


def explain(rejects: Rejects) -> str:
    """In a line: each reason with its count, an example, what it means and what to do; the most frequent first."""
    counts = rejects.counts()
    parts = []
    for reason in sorted(counts, key=counts.get, reverse=True):
        file, _, detail = min(row for row in rejects.rows if row[1] == reason)
        meaning, remedy = REASONS[reason]
        parts.append(f"{reason} {counts[reason]}; e.g. {file} ({detail}): {meaning}; {remedy}")
    return "; ".join(parts)
