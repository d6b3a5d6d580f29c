"""Data sets from a server that speaks as Kaggle does."""

import hashlib
import json

import pytest

from tests.dataset.samples import pictures, zip_bytes
from tests.in_process import assert_no_output, assert_sentence, rows
from tests.servers import Asking, serving

ARCHIVE = zip_bytes(
    pictures("pets/train/cats", "pets/train/dogs") | pictures("pets/test/cats", "pets/test/dogs", n=3, first=90)
)
VIEW, DOWNLOAD = "/api/v1/datasets/view/some/pets", "/api/v1/datasets/download/some/pets"


@pytest.fixture
def kaggle(project):
    with serving() as server:
        project.setenv(KAGGLE_API_ENDPOINT=server.url, KAGGLE_USERNAME="", KAGGLE_KEY="")
        project.set(**{"data.source": "kaggle", "data.kaggle.dataset": "some/pets"})
        server.files |= {VIEW: json.dumps({"currentVersionNumber": 3}).encode(), DOWNLOAD: ARCHIVE}
        yield server


def test_the_newest_version_arrives_with_its_number_and_sha256(project, kaggle):
    project.stage("download")
    assert (project.folder / "data/raw/all/some_pets_3.zip").read_bytes() == ARCHIVE
    (origin,) = rows(project, "data/raw/origins.csv")
    assert origin["origin"] == f"{kaggle.url}/datasets/some/pets version 3"
    assert origin["sha256"] == hashlib.sha256(ARCHIVE).hexdigest()
    project.stage("preprocess")
    splits = [row["split"] for row in rows(project, "data/prepared/manifest.csv")]
    assert splits.count("test") == 6 and len(splits) == 18


def test_a_version_that_is_given_is_not_asked_for(project, kaggle):
    project.set(**{"data.kaggle.version": 2})
    kaggle.script = ["drop"]
    project.stage("download")
    assert {path for path, _ in kaggle.requests} == {DOWNLOAD} and len(kaggle.requests) > 1
    assert rows(project, "data/raw/origins.csv")[0]["origin"].endswith(" version 2")


def test_what_is_wrong_is_said(project, kaggle):
    kaggle.files[DOWNLOAD] = b"<html>please log in</html>"
    assert_sentence(
        project.stage("download", code=3), "is not a zip archive; open https://www.kaggle.com/datasets/some"
    )
    kaggle.files[VIEW] = b"{}"
    assert_sentence(project.stage("download", code=3), "does not say which version is the newest")
    del kaggle.files[VIEW]
    assert_sentence(project.stage("download", code=2), "some/pets is not a public data set on Kaggle (404)")
    project.set(**{"data.kaggle.dataset": "pets"})
    assert_sentence(project.stage("download", code=2), "data.kaggle.dataset")
    assert_no_output(project)


def test_whoever_has_a_key_is_let_in(project):
    with serving(Asking) as server:
        server.files |= {VIEW: json.dumps({"currentVersionNumber": 3}).encode(), DOWNLOAD: ARCHIVE}
        project.set(**{"data.source": "kaggle", "data.kaggle.dataset": "some/pets"})
        project.setenv(KAGGLE_API_ENDPOINT=server.url, KAGGLE_USERNAME="me", KAGGLE_KEY="wrong")
        assert_sentence(project.stage("download", code=2), "(403); see data.kaggle.dataset, or set KAGGLE_USERNAME")
        project.setenv(KAGGLE_KEY="secret")
        project.stage("download")
