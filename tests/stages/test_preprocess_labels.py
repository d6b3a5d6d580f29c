"""preprocess: labels, splits and groups as people have them."""

from collections import Counter
from pathlib import Path

import pytest

from tests.dataset.samples import fill, jpeg, pictures, zip_bytes
from tests.in_process import assert_sentence, rows, use_local


def prepared(project, *columns: str) -> list[tuple]:
    """Columns of the manifest, sorted, after both stages."""
    project.stage("download")
    project.stage("preprocess")
    manifest = rows(project, "data/prepared/manifest.csv")
    return sorted(tuple(row[column] for column in columns) for row in manifest)


def flat(folder: Path, n: int = 6, first: int = 0) -> Path:
    """`n` drawings a class in one folder: cat.0.jpg, dog.0.jpg, ..."""
    folder.mkdir(parents=True)
    for index in range(first, first + n):
        for label in ("cats", "dogs"):
            (folder / f"{label[:-1]}.{index}.jpg").write_bytes(jpeg(label, index))
    return folder


def test_a_patient_is_not_a_class_and_that_is_said(in_process, tmp_path):
    for split, first in (("train", 0), ("test", 100)):
        for patient in range(2):
            at = tmp_path / split
            for label in ("cats", "dogs"):
                folder = at / label / f"patient{first + patient}"
                folder.mkdir(parents=True)
                for index in range(3):
                    (folder / f"{index}.jpg").write_bytes(jpeg(label, first + 3 * patient + index))
    use_local(in_process, tmp_path / "train", tmp_path / "test")
    labels = prepared(in_process, "label", "file")
    assert {label for label, _ in labels} == {"cats", "dogs"}
    assert labels[0] == ("cats", "test/cats/patient100/0.jpg") and len(labels) == 24
    said = "classes are the folders that lie first below each split (cats, dogs)"
    assert said in in_process.stage("preprocess").stdout
    assert said in (in_process.folder / "data/prepared/summary.json").read_text()


def test_labels_from_a_pattern(in_process, tmp_path):
    train, test = flat(tmp_path / "train"), flat(tmp_path / "test", 3, 100)
    (train / "logo.0.jpg").write_bytes(jpeg("cats", 70))
    use_local(in_process, train, test)
    in_process.stage("download")
    assert_sentence(in_process.stage("preprocess", code=2), "data.labels takes classes from a table or from file names")
    in_process.set(**{"data.labels": {"pattern": r"^(cat|dog)\."}, "preprocess.max_reject_fraction": 0.1})
    found = prepared(in_process, "label", "file")
    assert Counter(label for label, _ in found) == {"cat": 9, "dog": 9} and found[0] == ("cat", "test/cat.100.jpg")
    assert [(row["file"], row["reason"]) for row in rows(in_process, "data/prepared/rejects.csv")] == [
        ("train/logo.0.jpg", "no_label")
    ]


@pytest.mark.parametrize("place", ["beside", "inside"])
def test_labels_splits_and_groups_from_a_table(in_process, tmp_path, place):
    train = flat(tmp_path / "photos", 10)
    splits = ["train"] * 5 + ["val"] * 2 + ["test"] * 3
    table = ["picture,kind,fold,owner"] + [
        f"{label}.{index},{label}ty,{split},owner{split}{index % 2}"
        for label in ("cat", "dog")
        for index, split in enumerate(splits)
    ]
    path = (train if place == "inside" else tmp_path) / "kinds.csv"
    path.write_text("\n".join(table))
    use_local(in_process, train, "")
    columns = {"file": "picture", "label": "kind", "split": "fold", "group": "owner"}
    named = "kinds.csv" if place == "inside" else str(path)
    in_process.set(**{"data.local.test": None, "data.labels": {"table": named, **columns}})
    found = prepared(in_process, "split", "label", "file", "group")
    assert Counter(row[:2] for row in found) == {
        (split, label): n for split, n in (("train", 5), ("validation", 2), ("test", 3)) for label in ("catty", "dogty")
    }
    assert found[0] == ("test", "catty", "test/cat.7.jpg", "ownertest1")
    assert rows(in_process, "data/prepared/rejects.csv") == []
    path.write_text("\n".join([*table, "cow.1,catty,train,x", "cow.2,catty,train,x"]))
    in_process.stage("download")
    done = in_process.stage("preprocess", code=2)
    assert_sentence(done, "2 of 22 files were set aside (not_there 2; e.g. cow.1 (kinds.csv names it")


