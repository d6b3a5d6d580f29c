"""The optimizer: Keras' AdamW where no layer is treated apart, and a true learning rate of its own where one is."""

import keras
import numpy as np
import pytest

from transfer.errors import InputError
from transfer.network.training.optimizer import LossScale, adamw, mean_learning_rate
from transfer.network.training.recipe import Recipe


def descend(optimizer, build, steps: int = 5) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    variables = [keras.Variable(rng.normal(size=shape), dtype="float32") for shape in ((3, 2), (2,), (2, 2))]
    build(optimizer, variables)
    for _ in range(steps):
        optimizer.apply([rng.normal(size=v.shape).astype(np.float32) for v in variables], variables)
    return [v.numpy() for v in variables]


def ours(factors: list[float], **arguments) -> list[np.ndarray]:
    options = {"peak": 0.1, "weight_decay": 0.3, "steps": 5, "warmup_steps": 2, "arguments": {}} | arguments
    return descend(adamw(**options), lambda optimizer, variables: optimizer.build_for(variables, factors))


def kerass(rate: float = 0.1, **arguments) -> list[np.ndarray]:
    schedule = keras.optimizers.schedules.CosineDecay(0.0, 3, warmup_target=rate, warmup_steps=2)
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=0.3, **arguments)

    def build(optimizer, variables):
        optimizer.exclude_from_weight_decay(var_list=[variables[1]])
        optimizer.build(variables)

    return descend(optimizer, build)


@pytest.mark.parametrize("arguments", [{}, {"global_clipnorm": 0.5}, {"gradient_accumulation_steps": 2}])
def test_with_all_factors_one_it_is_keras_adamw(arguments):
    for mine, theirs in zip(ours([1.0, 1.0, 1.0], arguments=arguments), kerass(**arguments), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-6)


def test_a_factor_is_a_learning_rate_of_its_own_decay_included():
    mixed = ours([1.0, 1.0, 0.25])
    np.testing.assert_allclose(mixed[0], kerass()[0], atol=1e-6)
    np.testing.assert_allclose(mixed[2], kerass(rate=0.025)[2], atol=1e-6)


def test_without_warmup_it_starts_at_its_peak():
    optimizer = adamw(0.1, 0.0, 10, 0, {})
    assert float(optimizer.learning_rate) == pytest.approx(0.1)


@pytest.mark.parametrize("warmup", [0, 0.5, 1.5])
def test_the_rate_of_an_epoch_is_that_of_the_updates_in_it(warmup):
    recipe = Recipe(3, 0.1, warmup, 0.0, batch_size=8, min_area=1.0, seed=0)
    optimizer, variable = adamw(0.1, 0.0, 12, round(4 * warmup), {}), keras.Variable([1.0])
    optimizer.build_for([variable], [1.0])
    for epoch in (1, 2, 3):
        used = []
        for _ in range(4):
            used.append(float(optimizer.learning_rate))
            one_step(optimizer, [1.0], variable)
        assert mean_learning_rate(recipe, 4, epoch) == pytest.approx(np.mean(used)) and np.mean(used) > 0


@pytest.mark.parametrize("arguments", [{"clip": 1.0}, {"clipnorm": 1.0, "clipvalue": 2.0}])
def test_what_keras_does_not_take_is_said(arguments):
    with pytest.raises(InputError, match=r"finetune.optimizer has what Keras' Adam does not take: .*clip"):
        adamw(0.1, 0.0, 10, 0, arguments)


def one_step(optimizer, gradient: list[float], variable: keras.Variable) -> None:
    optimizer.apply([keras.ops.convert_to_tensor(gradient)], [variable])


def test_gradients_are_scaled_for_float16_and_an_update_that_overflows_is_left_out():
    plain, scaled = keras.Variable([1.0, -2.0]), keras.Variable([1.0, -2.0])
    without, scale = adamw(0.1, 0.0, 10, 0, {}), LossScale(adamw(0.1, 0.0, 10, 0, {}))
    without.build_for([plain], [1.0])
    scale.inner_optimizer.build_for([scaled], [1.0])
    scale.build([scaled])
    factor = float(scale.scale_loss(1.0))
    assert factor > 1000
    one_step(without, [0.5, 1.0], plain)
    one_step(scale, [0.5 * factor, factor], scaled)
    np.testing.assert_allclose(scaled.numpy(), plain.numpy(), rtol=1e-6)
    before = scaled.numpy()
    one_step(scale, [np.inf, factor], scaled)
    np.testing.assert_array_equal(scaled.numpy(), before)
    assert float(scale.scale_loss(1.0)) == factor / 2


def test_moving_averages_are_kept_behind_a_loss_scale():
    assert LossScale(adamw(0.1, 0.0, 10, 0, {"use_ema": True})).use_ema
    assert not LossScale(adamw(0.1, 0.0, 10, 0, {})).use_ema
