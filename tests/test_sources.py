"""Every source beyond this machine, through the stage, from servers and a registry that are real."""

import csv
import importlib.util
import io
import random
import shutil
import socket
import subprocess
import sys
import tarfile
import time
import zipfile

import pytest

from tests.servers import Drive, Files, serving, standing_in
from tests.test_download import fill, jpeg, manifest, use

needs_gdown = pytest.mark.skipif(importlib.util.find_spec("gdown") is None, reason="the extra `drive` is not installed")


def archive_of(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def pictures(*folders: str, n: int = 6, first: int = 0) -> dict[str, bytes]:
    return {
        f"{folder}/{index}.jpg": jpeg("dogs" if "dog" in folder.lower() else "cats", first + index)
        for folder in folders
        for index in range(n)
    }


def packed(project, split: str) -> dict[str, bytes]:
    with zipfile.ZipFile(project.folder / f"data/raw/{split}/pictures.zip") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def origins(project) -> list[dict]:
    with (project.folder / "data/raw/origins.csv").open() as file:
        return list(csv.DictReader(file))


def sentence(done, said: str) -> None:
    assert done.stderr.startswith("error: ") and len(done.stderr.splitlines()) == 1, done.stderr
    assert said in done.stderr, done.stderr


def is_clean(project) -> None:
    assert not (project.folder / "data/raw").exists()


# url

TRAIN = archive_of(pictures("photos/cats", "photos/dogs"))
TEST = archive_of(pictures("photos/cats", "photos/dogs", n=3, first=100))


@pytest.fixture
def server():
    with serving() as server:
        server.files = {"/train.zip": TRAIN, "/test.zip": TEST}
        yield server


def use_url(project, train, test=None, **more):
    project.set(**{"data.source": "url", "data.url.train": train, "data.url.test": test})
    project.set(**{f"data.url.{name}": value for name, value in more.items()})


def test_two_archives_from_a_server(project, server):
    use_url(project, f"{server.url}/train.zip?key=1", f"{server.url}/test.zip")
    project.stage("download")
    assert [(row["split"], row["file"], int(row["bytes"])) for row in manifest(project)] == [
        ("train", "train.zip", len(TRAIN)),
        ("test", "test.zip", len(TEST)),
    ]
    assert [row["origin"] for row in origins(project)] == [f"{server.url}/train.zip?key=1", f"{server.url}/test.zip"]
    assert [row["sha256"] for row in origins(project)] == [row["sha256"] for row in manifest(project)]
    assert not (project.folder / "data/.download").exists()
    project.stage("preprocess")


def test_one_archive_with_folders_for_train_and_validation(project, server):
    server.files["/both.zip"] = archive_of(
        pictures("all/train/cats", "all/train/dogs")
        | pictures("all/Validation/cats", "all/Validation/dogs", n=2, first=50)
        | {"../out.jpg": b"x"}
    )
    use_url(project, f"{server.url}/both.zip")
    project.set(**{"preprocess.max_reject_fraction": 0.1})
    project.stage("download")
    assert packed(project, "train") == pictures("all/train/cats", "all/train/dogs")
    assert packed(project, "test") == pictures("all/Validation/cats", "all/Validation/dogs", n=2, first=50)
    assert "train/../out.jpg,unsafe_name" in (project.folder / "data/raw/skipped.csv").read_text()
    project.stage("preprocess")


def test_one_archive_is_divided_alike_whatever_the_seed_and_whatever_is_added(project, server):
    divided = []
    for n, seed in ((40, 1), (40, 2), (44, 1)):
        server.files["/one.zip"] = archive_of(
            {f"Pets/{kind}/{i}.jpg": b"x" for kind in ("Cat", "Dog") for i in range(n)}
        )
        use_url(project, f"{server.url}/one.zip", test_share=0.25)
        project.set(seed=seed)
        project.stage("download")
        divided.append((set(packed(project, "train")), set(packed(project, "test"))))
    (train, test), same, more = divided
    assert same == (train, test) and train < more[0] and test < more[1]
    assert len(train) + len(test) == 80 and 10 <= len(test) <= 30 and not train & test


def test_a_wrong_sum_stops_the_stage(project, server):
    use_url(project, f"{server.url}/train.zip", f"{server.url}/test.zip", test_sha256="1" * 64)
    done = project.stage("download", code=3)
    sentence(done, "1" * 64)
    is_clean(project)
    assert not list((project.folder / "data/.download").glob("test/*.zip"))


def test_what_is_no_archive_is_named(project, server):
    server.files["/page"] = b"<html>Sign in</html>"
    use_url(project, f"{server.url}/page", f"{server.url}/test.zip")
    sentence(project.stage("download", code=3), f"{server.url}/page gives no zip or tar archive")
    use_url(project, f"{server.url}/nothing.zip")
    sentence(project.stage("download", code=3), "nothing.zip answers 404")
    use_url(project, "microsfot")
    sentence(
        project.stage("download", code=2), "data.url.train is microsfot; it has to be an address, or one of microsoft"
    )
    is_clean(project)


def test_the_presets_lead_to_their_hosts_and_the_published_sum_is_checked(project, tmp_path):
    hosts = ("download.microsoft.com", "storage.googleapis.com")
    with standing_in(Files, tmp_path, *hosts) as (server, environment):
        project.environment |= environment
        microsoft = "/download/3/E/1/3E1C3F21-ECDB-4869-8368-6DEBA77B919F/kagglecatsanddogs_5340.zip"
        server.files[microsoft] = archive_of(pictures("PetImages/Cat", "PetImages/Dog"))
        server.files["/mledu-datasets/cats_and_dogs_filtered.zip"] = archive_of(
            pictures("f/train/cats", "f/train/dogs") | pictures("f/validation/cats", "f/validation/dogs", first=9)
        )
        use_url(project, "tensorflow")
        project.stage("download")
        assert len(packed(project, "train")) == len(packed(project, "test")) == 12
        use_url(project, "microsoft")
        sentence(project.stage("download", code=3), "b7974bd00a84a99921f36ee4403f089853777b5ae8d151c76a86e64900334af9")


@pytest.mark.parametrize("source", ["url", pytest.param("google_drive", marks=needs_gdown), "dvc"])
def test_offline_is_one_sentence_and_code_3(project, source):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{unused.getsockname()[1]}"
    project.set(**{"data.source": source})
    project.environment |= dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), nobody)
    project.environment |= {"no_proxy": "", "NO_PROXY": ""}
    sentence(project.stage("download", code=3), "cannot be")
    is_clean(project)


