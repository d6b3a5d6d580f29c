"""download: without a network, killed, and recorded by DVC."""

import shutil
import socket
import zipfile
from pathlib import Path

import pytest
import requests
from dvc.repo import Repo

from tests.dataset.samples import fill, jpeg, pictures, zip_bytes
from tests.in_process import InProcess, assert_no_output, assert_sentence, use_local
from tests.servers import serving
from tests.stages.faults import killed_before_change, killed_by
from transfer.project.dvc_command import look_at_source

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:dvc")


@pytest.mark.parametrize("source", ["url", "google_drive", "dvc", "huggingface", "kaggle"])
def test_offline_is_one_sentence_and_code_3(in_process, source, monkeypatch):
    if source == "google_drive":
        pytest.importorskip("gdown")
    monkeypatch.setattr("transfer.dataset.sources.fetch.BACK_OFF", 0.01)
    monkeypatch.setattr("transfer.dataset.sources.google_drive.LISTINGS", (0, 0, 0.01, 0.01))
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{unused.getsockname()[1]}"
    in_process.set(**{"data.source": source})
    in_process.setenv(**dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), nobody))
    in_process.setenv(no_proxy="", NO_PROXY="")
    assert_sentence(in_process.stage("download", code=3), "cannot be")
    assert_no_output(in_process)


# Killed


def test_killed_before_any_change_it_leaves_nothing_taken_for_complete(in_process, tmp_path):
    test = shutil.make_archive(str(tmp_path / "test"), "zip", fill(tmp_path / "test", 1, first=90))
    use_local(in_process, fill(tmp_path / "train", 2), test)
    in_process.stage("download")
    complete = in_process.files("data/raw")
    kills = 0
    shutil.rmtree("data/raw")
    while killed_before_change(kills + 1, lambda: in_process.stage("download")):
        kills += 1
        assert not Path("data/raw").exists() or in_process.files("data/raw") == complete, f"killed before {kills}"
        in_process.stage("download")
        assert in_process.files("data/raw") == complete, f"killed before change {kills}"
        shutil.rmtree("data/raw")
    assert kills > 10
    assert in_process.files("data/raw") == complete


@pytest.mark.parametrize("chunk", [1, 7, 13])
def test_killed_while_a_file_arrives_it_goes_on_there(in_process, chunk):
    train = zip_bytes(pictures("cats", "dogs"))
    with serving() as server:
        server.files = {"/train.zip": train, "/test.zip": zip_bytes(pictures("cats", "dogs", n=2, first=50))}
        in_process.set(**{"data.source": "url", "data.url.train": f"{server.url}/train.zip"})
        in_process.set(**{"data.url.test": f"{server.url}/test.zip"})
        in_process.stage("download")
        complete = in_process.files("data/raw")
        shutil.rmtree("data/raw")
        server.requests.clear()

        def kill_after_chunks(kill):
            real = requests.Response.iter_content

            def iter_content(response, size):
                for number, content in enumerate(real(response, 1 + len(train) // 20), 1):
                    yield content
                    if number == chunk:
                        kill()

            requests.Response.iter_content = iter_content

        assert killed_by(lambda: in_process.stage("download"), kill_after_chunks)
        assert not Path("data/raw").exists()
        arrived = Path("data/.download/train/train.zip").stat().st_size
        assert 0 < arrived < len(train)
        in_process.stage("download")
        assert in_process.files("data/raw") == complete
        assert ("/train.zip", f"bytes={arrived}-") in server.requests


# By DVC, which must notice that a source has changed


class Recorded(InProcess):
    """A clone that DVC works on in this process."""

    def record(self) -> None:
        """Run the stage and commit it to DVC."""
        self.stage("download")
        with Repo(str(self.folder)) as repo:
            repo.commit("download", force=True)

    def changed(self) -> str:
        """What DVC would run the stage again for, as `dvc status` of the project's environment says."""
        look_at_source()
        with Repo(str(self.folder)) as repo:
            return str(repo.status(["download"]))


@pytest.fixture
def recorded(project, monkeypatch, capsys):
    monkeypatch.chdir(project.folder)
    return Recorded(project.folder, monkeypatch, capsys)


@pytest.mark.parametrize("kind", ["folder in the project", "folder elsewhere", "archive elsewhere"])
def test_a_changed_place_runs_again(recorded, tmp_path, kind):
    inside = kind == "folder in the project"
    train = fill(recorded.folder / "data/local/train" if inside else tmp_path / "train", 2)
    if kind == "archive elsewhere":
        train = shutil.make_archive(str(tmp_path / "train"), "zip", train)
    named = "data/local/train" if inside else str(train)
    use_local(recorded, named, fill(tmp_path / "test", 1, first=90))
    recorded.record()
    assert recorded.changed() == "{}"
    if kind == "archive elsewhere":
        with zipfile.ZipFile(train, "a") as archive:
            archive.writestr("cats/new.jpg", jpeg("cats", 500))
    else:
        (train / "cats" / "new.jpg").write_bytes(jpeg("cats", 500))
    assert "'data/local.json': 'modified'" in recorded.changed()
    recorded.record()
    name = "pictures.zip" if kind != "archive elsewhere" else "train.zip"
    with zipfile.ZipFile(recorded.folder / "data/raw/train" / name) as archive:
        assert "cats/new.jpg" in archive.namelist()


def test_only_the_chosen_sources_settings_count(recorded):
    recorded.record()
    assert recorded.changed() == "{}"
    recorded.set(**{"data.url.train": "http://127.0.0.1/x"})  # a source that is not chosen
    assert recorded.changed() == "{}"
    recorded.set(**{"data.sample.train": 26})
    assert "data.sample" in recorded.changed()


def test_a_place_that_is_gone_leaves_what_was_recorded_of_it(recorded, tmp_path):
    train = fill(tmp_path / "train", 2)
    use_local(recorded, train, fill(tmp_path / "test", 1, first=90))
    recorded.record()
    shutil.rmtree(train)
    assert recorded.changed() == "{}"
    assert recorded.stage("download", code=2).stderr.startswith("error: data.local.train names")
    assert (recorded.folder / "data/raw/train/pictures.zip").is_file()
