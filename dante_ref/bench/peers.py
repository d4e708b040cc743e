"""An alternation of DANTE beside one epoch of backprop SGD by PyTorch and by scikit-learn.

The same autoencoder d - d' - d, the same samples, the same minibatch size, and as many samples
seen: an alternation makes m / 2b steps on each layer, an epoch m / b steps on both.

PyTorch: eager mode on the CPU, leaky ReLU on both layers as here, squared error as here, no biases,
torch.optim.SGD. scikit-learn's MLPRegressor has biases, no leaky ReLU and a linear output: a ReLU
on the hidden layer, solver 'sgd' without momentum and penalty, one epoch by partial_fit. Beside it
is DANTE with a linear output, for which a step on W1 has a shorter way (`training.step`).
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from sklearn.neural_network import MLPRegressor

from ..activations import Identity
from ..arrays import Array
from ..exceptions import InputError
from ..training.engine import Training
from ..training.network import Network
from ..training.rules import SGD
from ..training.schedules import make_schedule
from .steps import ETA, PHI, samples
from .timing import Candidate, interleaved

ALTERNATIONS = 2  # in a round, so that what is made once in a training counts as in practice
PEERS = {"pytorch": "dante", "scikit-learn": "dante, linear"}  # beside which network of DANTE's


def import_torch() -> Any:
    """The module torch, or None where it isn't installed (it comes with the `bench` extra)."""
    try:
        import torch  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return None
    return torch


def dante_alternations(network: Network, X: Array, b: int) -> Callable[[], object]:
    """ALTERNATIONS alternations, each of which sees as many samples as X has rows."""
    T = len(X) // (2 * b)
    schedule = make_schedule("dante", L=2, T_SNGD=T, iterations=2 * T * ALTERNATIONS)
    return Training(network, X, X, schedule, rule=SGD(ETA), b=b, random_state=0).run


def torch_epoch(torch: Any, network: Network, X: Array, b: int, lr: float) -> tuple[Any, Any]:
    """(model, epoch): the network in PyTorch, and what passes once over X in a random order."""
    layers: list[Any] = []
    for W in network.weights:
        linear = torch.nn.Linear(*W.shape, bias=False)
        with torch.no_grad():
            linear.weight = torch.nn.Parameter(torch.tensor(W.T))
        layers += [linear, torch.nn.LeakyReLU(PHI.a)]
    model = torch.nn.Sequential(*layers)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    data = torch.tensor(X)

    def epoch() -> None:
        order = torch.randperm(len(data))
        for start in range(0, len(data), b):
            x = data[order[start:start + b]]
            optimizer.zero_grad()
            loss = ((model(x) - x) ** 2).sum(dim=1).mean()
            loss.backward()
            optimizer.step()

    return model, epoch


def sklearn_epoch(hidden: int, X: Array, b: int) -> Callable[[], object]:
    """One epoch of MLPRegressor on X, by partial_fit."""
    model = MLPRegressor(
        hidden_layer_sizes=(hidden,), activation="relu", solver="sgd", alpha=0.0, batch_size=b,
        momentum=0.0, nesterovs_momentum=False, learning_rate_init=ETA, random_state=0,
    )
    model.partial_fit(X[:b], X[:b])  # makes the weights
    return lambda: model.partial_fit(X, X)


def measure(
    b: int, dtype: Any, *, threads: int, d: int = 1024, hidden: int = 400, m: int = 4000,
    rounds: int = 5,
) -> dict[str, Any]:
    """Milliseconds of an alternation and of each peer's epoch; None for a peer that is absent.

    times_faster: the median over rounds of peer / alternation.
    """
    if m % (2 * b):
        raise InputError(f"m is {m}; allowed is a multiple of 2 b = {2 * b}")
    X = samples(m, d, dtype)
    network = Network.initial((d, hidden, d), PHI, random_state=0, dtype=dtype)
    torch = import_torch()
    linear = Network.initial((d, hidden, d), (PHI, Identity()), random_state=0, dtype=dtype)
    candidates: dict[str, Candidate] = {
        "dante": partial(dante_alternations, network, X, b),
        "dante, linear": partial(dante_alternations, linear, X, b),
        "scikit-learn": partial(sklearn_epoch, hidden, X, b),
    }
    if torch is not None:
        torch.set_num_threads(threads)
        candidates["pytorch"] = lambda: torch_epoch(torch, network, X, b, ETA)[1]
    timings = interleaved(candidates, rounds)
    return {
        "batch": b, "dtype": np.dtype(dtype).name, "samples": m,
        "alternation_ms": timings.median("dante") / ALTERNATIONS * 1e3,
        "linear_alternation_ms": timings.median("dante, linear") / ALTERNATIONS * 1e3,
        "peers": {
            peer: {
                "epoch_ms": timings.median(peer) * 1e3,
                "times_faster": timings.ratio(peer, PEERS[peer]) * ALTERNATIONS,
            } if peer in candidates else None
            for peer in PEERS
        },
    }