def test_a_column_of_the_table_may_be_named_as_the_group(in_process, tmp_path):
    train = flat(tmp_path / "photos", 12)
    lines = [f"{label}.{index},{label},o{index // 3}" for label in ("cat", "dog") for index in range(12)]
    (tmp_path / "t.csv").write_text("\n".join(["file,label,owner", *lines]))
    use_local(in_process, train, "")
    table = {"table": str(tmp_path / "t.csv"), "file": "file", "label": "label"}
    in_process.set(**{"data.local.test": None, "data.labels": table, "split.group": "owner"})
    found = prepared(in_process, "group", "split")
    assert len(found) == 24 and len({group for group, _ in found}) == 4
    assert len(set(found)) == 4  # each group is in one split
    assert {split for _, split in found} == {"train", "validation", "test"}


def test_a_table_that_is_nowhere_is_named(in_process, tmp_path):
    use_local(in_process, flat(tmp_path / "train"), flat(tmp_path / "test", 3, 100))
    in_process.set(**{"data.labels": {"table": "labels.csv", "file": "f", "label": "l"}})
    assert_sentence(
        in_process.stage("download", code=2), "data.labels.table names labels.csv, which is neither on this machine nor"
    )


def test_a_validation_set_of_ones_own(in_process, tmp_path):
    use_local(in_process, fill(tmp_path / "train", 5), fill(tmp_path / "test", 2, first=100))
    in_process.set(**{"data.local.validation": str(fill(tmp_path / "val", 3, first=50))})
    (tmp_path / "train/cats/same.jpg").write_bytes(jpeg("cats", 50))
    in_process.set(**{"preprocess.max_reject_fraction": 0.1})
    found = prepared(in_process, "split", "file")
    assert Counter(split for split, _ in found) == {"train": 10, "validation": 6, "test": 4}
    assert found[-6:] == [
        ("validation", f"validation/{kind}s/{kind}.{i}.jpg") for kind in ("cat", "dog") for i in (50, 51, 52)
    ]
    assert rows(in_process, "data/prepared/rejects.csv")[0]["reason"] == "leak"
    said = "validation is as it came (6 pictures), and split.validation has no say"
    assert said in in_process.stage("preprocess").stdout


def test_a_validation_set_needs_every_class(in_process, tmp_path):
    use_local(in_process, fill(tmp_path / "train", 5), fill(tmp_path / "test", 2, first=100))
    in_process.set(**{"data.local.validation": str(fill(tmp_path / "val", 3, ("cats",), first=50))})
    in_process.stage("download")
    assert_sentence(in_process.stage("preprocess", code=2), "validation has no pictures of dogs; add some")


@pytest.mark.parametrize("archive", [True, False])
def test_folders_for_validation_are_used_as_such(in_process, tmp_path, archive):
    folders = [f"my/{split}/{label}" for split in ("train", "valid") for label in ("cats", "dogs")]
    members = pictures(*folders[:2], n=6) | pictures(*folders[2:], n=3, first=30)
    (tmp_path / "train.zip").write_bytes(zip_bytes(members))
    use_local(in_process, tmp_path / "train.zip", fill(tmp_path / "test", 2, first=100))
    if not archive:
        for name, content in members.items():
            path = tmp_path / "train" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        in_process.set(**{"data.local.train": str(tmp_path / "train")})
    found = prepared(in_process, "split", "label")
    assert Counter(found) == {
        (split, label): n for split, n in (("train", 6), ("validation", 3), ("test", 2)) for label in ("cats", "dogs")
    }


@pytest.mark.parametrize("n", [4, 5, 10])
def test_a_small_data_set_is_divided_with_each_class_on_both_sides(in_process, tmp_path, n):
    use_local(in_process, fill(tmp_path / "all", n), "")
    in_process.set(**{"data.local.test": None})
    counts = Counter(prepared(in_process, "split", "label"))
    assert sum(counts.values()) == 2 * n and min(counts["test", label] for label in ("cats", "dogs")) >= 2
    assert min(counts[split, label] for split in ("train", "validation") for label in ("cats", "dogs")) >= 1


