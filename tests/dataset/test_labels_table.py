"""Tables as people have them: separators, encodings, columns, and files that are spelt a little differently."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dataset.made import pictures_named
from transfer.dataset.labels_table import Row, Table, read_table
from transfer.dataset.rejects import Rejects, printable
from transfer.dataset.table_match import Match, label_by_table
from transfer.errors import InputError

ROWS = [Row("a.jpg", "cat", "train", "p1"), Row("b.jpg", "dög, brown", "test", "p2")]
CSV = 'id,what,fold,who\na.jpg,cat,Train,p1\nb.jpg,"dög, brown",test,p2\n'


@pytest.mark.parametrize(
    "name, content",
    [
        ("labels.csv", CSV.encode()),
        ("labels.csv", CSV.encode("utf-8-sig").replace(b"\n", b"\r\n")),
        ("labels.csv", CSV.encode("cp1252")),
        ("labels.csv", CSV.encode("utf-16")),
        ("labels.csv", CSV.replace("\n", "\r").encode()),
        ("labels.csv", b"\n" + CSV.encode() + b",,,\n,,,,\n"),
        ("labels.csv", CSV.replace(",", " , ", 3).replace("p1", "p1,surplus").encode()),
        ("labels.csv", CSV.replace("dög, brown", "do\u0308g,\n brown").encode()),
        ("labels.csv", b"id;what;fold;who\na.jpg; cat;train;p1\nb.jpg;d\xc3\xb6g, brown;testing;p2\n"),
        ("labels.TSV", "note\tid\twhat\tfold\twho\nx\ta.jpg\tcat\ttrain\tp1\n\tb.jpg\tdög, brown\ttest\tp2\n".encode()),
    ],
)
def test_a_table_is_read(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    assert read_table(tmp_path / name, "id", "what", "fold", "who") == ROWS
    assert read_table(tmp_path / name, "id", "what", None, None, "who")[1] == Row("b.jpg", "dög, brown", "", "p2")
    assert read_table(tmp_path / name, "id", "what", None, None, r"(p\d)")[1] == Row("b.jpg", "dög, brown")


def test_parquet_is_read_or_refused_in_a_sentence(tmp_path):
    pd = pytest.importorskip("pandas")
    path = tmp_path / "labels.parquet"
    try:
        pd.DataFrame({"id": ["a.jpg", "b.jpg"], "what": [1, None]}).to_parquet(path)
    except ImportError:
        path.write_bytes(b"PAR1")
        with pytest.raises(InputError, match="Parquet, which needs pyarrow"):
            read_table(path, "id", "what")
    else:
        assert [row.label for row in read_table(path, "id", "what")] == ["1.0", ""]


def test_numbers_and_words_that_mean_nothing_elsewhere_are_labels(tmp_path):
    (tmp_path / "t.csv").write_text("f,l\n1,007\n2,NA\n3,no\n4,1e3\n")
    assert [row.label for row in read_table(tmp_path / "t.csv", "f", "l")] == ["007", "NA", "no", "1e3"]


@pytest.mark.parametrize(
    "columns, text",
    [
        (("file", "what"), "has no column file; its columns are id, what, fold, who"),
        (("id", "what", "what"), "has 'cat' in its column what for a.jpg; a split is one of train, training,"),
    ],
)
def test_what_is_wrong_with_a_table_is_said(tmp_path, columns, text):
    (tmp_path / "t.csv").write_text(CSV)
    with pytest.raises(InputError, match=text):
        read_table(tmp_path / "t.csv", *columns)


def test_a_column_that_is_missing_is_named_though_rows_are_longer_than_the_header(tmp_path):
    (tmp_path / "labels.csv").write_text("id,what\na.jpg,cat,\n")
    with pytest.raises(InputError, match="no column kind; its columns are id, what"):
        read_table(tmp_path / "labels.csv", "id", "kind")


def test_a_header_without_end_is_refused(tmp_path):
    (tmp_path / "labels.csv").write_text("x" * 200_000)
    with pytest.raises(InputError, match="cannot be read .*field larger"):
        read_table(tmp_path / "labels.csv", "id", "what")


@pytest.mark.parametrize("between", ["\u202f", "\xa0", "\u200c"])
def test_blanks_and_joiners_of_other_widths_match(tmp_path, between):
    """As macOS writes into the names of screenshots, and as Persian needs."""
    name = f"Shot 10.30{between}AM.png"
    (tmp_path / "labels.csv").write_text(f"id,what\n{name},cat\n", encoding="utf-8")
    rows = read_table(tmp_path / "labels.csv", "id", "what")
    match = Match(rows, [printable(f"train/{name}")])
    assert not match.missing and len(match.rows) == 1


def test_without_a_test_split_validation_is_it(tmp_path):
    (tmp_path / "t.csv").write_text("f,l,s\n1,a,train\n2,a,val\n")
    assert [row.split for row in read_table(tmp_path / "t.csv", "f", "l", "s")] == ["train", "test"]


@pytest.mark.parametrize(
    "file, place",
    [
        ("a.jpg", "train/a.jpg"),
        ("a", "train/x/a.jpg"),
        ("A.JPEG", "train/a.jpg"),
        ("./img/a.jpg", "train/img/a.jpg"),
        ("img\\a.jpg", "all/img/a.jpg"),
        ("train/img/a.jpg", "train/img/a.jpg"),
        ("/data/img/a.jpg", "all/img/a.jpg"),
        ("cat.0", "train/cat.0.jpg"),
        ("cat.0.jpg", "train/cat.0.jpg"),
        ("Ka\u0308tzchen.png", "train/k\u00e4tzchen.jpg"),
    ],
)
def test_a_row_finds_its_picture(file, place):
    row = Row(file, "cat")
    match = Match([row], [place, "train/cat.1.jpg", "train/other/b.jpg"])
    assert match.rows == {place: row} and not match.missing


def test_the_closest_name_counts():
    places = ["train/a.jpg", "train/a.png", "train/b/1.jpg", "test/b/1.jpg", "train/B.jpg", "train/b.jpg"]
    for file, split, place in [
        ("a.png", "", "train/a.png"),
        ("b/1.jpg", "test", "test/b/1.jpg"),
        ("test/b/1.jpg", "", "test/b/1.jpg"),
        ("B.jpg", "", "train/B.jpg"),
    ]:
        assert list(Match([Row(file, "cat", split)], places).rows) == [place]


def test_a_row_that_fits_two_pictures_and_two_rows_that_differ_are_errors():
    with pytest.raises(InputError, match="has 1, which fits test/1.jpg and train/1.jpg; write more of the path"):
        Match([Row("1", "cat")], ["train/1.jpg", "test/1.jpg"])
    with pytest.raises(InputError, match="has 1.jpg twice, with different labels"):
        Match([Row("1", "cat"), Row("1.jpg", "dog")], ["train/1.jpg"])
    assert len(Match([Row("1", "cat"), Row("1.jpg", "cat")], ["train/1.jpg"]).rows) == 1


@given(st.lists(st.text(st.characters(exclude_characters="/\\\0"), min_size=1), unique=True, max_size=8))
def test_a_row_with_the_whole_path_always_finds_its_picture(names):
    places = [f"train/{number}/x{name}" for number, name in enumerate(names)]
    match = Match([Row(place, "cat") for place in places], places)
    assert list(match.rows) == places


def test_missing_and_surplus_files_are_set_aside_and_the_table_is_not():
    pictures, rejects = pictures_named("all/a.jpg", "all/b.jpg", "all/c.jpg"), Rejects()
    rejects.add("all/broken.jpg", "empty", "")
    rejects.add("all/Labels.csv", "undecodable", "")
    rows = [Row("a", "cat"), Row("b", ""), Row("broken", "dog"), Row("gone.jpg", "dog")]
    labelling = label_by_table(pictures, rejects, Table("x/Labels.csv", rows))
    assert [labelling.label_of(picture.name) for picture in pictures] == ["cat", "", ""]
    assert labelling.label_of("all/broken.jpg") == "dog"
    assert [(file, reason) for file, reason, _ in rejects.rows] == [
        ("all/broken.jpg", "empty"),
        ("gone.jpg", "not_there"),
    ]
