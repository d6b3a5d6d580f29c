"""The table of corrections is read as people save it, and what makes no sense in it is named."""

import pytest

from transfer.dataset.corrections_table import HEADER, Correction, is_kept, kept_files, read_corrections
from transfer.errors import InputError


def read(tmp_path, text: str, encoding: str = "utf-8") -> list[Correction]:
    path = tmp_path / "corrections.csv"
    path.write_text(text, encoding=encoding)
    return read_corrections(path)


def test_no_table_and_one_without_rows_correct_nothing(tmp_path):
    assert read_corrections(tmp_path / "corrections.csv") == []
    assert read(tmp_path, f"{','.join(HEADER)}\n") == []


@pytest.mark.parametrize("separator, encoding", [(",", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-8")])
def test_it_is_read_as_spreadsheets_save_it(tmp_path, separator, encoding):
    lines = [HEADER, ("a1", "train/cats/1.jpg", "relabel", "dogs", "a dog"), ("", "train/x.jpg", "keep", "", "")]
    text = "".join(separator.join(line) + "\r\n" for line in lines)
    first, second = read(tmp_path, text, encoding)
    assert first == Correction("a1", "train/cats/1.jpg", "relabel", "dogs", "a dog")
    assert second == Correction("", "train/x.jpg", "keep")


@pytest.mark.parametrize(
    "rows, said",
    [
        (
            "a1,x.jpg,move,dogs,\n",
            "line 2 of .*corrections.csv has the action 'move'; it is one of relabel, drop, keep",
        ),
        (",,drop,,\n", "line 2 of .* names no picture; give its id, or its file"),
        ("a1,x.jpg,relabel,,\n", r"line 2 of .* gives a1 \(x.jpg\) no label"),
        (
            "a1,x.jpg,drop,,\na1,x.jpg,relabel,dogs,\n",
            r"line 3 of .* and an earlier one do not agree about a1 \(x.jpg\)",
        ),
        ("a1,x.jpg,relabel,cats,\na1,,relabel,dogs,\n", "line 3 of .* and an earlier one do not agree about a1"),
    ],
)
def test_what_makes_no_sense_is_named_with_its_line(tmp_path, rows, said):
    with pytest.raises(InputError, match=said):
        read(tmp_path, f"{','.join(HEADER)}\n{rows}")


def test_a_column_that_is_missing_is_named(tmp_path):
    with pytest.raises(InputError, match="has no column action, label; its first line must be id,file,action,label"):
        read(tmp_path, "id,file\na1,x.jpg\n")


def test_a_table_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "corrections.csv").write_bytes(b"id,file,action,label\n\xff\xfe")
    with pytest.raises(InputError, match="is not text in UTF-8"):
        read_corrections(tmp_path / "corrections.csv")


def test_files_to_be_kept_are_known_whatever_folders_are_around_them():
    rows = [Correction("", "train/cats/1.jpg", "keep"), Correction("a1", "train/cats/2.jpg", "drop")]
    kept = kept_files(rows)
    assert kept == {"cats/1.jpg"}
    assert is_kept("train/cats/1.jpg", kept) and is_kept("all/photos/train/cats/1.jpg", kept)
    assert not is_kept("train/cats/2.jpg", kept) and not is_kept("train/black cats/1.jpg", kept)
    assert not is_kept("train/cats/1.jpg", frozenset())
