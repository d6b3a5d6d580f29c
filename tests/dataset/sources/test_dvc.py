"""Pictures from a DVC repository with a remote of its own."""

import shutil
import subprocess
import tarfile

import pytest
from dvc.repo import Repo, open_repo

from tests.conftest import Project
from tests.dataset.samples import fill, jpeg
from tests.in_process import assert_no_output, assert_sentence, packed, rows

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:dvc")


@pytest.fixture(scope="module")
def pushed(tmp_path_factory):
    """A DVC repository with nothing in its cache, and its remote beside it: a folder and an archive of pictures."""
    folder = tmp_path_factory.mktemp("pushed") / "registry"
    fill(folder / "pets" / "train")
    fill(folder / "pets" / "validation", 3, first=100)
    with tarfile.open(folder / "one.tar.gz", "w:gz") as archive:
        archive.add(folder / "pets" / "train", "photos")
    git = Project(folder)
    git.run("git", "init", "-q", "-b", "main")
    repo = Repo.init(str(folder))
    with repo.config.edit() as config:
        config["core"]["remote"] = "store"
        config["remote"]["store"] = {"url": str(folder.parent / "store")}
    repo.close()
    with Repo(str(folder)) as repo:
        repo.add([str(folder / "pets"), str(folder / "one.tar.gz")])
        repo.push()
    git.commit("pets")
    git.run("git", "tag", "v1")
    shutil.rmtree(folder / "pets")
    return folder


@pytest.fixture
def registry(project, pushed):
    project.set(**{"data.source": "dvc", "data.dvc.repo": str(pushed), "data.dvc.path": "pets", "data.dvc.rev": "v1"})
    project.setenv(DVC_SITE_CACHE_DIR=str(project.folder.parent / "site"))
    forget(pushed)
    return pushed


def forget(registry):
    """Remove what DVC keeps of earlier reads: clones, as long as the process lives, and objects."""
    open_repo.clean_repos()
    for folder in ("cache", "tmp"):
        shutil.rmtree(registry / ".dvc" / folder, ignore_errors=True)


def test_a_registrys_folder_arrives_and_each_byte_is_hashed_once_an_algorithm(project, registry, hashed):
    project.stage("download")
    origins, manifest = (rows(project, f"data/raw/{table}.csv") for table in ("origins", "manifest"))
    arrived, stored = (sum(int(row["bytes"]) for row in table) for table in (origins, manifest))
    assert hashed.bytes == 2 * arrived + stored  # md5 and sha256 of what arrived, sha256 of what was packed
    assert len(packed(project, "all")) == 18
    assert packed(project, "all")["train/cats/cat.0.jpg"] == jpeg("cats", 0)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=registry, capture_output=True, text=True, check=True)
    assert origins[0]["origin"] == f"{registry} {head.stdout.strip()} pets/train/cats/cat.0.jpg"
    first = project.files("data/raw")
    project.stage("download")
    assert project.files("data/raw") == first
    project.stage("preprocess")
    splits = [row["split"] for row in rows(project, "data/prepared/manifest.csv")]
    assert splits.count("test") == 6 and len(splits) == 18


def test_a_registrys_archive_is_divided(project, registry):
    project.set(**{"data.dvc.path": "one.tar.gz", "data.dvc.rev": None, "data.dvc.test_share": 0.4})
    project.stage("download")
    assert (project.folder / "data/raw/all/one.tar.gz").is_file()
    project.stage("preprocess")
    splits = [row["split"] for row in rows(project, "data/prepared/manifest.csv")]
    assert splits.count("test") >= 4 and len(splits) == 12


@pytest.mark.parametrize(
    "name, value, text",
    [
        ("repo", "/nowhere/at/all", "/nowhere/at/all at v1 cannot be opened"),
        ("rev", "v9", "at v9 cannot be opened as a Git repository with DVC (unknown Git revision 'v9')"),
        ("path", "pats", "at v1 has no pats; see data.dvc.path."),
    ],
)
def test_what_a_registry_lacks_is_named(project, registry, name, value, text):
    project.set(**{f"data.dvc.{name}": value})
    assert_sentence(project.stage("download", code=2), text)
    assert_no_output(project)


@pytest.mark.parametrize("loss", ["one", "damaged", "listing", "all"])
def test_what_a_registrys_remote_lost_is_named_and_the_rest_kept(project, registry, tmp_path, loss):
    store = registry.parent / "store" / "files"
    objects = sorted(path for path in store.rglob("*") if path.is_file())
    victim = next(path for path in objects if path.suffix == ".dir") if loss == "listing" else objects[0]
    if victim.stat().st_size > 20_000:  # the archive, which is not asked for
        victim = objects[1]
    content = victim.read_bytes()
    try:
        if loss == "damaged":
            victim.chmod(0o644)
            victim.write_bytes(b"x" * len(content))
        elif loss == "all":
            store.rename(tmp_path / "away")
        else:
            victim.unlink()
        assert_sentence(project.stage("download", code=3), "pets of ")
    finally:
        if loss == "all":
            (tmp_path / "away").rename(store)
        else:
            victim.write_bytes(content)
    assert_no_output(project)
    kept = {path.name for path in (project.folder / "data/.download/dvc").iterdir()}
    # How many, beside those on their way, hangs on when the loss is met: what has not begun by then is called off.
    assert bool(kept) == (loss in ("one", "damaged"))
    forget(registry)
    project.stage("download")
    assert len(packed(project, "all")) == 18
