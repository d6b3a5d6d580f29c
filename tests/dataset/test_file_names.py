"""Names of what lies beside pictures and is none."""

import pytest

from transfer.dataset.file_names import is_junk, is_unsafe

JUNK = {
    "macOS": ["cats/.DS_Store", "__MACOSX/cats/._a.jpg", "cats/._a.jpg", "cats/Icon\r", "x.photoslibrary/a.jpg"],
    "Windows": ["cats/Thumbs.db", "desktop.ini", "ehthumbs_vista.db", "$RECYCLE.BIN/a.jpg"],
    "a NAS": ["cats/@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg", "#recycle/a.jpg", "@Recycle/a.jpg", ".@__thumb/a.jpg"],
    "Lightroom": ["cats/a.xmp", "Photos Previews.lrdata/1/a.jpg", "Photos.lrcat"],
    "Takeout": ["cats/a.jpg.json", "cats/a.jpg.supplemental-metadata.json", "metadata.json"],
    "a phone or camera": ["cats/IMG_1.AAE", "cats/MVI_1.THM", "cats/GX1.LRV"],
    "Git": [".git/x"],
}


@pytest.mark.parametrize("name", [name for names in JUNK.values() for name in names])
def test_junk(name):
    assert is_junk(name)


@pytest.mark.parametrize("name", ["cats/a.jpg", "cats/json.jpg", "eaDir/a.jpg", "recycle/a.jpg", "xmp/thm.png", ""])
def test_what_is_no_junk(name):
    assert not is_junk(name)


@pytest.mark.parametrize(
    "name", ["/x.jpg", "../x.jpg", "a/../../x.jpg", "C:/x.jpg", "c:x.jpg", "\\\\host\\x.jpg", "a\0.jpg", ""]
)
def test_names_that_lead_elsewhere(name):
    assert is_unsafe(name)


@pytest.mark.parametrize("name", ["HER2: 3+/x.jpg", "2023-05-01 10:30:00.png", "a..b/x.jpg", "cats/C:.jpg"])
def test_names_that_only_look_like_it(name):
    assert not is_unsafe(name)
