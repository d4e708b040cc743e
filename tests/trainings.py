"""Short trainings, and what is kept of them; a schedule of given phases."""

import numpy as np

from dante_ref.activations import GeneralizedReLU
from dante_ref.training.engine import Training
from dante_ref.training.network import Network
from dante_ref.training.run import Run, Runs, errors

X = np.random.default_rng(0).random((300, 12))
SHALLOW, DEEP = (12, 7, 12), (12, 9, 6, 9, 12)


class Once:
    """A schedule of given phases."""

    name = "once"

    def __init__(self, *phases):
        self._phases = phases

    def phases(self, L, error):
        yield from self._phases


def training(schedule, sizes, rule, **options):
    network = Network.initial(sizes, GeneralizedReLU(0.1, 1.0), random_state=1)
    return Training(network, X, X, schedule, rule=rule, **{"b": 20, "random_state": 3} | options)


def kept(path, t, config, seconds):
    """Runs with the training as the only one."""
    return Runs({"": Run(t, errors(t, X[:50], X[:50]), every=7)}, path, config, seconds)


def only(runs):
    """The one of them."""
    run, = runs.runs.values()
    return run


def everything(path):
    """The arrays of an .npz, as bytes."""
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name].tobytes() for name in file.files}
