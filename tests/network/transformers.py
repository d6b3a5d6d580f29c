"""Vision transformers of three small blocks, one of each way of pooling."""

import keras

from transfer.network.catalogue import Transformer
from transfer.network.vision_transformer import extend

NAME = "vit_base_patch16_224_imagenet"  # whose layers' names they have
SHAPES = {
    "class": Transformer(8, 3, 24, 3, 48, "class"),
    "two classes": Transformer(8, 3, 24, 3, 48, "class", classes=2),
    "class and mean": Transformer(8, 3, 24, 3, 48, "class and mean", registers=2, layer_scale=True),
    "attention": Transformer(8, 3, 24, 3, 48, "attention", classes=0, approximate=True),
}
WIDTHS = {"class": 24, "two classes": 48, "class and mean": 48, "attention": 24}


def transformer(kind: str, size: int = 32) -> keras.Model:
    keras.utils.set_random_seed(0)
    picture = keras.Input((size, size, 3), name="picture")
    scaled = keras.layers.Rescaling(1 / 127.5, -1.0, name="scale")(picture)
    return keras.Model(picture, extend(scaled, SHAPES[kind]), name=NAME)