@pytest.mark.slow
def test_killed_in_mid_download_it_goes_on_and_ends_the_same(project, server):
    """20 kills while a server hands out 6 MB slowly."""
    big = archive_of(pictures("cats", "dogs") | {"cats/noise.jpg": random.Random(0).randbytes(6_000_000)})
    server.files["/train.zip"] = big
    use_url(project, f"{server.url}/train.zip", f"{server.url}/test.zip")
    server.pace = 2_000_000  # bytes a second
    start = time.monotonic()
    project.stage("download")
    duration = time.monotonic() - start
    expected = project.files("data/raw")
    shutil.rmtree(project.folder / "data/raw")
    server.requests.clear()
    rng, kills = random.Random(0), 0
    for _ in range(20):
        running = subprocess.Popen(
            [sys.executable, "-m", "stages.download"],
            cwd=project.folder,
            env=project.environment,
            start_new_session=True,
        )
        time.sleep(rng.uniform(0, duration))
        subprocess.run(["kill", "-KILL", "--", f"-{running.pid}"], stderr=subprocess.DEVNULL, check=False)
        kills += running.wait() != 0
        if (project.folder / "data/raw").exists():
            assert project.files("data/raw") == expected
            shutil.rmtree(project.folder / "data/raw")
    server.pace = None
    project.stage("download")
    assert project.files("data/raw") == expected
    assert kills >= 10 and any(start for _, start in server.requests)


