"""EfficientNet-Lite out of a PyTorch file: the port computes what the original computes."""

import io
import pickle
import zipfile

import keras
import numpy as np
import pytest
from PIL import Image, ImageOps

from transfer.network.weights import efficientnet_lite, torch_file

# What the port gave for `fixed_input` on the day when its sanity figure on photographs was measured (91.6 % of 250):
# the three classes it is surest of, and the surest one's probability.
REFERENCE = {
    "efficientnet_lite0": ([818, 782, 149], 0.066385),
    "efficientnet_lite1": ([818, 644, 677], 0.031089),
    "efficientnet_lite2": ([644, 499, 818], 0.029406),
}
# Trainable parameters as published: 4.7, 5.4 and 6.1 million.
PARAMETERS = {"efficientnet_lite0": 4_652_008, "efficientnet_lite1": 5_416_680, "efficientnet_lite2": 6_092_072}


# One in the fast tier, the others, of the same code, in the slow one.
VARIANTS = [name if "lite0" in name else pytest.param(name, marks=pytest.mark.slow) for name in PARAMETERS]


def test_all_variants_are_tested():
    assert PARAMETERS.keys() == REFERENCE.keys() == efficientnet_lite.VARIANTS.keys()


def whole_network(variant: str, size: int) -> keras.Model:
    model = efficientnet_lite.build(variant, input_tensor=keras.Input((size, size, 3)))
    efficientnet_lite.load_imagenet(model, variant)
    return model


def fixed_input(size: int) -> np.ndarray:
    y, x = np.mgrid[:size, :size] / size
    return np.stack([255 * x, 255 * y, 127 + 127 * np.sin(9 * x * y)], axis=-1)[None].astype(np.float32)


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_weight_of_the_file_has_its_place(variant):
    model = whole_network(variant, 64)
    assert sum(np.prod(weight.shape) for weight in model.trainable_weights) == PARAMETERS[variant]
    tensors = torch_file.read_torch_file(efficientnet_lite.weights_path(variant))
    layers = [layer for layer in model.layers if type(layer).__name__ != "Normalization"]
    in_file = sum(tensor.size for name, tensor in tensors.items() if "num_batches_tracked" not in name)
    assert in_file == sum(np.prod(weight.shape) for layer in layers for weight in layer.weights)


@pytest.mark.parametrize("variant", VARIANTS)
def test_reference_vector(variant):
    probabilities = whole_network(variant, 224)(fixed_input(224)).numpy()[0]
    classes, surest = REFERENCE[variant]
    assert probabilities.argsort()[:-4:-1].tolist() == classes
    np.testing.assert_allclose(probabilities.max(), surest, rtol=1e-3)


def test_input_is_scaled_as_the_network_was_trained():
    model = efficientnet_lite.build("efficientnet_lite0", input_tensor=keras.Input((32, 32, 3)))
    (normalization,) = (layer for layer in model.layers if type(layer).__name__ == "Normalization")
    scaled = keras.Model(model.input, normalization.output)
    pixels = np.random.default_rng(0).integers(0, 256, (1, 32, 32, 3)).astype(np.float32)
    np.testing.assert_allclose(scaled(pixels), (pixels - 127) / 128, atol=1e-5)


def test_a_pickle_with_anything_else_in_it_is_refused(tmp_path):
    class Evil:
        def __reduce__(self):
            return print, ("run",)

    stream = io.BytesIO()
    for content in (1, 1001, {}, Evil()):
        pickle.dump(content, stream, protocol=2)
    (tmp_path / "evil.pth").write_bytes(stream.getvalue())
    with pytest.raises(pickle.UnpicklingError, match="no place in a state dict"):
        torch_file.read_torch_file(tmp_path / "evil.pth")


@pytest.mark.slow
def test_untrained_it_tells_real_cats_from_dogs(photographs):
    """ImageNet's dog classes (151..268) against its cat classes (281..285): 90-91 % is known of this network."""
    model = whole_network("efficientnet_lite0", 224)
    with zipfile.ZipFile(photographs / "cats-dogs-test.zip") as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".jpg"))[::2]
        pictures = [Image.open(io.BytesIO(archive.read(name))).convert("RGB") for name in names]
    batch = np.stack([np.asarray(ImageOps.fit(picture, (224, 224), Image.Resampling.BICUBIC)) for picture in pictures])
    p = model.predict(batch.astype(np.float32), verbose=0)
    is_dog = np.array(["dogs" in name for name in names])
    assert np.mean((p[:, 151:269].sum(1) > p[:, 281:286].sum(1)) == is_dog) > 0.87