def test_a_class_too_small_to_divide_is_named(in_process, tmp_path):
    folder = fill(tmp_path / "all", 6)
    for index in range(3):
        (folder / f"dogs/dog.{index}.jpg").unlink()
    use_local(in_process, folder, "")
    in_process.set(**{"data.local.test": None})
    in_process.stage("download")
    assert_sentence(
        in_process.stage("preprocess", code=2), "dogs has 3 usable undivided picture(s); each class needs at least 4"
    )


def test_groups_stay_on_one_side_and_a_group_in_train_and_test_is_a_leak(in_process, tmp_path):
    train, test = tmp_path / "train", tmp_path / "test"
    for folder, people, first in ((train, range(12), 0), (test, range(11, 15), 500)):
        for label in ("cats", "dogs"):
            (folder / label).mkdir(parents=True)
            for person in people:
                for shot in range(2):
                    name = f"person{person}{label[0]}_{shot}.jpg"
                    (folder / label / name).write_bytes(jpeg(label, first + 2 * person + shot))
    use_local(in_process, train, test)
    columns = [row[0] for row in prepared(in_process, "file")]
    assert "person0c_0.jpg" in columns[16] and "group" not in rows(in_process, "data/prepared/manifest.csv")[0]
    in_process.set(**{"split.group": r"(person\d+.)", "preprocess.max_duplicate_fraction": 0.2})
    found = prepared(in_process, "group", "split")
    assert len(set(found)) == len({group for group, _ in found}) == 11 * 2 + 4 * 2
    rejects = rows(in_process, "data/prepared/rejects.csv")
    assert [(row["file"], row["reason"]) for row in rejects] == [
        (f"train/{label}/person11{label[0]}_{shot}.jpg", "leak") for label in ("cats", "dogs") for shot in range(2)
    ]
    assert rejects[0]["detail"] == "of the group person11c, as test/cats/person11c_0.jpg is"


def test_a_group_is_suggested_in_one_line(in_process, tmp_path):
    for folder, people, first in ((tmp_path / "train", range(12), 0), (tmp_path / "test", range(20, 24), 500)):
        for label in ("cats", "dogs"):
            (folder / label).mkdir(parents=True)
            for person in people:
                number = 100 * (label == "dogs") + person
                for shot in range(2):
                    path = folder / label / f"person{number}_virus_{shot}.jpg"
                    path.write_bytes(jpeg(label, first + 2 * person + shot))
    use_local(in_process, tmp_path / "train", tmp_path / "test")
    in_process.stage("download")
    lines = in_process.stage("preprocess").stdout.splitlines()
    (line,) = [line for line in lines if "split.group" in line]
    pattern = line.split("split.group='")[1].split("'")[0]
    in_process.set(**{"split.group": pattern})
    found = prepared(in_process, "group", "split")
    assert {group for group, _ in found} >= {"person0", "person111"} and len(set(found)) == 32


@pytest.mark.slow
def test_dvc_takes_one_place_odd_names_patterns_and_tables_and_notices_another_table(project, tmp_path):
    folder = flat(tmp_path / "Käse, my photos (1)", 8)
    path, names = tmp_path / "my table.csv", [each.name for each in folder.iterdir()]
    path.write_text("".join(["f,l\n", *(f"{name},x{name[:3]}\n" for name in names)]))
    table = f"{{table: '{path}', file: f, label: l}}"
    shared = ("-S", "data.source=local", "-S", f"data.local.train='{folder}'", "-S", "data.local.test=null")
    for labels, classes in ((r"{pattern: '^(cat|dog)\.'}", {"cat", "dog"}), (table, {"xcat", "xdog"})):
        project.run("git", "checkout", "-q", "params.yaml")
        group = ("-S", r"split.group='([a-z]+\.\d+)'")
        project.run("dvc", "exp", "run", *shared, *group, "-S", f"data.labels={labels}", "preprocess")
        manifest = rows(project, "data/prepared/manifest.csv")
        assert {row["label"] for row in manifest} == classes
        assert {row["split"] for row in manifest} == {"train", "validation", "test"}
        assert {row["group"] for row in manifest} == {name.removesuffix(".jpg") for name in names}
    path.write_text(path.read_text().replace("xcat", "ycat"))
    project.run("dvc", "repro", "preprocess")
    assert {row["label"] for row in rows(project, "data/prepared/manifest.csv")} == {"ycat", "xdog"}