# google_drive

TRAIN_ID, TEST_ID = "1trainfolder" + "x" * 21, "1testfolder" + "x" * 22


def drive_id(number: int) -> str:
    return f"1file{number:028d}"


@pytest.fixture
def drive(project, tmp_path):
    with standing_in(Drive, tmp_path, "drive.google.com", "drive.usercontent.google.com", "docs.google.com") as (
        server,
        environment,
    ):
        project.environment |= environment
        project.set(**{"data.source": "google_drive", "data.google_drive.train": TRAIN_ID})
        project.set(**{"data.google_drive.test": f"https://drive.google.com/drive/folders/{TEST_ID}?usp=sharing"})
        cats, dogs, inner = (f"1sub{name}" + "x" * 24 for name in ("cats1", "dogs1", "inner"))
        # train: loose pictures in a folder, and an archive in a folder in a folder; test: one archive
        server.folders[TRAIN_ID] = ("Training", [(cats, "cats", "folder"), (inner, "more", "folder")])
        server.folders[cats] = ("cats", [(drive_id(index), f"cat {index}.jpg", "file") for index in range(6)])
        server.folders[inner] = ("more", [(dogs, "pets", "folder")])
        server.folders[dogs] = ("pets", [(drive_id(50), "dogs.zip", "file")])
        server.folders[TEST_ID] = ("Testing", [(drive_id(60), "test.zip", "file")])
        server.files |= {drive_id(index): jpeg("cats", index) for index in range(6)}
        server.files[drive_id(50)] = archive_of({f"{index}.jpg": jpeg("dogs", index) for index in range(6)})
        server.files[drive_id(60)] = TEST
        yield server


@needs_gdown
def test_shared_folders_arrive(project, drive):
    project.stage("download")
    expected = {f"cats/cat {index}.jpg": jpeg("cats", index) for index in range(6)}
    expected |= {f"more/pets/dogs/{index}.jpg": jpeg("dogs", index) for index in range(6)}
    assert packed(project, "train") == expected
    assert set(packed(project, "test")) == {f"test/{name}" for name in pictures("photos/cats", "photos/dogs", n=3)}
    assert [row["origin"] for row in origins(project)][-1] == f"{drive_id(60)} test.zip"
    project.stage("preprocess")


@needs_gdown
def test_a_shared_archive_arrives_as_it_is(project, drive):
    project.set(**{"data.google_drive.test": f"https://drive.google.com/file/d/{drive_id(60)}/view"})
    project.stage("download")
    assert (project.folder / "data/raw/test/pictures.zip").read_bytes() == TEST


@needs_gdown
@pytest.mark.parametrize(
    "page, said",
    [
        (
            '<p class="uc-error-subcaption">Too many users have viewed or downloaded this file recently.</p>',
            "its quota is used up: wait a day",
        ),
        ("<html><title>Sign in</title></html>", "see that the id is right and that it is shared"),
        (None, "see that the id is right and that it is shared"),
        ("bare", "gdown fails with KeyError"),
    ],
)
def test_a_page_in_place_of_a_file_is_named_and_what_arrived_is_kept(project, drive, page, said):
    drive.files[drive_id(3)] = page
    done = project.stage("download", code=3)
    sentence(done, f"Google Drive does not give cats/cat 3.jpg ({drive_id(3)}): ")
    assert said in done.stderr
    is_clean(project)
    drive.files[drive_id(3)] = jpeg("cats", 3)
    (project.folder / f"data/.download/google_drive/{drive_id(1)}").write_bytes(b"damaged since")
    drive.requests.clear()
    project.stage("download")
    asked = [id for path, id in drive.requests if path == "/uc"]
    assert drive_id(0) not in asked and drive_id(1) in asked and drive_id(3) in asked
    assert packed(project, "train")["cats/cat 1.jpg"] == jpeg("cats", 1)


