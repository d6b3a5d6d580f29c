"""Archives from a web server."""

import pytest

from tests.dataset.samples import pictures, zip_bytes
from tests.in_process import assert_no_output, assert_sentence, rows
from tests.servers import Files, serving, standing_in

TRAIN = zip_bytes(pictures("photos/cats", "photos/dogs"))
TEST = zip_bytes(pictures("photos/cats", "photos/dogs", n=3, first=100))


@pytest.fixture
def server():
    with serving() as server:
        server.files = {"/train.zip": TRAIN, "/test.zip": TEST}
        yield server


def use(project, train, test=None, **more):
    project.set(**{"data.source": "url", "data.url.train": train, "data.url.test": test})
    project.set(**{f"data.url.{name}": value for name, value in more.items()})


def test_two_archives_arrive_as_they_are_and_each_byte_is_hashed_once(project, server, hashed):
    use(project, f"{server.url}/train.zip?key=1", f"{server.url}/test.zip")
    project.stage("download")
    manifest, origins = rows(project, "data/raw/manifest.csv"), rows(project, "data/raw/origins.csv")
    assert [(row["split"], row["file"], int(row["bytes"])) for row in manifest] == [
        ("train", "train.zip", len(TRAIN)),
        ("test", "test.zip", len(TEST)),
    ]
    assert (project.folder / "data/raw/train/train.zip").read_bytes() == TRAIN
    assert [row["origin"] for row in origins] == [f"{server.url}/train.zip?key=1", f"{server.url}/test.zip"]
    assert [row["sha256"] for row in origins] == [row["sha256"] for row in manifest]
    assert hashed.bytes == len(TRAIN) + len(TEST)
    assert not (project.folder / "data/.download").exists()
    project.stage("preprocess")


def test_one_archive_with_folders_for_train_and_validation(project, server):
    both = zip_bytes(
        pictures("all/train/cats", "all/train/dogs")
        | pictures("all/Validation/cats", "all/Validation/dogs", n=2, first=50)
        | {"../out.jpg": b"x"}
    )
    server.files["/both.zip"] = both
    use(project, f"{server.url}/both.zip")
    project.set(**{"preprocess.max_reject_fraction": 0.1})
    project.stage("download")
    assert (project.folder / "data/raw/all/both.zip").read_bytes() == both
    project.stage("preprocess")
    assert files(project, "test") == {f"test/{kind}/{i}.jpg" for kind in ("cats", "dogs") for i in range(2)}
    assert len(files(project, "train", "validation")) == 12
    assert "train/../out.jpg,unsafe_name" in (project.folder / "data/prepared/rejects.csv").read_text()


def files(project, *splits: str) -> set[str]:
    """The files of the prepared pictures of some splits."""
    return {row["file"] for row in rows(project, "data/prepared/manifest.csv") if row["split"] in splits}


def test_one_archive_is_divided_alike_whatever_the_seed_and_whatever_is_added(project, server):
    divided = []
    for n, seed in ((40, 1), (40, 2), (44, 1)):
        server.files["/one.zip"] = zip_bytes(pictures("Pets/cats", "Pets/dogs", n=n))
        use(project, f"{server.url}/one.zip", test_share=0.25)
        project.set(**{"seed.data": seed})
        project.stage("download")
        project.stage("preprocess")
        divided.append((files(project, "train", "validation"), files(project, "test")))
    (train, test), same, more = divided
    assert same == (train, test) and train < more[0] and test < more[1]
    assert len(train) + len(test) == 80 and 10 <= len(test) <= 30


def test_a_wrong_checksum_stops_the_stage(project, server):
    use(project, f"{server.url}/train.zip", f"{server.url}/test.zip", test_sha256="1" * 64)
    assert_sentence(project.stage("download", code=3), "1" * 64)
    assert_no_output(project)
    assert not list((project.folder / "data/.download").glob("test/*.zip"))


def test_what_is_no_archive_is_named(project, server):
    server.files["/page"] = b"<html>Sign in</html>"
    use(project, f"{server.url}/page", f"{server.url}/test.zip")
    assert_sentence(project.stage("download", code=3), f"{server.url}/page is not a zip or tar archive")
    server.files["/pictures.7z"] = b"7z\xbc\xaf\x27\x1c" + bytes(100)
    use(project, f"{server.url}/pictures.7z", f"{server.url}/test.zip")
    assert_sentence(project.stage("download", code=2), "pictures.7z is an archive of the kind 7z, which is not read; ")
    use(project, f"{server.url}/nothing.zip")
    assert_sentence(project.stage("download", code=3), "nothing.zip answers 404")
    use(project, "microsfot")
    assert_sentence(
        project.stage("download", code=2), "data.url.train is microsfot; it must be an address or one of microsoft"
    )
    assert_no_output(project)


def test_the_presets_lead_to_their_hosts_and_the_published_checksum_is_checked(project, tmp_path):
    hosts = ("download.microsoft.com", "storage.googleapis.com")
    with standing_in(Files, tmp_path, *hosts) as (server, environment):
        project.setenv(**environment)
        microsoft = "/download/3/E/1/3E1C3F21-ECDB-4869-8368-6DEBA77B919F/kagglecatsanddogs_5340.zip"
        server.files[microsoft] = zip_bytes(pictures("PetImages/Cat", "PetImages/Dog"))
        server.files["/mledu-datasets/cats_and_dogs_filtered.zip"] = zip_bytes(
            pictures("f/train/cats", "f/train/dogs") | pictures("f/validation/cats", "f/validation/dogs", first=90)
        )
        use(project, "tensorflow")
        project.stage("download")
        project.stage("preprocess")
        assert len(files(project, "train", "validation")) == len(files(project, "test")) == 12
        use(project, "microsoft")
        assert_sentence(
            project.stage("download", code=3), "b7974bd00a84a99921f36ee4403f089853777b5ae8d151c76a86e64900334af9"
        )
