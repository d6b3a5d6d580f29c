"""Pictures prepared at another size: from the originals, and as preprocess would have stored them."""

from tests.dataset.encoded import encoded
from transfer.dataset.drawn import draw
from transfer.dataset.other_size import pictures_at
from transfer.dataset.packing import pack
from transfer.dataset.pictures import prepare

LIMITS = {"min_size": 16, "max_pixels": 10**7}


def test_streams_are_those_of_the_originals_in_the_order_asked_for(tmp_path):
    originals = {f"cats/{index}.png": encoded(draw("cats", index, 0)) for index in range(3)}
    (tmp_path / "raw/train").mkdir(parents=True)
    pack([*originals.items(), ("cats/broken.png", b"no picture")], tmp_path / "raw/train/all.zip")
    wanted = ["train/cats/2.png", "train/cats/0.png"]
    with pictures_at(96, wanted, tmp_path / "raw", tmp_path, **LIMITS) as jpeg:
        for row, name in enumerate(wanted):
            assert jpeg(row) == prepare(originals[name.removeprefix("train/")], size=96, **LIMITS).jpeg
    assert [path.name for path in tmp_path.iterdir()] == ["raw"]
