"""Several devices give what one gives: tried on parts of the CPU, and on two machines that are processes here."""

import multiprocessing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.network import small
from transfer.errors import InputError
from transfer.network import runtime
from transfer.network.inference.forward import compile_inference, forward_batches
from transfer.network.training.loop import fit
from transfer.network.training.optimizer import LossScale, adamw

RECIPE = replace(small.SHORT, learning_rate=1e-3, batch_size=6, optimizer={"global_clipnorm": 0.5})


def curves(devices: int, units: int, file: Path) -> None:
    """In a process of its own: fine-tune on that many devices, and keep the losses and the features of the result."""
    runtime.configure(3, devices, RECIPE.batch_size)
    classifier, classes = small.in_blocks("block3", units), max(units, 2)
    train, validation = (
        small.pictures(count, seed, classes) for count, seed in ((20, 0), (9, 1))
    )  # the last batches are not full
    history, selected = fit(classifier, train, validation, RECIPE)
    losses = [[epoch.loss, epoch.val_loss] for epoch in history]
    probability = np.concatenate(list(forward_batches(compile_inference(classifier), train.read, train.rows, 7)))
    np.savez(file, losses=losses, best=selected.epoch, probability=probability)


@pytest.mark.slow
@pytest.mark.parametrize("units", [1, 3])
def test_two_devices_give_the_curve_of_one(tmp_path, units):
    context = small.processes()
    for devices in (1, 2):
        child = context.Process(target=curves, args=(devices, units, tmp_path / f"{devices}.npz"))
        child.start()
        child.join()
        assert child.exitcode == 0
    one, two = (np.load(tmp_path / f"{devices}.npz") for devices in (1, 2))
    assert one["losses"].shape == (3, 2) and one["best"] == two["best"]
    np.testing.assert_allclose(one["losses"], two["losses"], atol=1e-4)
    np.testing.assert_allclose(one["probability"], two["probability"], atol=1e-3)
    assert one["probability"].shape == (20, units)


def refuse(devices: int, batch_size: int, results: multiprocessing.Queue) -> None:
    runtime.configure(3, devices, batch_size)
    try:
        fit(small.network(), small.pictures(), small.pictures(), replace(RECIPE, batch_size=batch_size))
    except InputError as error:
        results.put(str(error))
    results.put("")


@pytest.mark.slow
def test_a_batch_that_devices_cannot_share(tmp_path):
    context = small.processes()
    results = context.Queue()
    child = context.Process(target=refuse, args=(2, 7, results))
    child.start()
    child.join()
    assert results.get(timeout=10) == "a batch of 7 pictures cannot be shared by 2 devices; take a multiple."


TOO_LARGE = "does not hold 64 pictures of this size at a time; try 32."


def test_memory_that_is_too_small_is_one_sentence():
    with pytest.raises(InputError, match=TOO_LARGE), runtime.device_errors(64, "try 32"):
        raise runtime.tf.errors.ResourceExhaustedError(None, None, "out of memory")


@pytest.mark.slow  # TensorFlow tries again for ten seconds
def test_tensorflow_says_so_where_memory_is_too_small():
    with pytest.raises(InputError, match=TOO_LARGE), runtime.device_errors(64, "try 32"):
        runtime.tf.raw_ops.Empty(shape=(1 << 30, 1 << 20), dtype=runtime.tf.float32)


def losses(chosen: str) -> list[float]:
    classifier, some = small.in_blocks(), small.pictures(20)
    history, _ = fit(classifier, some, some, replace(RECIPE, precision=chosen, epochs=1))
    assert {layer.compute_dtype for layer in classifier.layers} == {"float32"}
    return [epoch.val_loss for epoch in history]


@pytest.fixture(scope="module")
def full_precision() -> list[float]:
    return losses("float32")


@pytest.mark.parametrize("name", ["mixed_bfloat16", pytest.param("mixed_float16", marks=pytest.mark.slow)])
def test_mixed_precision_trains_the_same_within_what_16_bits_allow_and_is_saved_without(name, full_precision):
    mixed = losses(name)
    assert mixed != full_precision
    np.testing.assert_allclose(mixed, full_precision, rtol=0.05)


def overflow_on_one(results: multiprocessing.Queue) -> None:
    """In a process of its own: two devices, of which the second has a gradient that is not finite."""
    runtime.configure(3, 2, 2)
    strategy = runtime.tf.distribute.get_strategy()
    with strategy.scope():
        variable = runtime.keras.Variable([1.0])
        optimizer = LossScale(adamw(0.1, 0.0, 10, 0, {}))
        optimizer.inner_optimizer.build_for([variable], [1.0])
        optimizer.build([variable])

    @runtime.tf.function
    def step() -> None:
        def on_each() -> None:
            second = runtime.tf.distribute.get_replica_context().replica_id_in_sync_group
            gradient = runtime.tf.where(second > 0, np.float32(np.inf), np.float32(1))
            optimizer.apply([runtime.tf.reshape(gradient, [1])], [variable])

        strategy.run(on_each)

    before = float(optimizer.scale_loss(1.0))
    step()
    results.put((variable.numpy().tolist(), float(optimizer.scale_loss(1.0)) / before))


def refused_alone(results: multiprocessing.Queue) -> None:
    runtime.configure(3, 2, 6)
    recipe = replace(RECIPE, optimizer={"gradient_accumulation_steps": 2})
    try:
        fit(small.network(), small.pictures(), small.pictures(), recipe)
    except InputError as error:
        results.put(str(error))


def result_of(work) -> object:
    context = small.processes()
    results = context.Queue()
    child = context.Process(target=work, args=(results,))
    child.start()
    child.join()
    return results.get(timeout=5)


@pytest.mark.slow
def test_an_overflow_on_one_device_leaves_the_update_out_on_all():
    assert result_of(overflow_on_one) == ([1.0], 0.5)


@pytest.mark.slow
def test_what_several_devices_cannot_heed_is_refused():
    assert "finetune.optimizer has gradient_accumulation_steps, which works on one device only" in result_of(
        refused_alone
    )
