"""Data sets from a server that speaks as Hugging Face does."""

import hashlib
import json

import pytest

from tests.dataset.samples import pictures, zip_bytes
from tests.in_process import assert_no_output, assert_sentence, packed, rows
from tests.servers import serving

COMMIT = "0123456789abcdef0123456789abcdef01234567"
FILES = pictures("data/train/cats", "data/train/dogs") | pictures("data/test/cats", "data/test/dogs", n=3, first=90)


@pytest.fixture
def hub(project):
    with serving() as server:
        project.setenv(HF_ENDPOINT=server.url)
        project.set(**{"data.source": "huggingface", "data.huggingface.repo": "some/pets"})
        yield server


def publish(hub, files: dict[str, bytes], revision: str = "main") -> None:
    """Let the server have a commit with these files; the large ones are known by their sha256."""
    siblings = [
        {"rfilename": name, "size": len(content), "lfs": {"sha256": hashlib.sha256(content).hexdigest()}}
        if len(content) > 3000
        else {"rfilename": name, "size": len(content)}
        for name, content in files.items()
    ]
    listing = json.dumps({"id": "some/pets", "sha": COMMIT, "siblings": siblings}).encode()
    hub.files[f"/api/datasets/some/pets/revision/{revision}"] = listing
    hub.files |= {f"/datasets/some/pets/resolve/{COMMIT}/{name}": content for name, content in files.items()}


def test_files_arrive_with_their_commit_and_sha256(project, hub):
    publish(hub, FILES | {"README.md": b"# pets", ".gitattributes": b"x"}, "v1")
    project.set(**{"data.huggingface.revision": "v1", "data.huggingface.path": "data"})
    project.stage("download")
    assert packed(project, "all") == {name.removeprefix("data/"): content for name, content in FILES.items()}
    origins = rows(project, "data/raw/origins.csv")
    assert [row["origin"].split()[1] for row in origins] == [COMMIT] * 18
    assert {row["sha256"] for row in origins} == {hashlib.sha256(content).hexdigest() for content in FILES.values()}
    project.stage("preprocess")
    splits = [row["split"] for row in rows(project, "data/prepared/manifest.csv")]
    assert splits.count("test") == 6 and len(splits) == 18


def test_an_archive_arrives_as_it_is(project, hub):
    archive = zip_bytes(FILES)
    publish(hub, {"data/pets.zip": archive, "README.md": b"# pets"})
    project.set(**{"data.huggingface.path": "data/pets.zip"})
    project.stage("download")
    assert (project.folder / "data/raw/all/pets.zip").read_bytes() == archive


def test_what_is_wrong_is_said(project, hub):
    assert_sentence(project.stage("download", code=2), "some/pets at main is not a public data set on")
    publish(hub, {"data/train-0000.parquet": b"PAR1", "README.md": b"x"})
    assert_sentence(project.stage("download", code=2), "holds its pictures in tables (Parquet)")
    project.set(**{"data.huggingface.path": "photos"})
    assert_sentence(project.stage("download", code=2), "some/pets on Hugging Face has no photos; see data.huggingface")
    hub.files["/api/datasets/some/pets/revision/main"] = b"[]"
    assert_sentence(project.stage("download", code=3), "gives no list of files")
    assert_no_output(project)


def test_a_file_that_arrives_damaged_is_named(project, hub):
    publish(hub, FILES)
    name = max(FILES, key=lambda name: len(FILES[name]))
    hub.files[f"/datasets/some/pets/resolve/{COMMIT}/{name}"] = b"x" * 4000
    assert_sentence(project.stage("download", code=3), f"{name} has the sha256")