@needs_gdown
def test_a_partial_listing_is_not_taken_for_whole(project, drive):
    drive.partial = 1
    project.stage("download")
    assert len(packed(project, "train")) == 12


@needs_gdown
def test_a_private_or_empty_folder_is_named(project, drive):
    del drive.folders[TRAIN_ID]
    sentence(project.stage("download", code=3), f"data.google_drive.train ({TRAIN_ID}): Failed to retrieve")
    drive.folders[TRAIN_ID] = ("Training", [])
    sentence(project.stage("download", code=3), "see that the id is right")
    is_clean(project)


@needs_gdown
def test_a_busy_drive_is_asked_again_and_then_named(project, drive):
    drive.script = [None, None, 429]
    project.stage("download")
    drive.script = [503] * 4
    sentence(
        project.stage("download", code=3), "Google Drive answers 503 when asked for the folder data.google_drive.train"
    )


@needs_gdown
def test_a_line_that_breaks_is_taken_up(project, drive):
    drive.files[drive_id(60)] = archive_of(
        pictures("a/cats", "a/dogs") | {"a/cats/n.jpg": random.Random(0).randbytes(10**6)}
    )
    project.set(**{"data.google_drive.train": drive_id(60)})
    drive.script, drive.drop_after = [404, 404, "drop"], 600_000
    project.stage("download")
    assert (project.folder / "data/raw/train/pictures.zip").read_bytes() == drive.files[drive_id(60)]


@needs_gdown
def test_two_files_of_one_name_are_refused(project, drive):
    title, entries = drive.folders[TEST_ID]
    drive.folders[TEST_ID] = (title, [*entries, (drive_id(61), "test.zip", "file")])
    sentence(project.stage("download", code=2), "two files of the name test.zip; rename one")


def test_a_missing_extra_is_named_with_its_command(project):
    project.set(**{"data.source": "google_drive"})
    (project.folder / "gdown.py").write_text("raise ImportError")
    sentence(project.stage("download", code=2), "needs gdown; install it with `make repro EXTRAS=drive`")


# dvc


@pytest.fixture
def registry(project, tmp_path):
    """A DVC repository with a remote of its own and nothing in its cache: a folder and two archives of pictures."""
    folder = tmp_path / "registry"
    fill(folder / "pets" / "train")
    fill(folder / "pets" / "validation", 3, first=100)
    with tarfile.open(folder / "one.tar.gz", "w:gz") as archive:
        archive.add(folder / "pets" / "train", "photos")

    def call(*command):
        subprocess.run(command, cwd=folder, env=project.environment, check=True, capture_output=True)

    for command in (
        "git init -q -b main",
        "dvc init -q",
        f"dvc remote add -q -d store {tmp_path / 'store'}",
        "dvc add -q pets one.tar.gz",
        "git add -A",
        "git commit -q -m pets",
        "git tag v1",
        "dvc push -q",
    ):
        call(*command.split())
    shutil.rmtree(folder / ".dvc" / "cache")
    shutil.rmtree(folder / "pets")
    project.set(**{"data.source": "dvc", "data.dvc.repo": str(folder), "data.dvc.path": "pets", "data.dvc.rev": "v1"})
    return folder


def test_a_registrys_folder_arrives(project, registry, tmp_path):
    project.stage("download")
    assert len(packed(project, "train")) == 12 and len(packed(project, "test")) == 6
    assert packed(project, "train")["train/cats/cat.0.jpg"] == jpeg("cats", 0)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=registry, capture_output=True, text=True, check=True)
    assert origins(project)[0]["origin"] == f"{registry} {head.stdout.strip()} pets/train/cats/cat.0.jpg"
    first = project.files("data/raw")
    project.stage("download")
    assert project.files("data/raw") == first
    project.stage("preprocess")


def test_a_registrys_archive_is_divided(project, registry):
    project.set(**{"data.dvc.path": "one.tar.gz", "data.dvc.rev": None, "data.dvc.test_share": 0.4})
    project.stage("download")
    both = [*packed(project, "train"), *packed(project, "test")]
    assert sorted(both) == sorted(pictures_in(registry / "one.tar.gz")) and packed(project, "test")


