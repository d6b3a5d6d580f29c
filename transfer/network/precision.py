"""Mixed precision: most layers compute in 16 bits, the others in 32, and models are saved without a trace of it."""

from transfer.network.runtime import keras, tf
from transfer.network.side_by_side import parts_of

# Layers in which 16 bits would cost digits of the result: scaling of pixels, the average over a map, and the head.
IN_FLOAT32 = (
    keras.layers.Rescaling,
    keras.layers.Normalization,
    keras.layers.GlobalAveragePooling1D,
    keras.layers.GlobalAveragePooling2D,
)
HEAD = ("logit", "probability")


def resolve_precision(precision: str) -> str:
    """Decide what "auto" means on these devices: 16 bits on GPUs that have fast units for them, else float32.

    From compute capability 8 on bfloat16 is as fast as float16 and needs no loss scaling; 7 has only float16.

    precision: "auto", "float32", "mixed_float16" or "mixed_bfloat16"; all but "auto" are returned as they are
    """
    if precision != "auto":
        return precision
    gpus = tf.config.get_visible_devices("GPU")
    majors = [tf.config.experimental.get_device_details(gpu).get("compute_capability", (0, 0))[0] for gpu in gpus]
    capability = min(majors, default=0)  # the oldest GPU decides
    return "mixed_bfloat16" if capability >= 8 else "mixed_float16" if capability == 7 else "float32"


def set_precision(model: keras.Model, precision: str) -> None:
    """Set the precision in which a model computes; its weights stay float32.

    Set "float32" again before saving, or the model would compute in 16 bits wherever the file is opened.

    model: built or loaded in float32
    precision: as from `resolve_precision`
    """
    networks = parts_of(model)
    for network in networks:
        set_precision(network, precision)
    for layer in model.layers:
        if layer not in networks and not isinstance(layer, IN_FLOAT32) and layer.name not in HEAD:
            for part in layer._flatten_layers():  # an attention has layers of its own
                part.dtype_policy = keras.DTypePolicy(precision)
