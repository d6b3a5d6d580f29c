"""Mixed precision: the convolutions in 16 bits, what needs more in 32, and models saved as if nothing had been."""

from transfer.network.runtime import keras, tf

# Layers that make or receive numbers where 16 bits would show: pixels, the average over a map, and the head.
IN_FLOAT32 = (keras.layers.Rescaling, keras.layers.Normalization, keras.layers.GlobalAveragePooling2D)
HEAD = ("logit", "probability")


def resolve_precision(precision: str) -> str:
    """What "auto" means here: 16 bits on GPUs that have fast units for them, else float32.

    precision: "auto", "float32", "mixed_float16" or "mixed_bfloat16"; any but "auto" is returned as it is.
    From compute capability 8 on bfloat16 is as fast as float16, and needs no loss scaling; 7 has float16 alone.
    """
    if precision != "auto":
        return precision
    gpus = tf.config.get_visible_devices("GPU")
    majors = [tf.config.experimental.get_device_details(gpu).get("compute_capability", (0, 0))[0] for gpu in gpus]
    newest = min(majors, default=0)  # the oldest of them decides
    return "mixed_bfloat16" if newest >= 8 else "mixed_float16" if newest == 7 else "float32"


def set_precision(model: keras.Model, precision: str) -> None:
    """Let a model that was built or loaded in float32 compute in `precision`; its weights stay float32.

    "float32" undoes it: do so before saving, or the file would compute in 16 bits wherever it is opened.
    """
    for layer in model.layers:
        if not isinstance(layer, IN_FLOAT32) and layer.name not in HEAD:
            layer.dtype_policy = keras.DTypePolicy(precision)


def loss_scale(precision: str) -> dict[str, float]:
    """The argument of a Keras optimizer that keeps gradients above what float16 takes for zero."""
    return {"loss_scale_factor": 1024.0} if precision == "mixed_float16" else {}