def pictures_in(path):
    with tarfile.open(path) as archive:
        return [name for name in archive.getnames() if name.endswith(".jpg")]


@pytest.mark.parametrize(
    "name, value, said",
    [
        ("repo", "/nowhere/at/all", "/nowhere/at/all at v1 cannot be opened"),
        ("rev", "v9", "at v9 cannot be opened as a Git repository with DVC (unknown Git revision 'v9')"),
        ("path", "pats", "at v1 has no pats; see data.dvc.path."),
    ],
)
def test_what_a_registry_lacks_is_named(project, registry, name, value, said):
    project.set(**{f"data.dvc.{name}": value})
    sentence(project.stage("download", code=2), said)
    is_clean(project)


@pytest.mark.parametrize("loss", ["one", "damaged", "listing", "all"])
def test_what_a_registrys_remote_lost_is_named_and_the_rest_kept(project, registry, tmp_path, loss):
    store = tmp_path / "store" / "files"
    objects = sorted(path for path in store.rglob("*") if path.is_file())
    victim = next(path for path in objects if path.suffix == ".dir") if loss == "listing" else objects[0]
    if victim.stat().st_size > 20_000:  # the archive, which is not asked for
        victim = objects[1]
    content = victim.read_bytes()
    if loss == "damaged":
        victim.chmod(0o644)
        victim.write_bytes(b"x" * len(content))
    elif loss == "all":
        store.rename(tmp_path / "away")
    else:
        victim.unlink()
    sentence(project.stage("download", code=3), "pets of ")
    is_clean(project)
    if loss == "all":
        (tmp_path / "away").rename(store)
    else:
        victim.write_bytes(content)
    project.stage("download")
    assert len(packed(project, "train")) == 12


def test_through_dvc_repro(project, registry):
    project.run("dvc", "repro", "download")
    assert len(packed(project, "train")) == 12
    assert "didn't change" in project.run("dvc", "repro", "download").stdout
    project.set(**{"data.url.train": "http://127.0.0.1/x"})  # a source that is not chosen
    assert "didn't change" in project.run("dvc", "repro", "download").stdout
    project.set(**{"data.dvc.path": "one.tar.gz"})
    assert "Running stage 'download'" in project.run("dvc", "repro", "download").stdout


# local, which has to see that what it was told of has changed


@pytest.mark.parametrize("kind", ["folder in the project", "folder elsewhere", "archive elsewhere"])
def test_a_changed_place_runs_again(project, tmp_path, kind):
    train = fill(project.folder / "data/local/train" if kind == "folder in the project" else tmp_path / "train")
    if kind == "archive elsewhere":
        train = shutil.make_archive(str(tmp_path / "train"), "zip", train)
    use(project, "data/local/train" if kind == "folder in the project" else train, fill(tmp_path / "test", 3, first=90))
    project.run("dvc", "repro", "download")
    assert "didn't change" in project.run("dvc", "repro", "download").stdout
    if kind == "archive elsewhere":
        with zipfile.ZipFile(train, "a") as archive:
            archive.writestr("cats/new.jpg", jpeg("cats", 500))
    else:
        folder = project.folder / "data/local/train" if kind == "folder in the project" else train
        (folder / "cats" / "new.jpg").write_bytes(jpeg("cats", 500))
    assert "Running stage 'download'" in project.run("dvc", "repro", "download").stdout
    name = "pictures.zip" if kind != "archive elsewhere" else "train.zip"
    with zipfile.ZipFile(project.folder / "data/raw/train" / name) as archive:
        assert "cats/new.jpg" in archive.namelist()


def test_a_missing_place_is_named_by_dvc_too(project, tmp_path):
    use(project, tmp_path / "nowhere", fill(tmp_path / "test"))
    done = project.run("dvc", "repro", "download", code=None)
    assert done.returncode and str(tmp_path / "nowhere") in done.stderr
