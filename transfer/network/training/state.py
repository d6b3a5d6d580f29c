"""The state of a training between two epochs: what a checkpoint has to hold so that the training can go on."""

import keras
import numpy as np

from transfer.network.training.results import EpochFigures


class TrainingState:
    """The variables that training changes, the best of their values so far, and what the epochs gave.

    network: its trainable weights change, and so do the statistics of normalisation and the seeds of dropout in layers
        that are trainable
    optimizer: built for these weights
    """

    def __init__(self, network: keras.Model, optimizer: keras.Optimizer):
        trainable_layers = [layer for layer in network.layers if layer.trainable]
        self.variables = [
            *network.trainable_variables,
            *(variable for layer in trainable_layers for variable in layer.non_trainable_variables),
        ]
        self.optimizer = optimizer
        self.start_values = self.best_values = self.values()
        self.best_epoch = 0  # no epoch has been trained
        self.history: list[EpochFigures] = []
        self.losses: list[float] = []  # of the validation pictures, one an epoch

    def values(self) -> list[np.ndarray]:
        """Copies of what the variables hold now."""
        return [variable.numpy() for variable in self.variables]

    def assign(self, values: list[np.ndarray]) -> None:
        """Set the variables.

        values: one for each variable, as from `values`
        """
        for variable, value in zip(self.variables, values, strict=True):
            variable.assign(value)

    def record(self, epoch: int, figures: EpochFigures, loss: float) -> None:
        """Note what an epoch gave, and the variables' values if it is the best trained epoch so far.

        loss: the validation log-loss that chooses, nats
        """
        self.history.append(figures)
        self.losses.append(loss)
        if epoch and (not self.best_epoch or loss < self.losses[self.best_epoch]):
            self.best_epoch, self.best_values = epoch, self.values()

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Everything that `restore` needs."""
        arrays = {f"variable.{n}": value for n, value in enumerate(self.values())}
        arrays |= {f"optimizer.{n}": variable.numpy() for n, variable in enumerate(self.optimizer.variables)}
        arrays |= {f"best.{n}": value for n, value in enumerate(self.best_values)}
        figures = {"history": np.array(self.history), "losses": np.array(self.losses)}
        return arrays | figures | {"best_epoch": np.array(self.best_epoch)}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        """Return to the state of which `to_arrays` made `arrays`."""
        self.assign([arrays[f"variable.{n}"] for n in range(len(self.variables))])
        for n, variable in enumerate(self.optimizer.variables):
            variable.assign(arrays[f"optimizer.{n}"])
        self.best_values = [arrays[f"best.{n}"] for n in range(len(self.variables))]
        self.losses, self.best_epoch = arrays["losses"].tolist(), int(arrays["best_epoch"])
        self.history = [EpochFigures(*figures) for figures in arrays["history"].tolist()]
