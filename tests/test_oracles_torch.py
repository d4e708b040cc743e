"""Gradients and trajectories against PyTorch: autograd and torch.optim, in float64.

Skipped without PyTorch (the extra `bench`). `test_rules` compares the rules alone, given the same
directions; here whole networks train, and PyTorch differentiates, normalises and steps by itself.
`pytest -rA` prints the largest deviation seen by each test.
"""

import numpy as np
import pytest
from oracles import ACTIVATIONS, LOSSES, TOLERANCE, apart, depths, problem
from trainings import Once

from dante_ref.activations import GeneralizedReLU, Identity, Sigmoid, Tanh
from dante_ref.objectives import InnerLayerObjective, LayerObjective
from dante_ref.training.engine import Training
from dante_ref.training.rules import SGD, Adagrad, Adam, Momentum, RMSProp
from dante_ref.training.schedules import Backprop, Dante, Phase, RoundRobin

torch = pytest.importorskip("torch", reason="the bench extra isn't installed")


def torch_phi(phi, z):
    match phi:
        case GeneralizedReLU():
            return torch.where(z < 0, phi.a * z, phi.b * z)
        case Sigmoid():
            return torch.sigmoid(z)
        case Tanh():
            return torch.tanh(z)
        case Identity():
            return z


def torch_error(weights, X, Y, activations, loss):
    """Section 3.2's error, or cross-entropy, in PyTorch's operations."""
    A = X
    for W, phi in zip(weights, activations, strict=True):
        A = torch_phi(phi, A @ W)
    if loss == "squared":
        return ((A - Y) ** 2).sum() / len(X)
    return torch.nn.functional.cross_entropy(A, Y)


def autograd(network, X, Y):
    """[dE/dW_1, ..., dE/dW_L]."""
    weights = [torch.tensor(W, requires_grad=True) for W in network.weights]
    torch_error(weights, torch.tensor(X), torch.tensor(Y), network.activations,
                network.loss.name).backward()
    return [W.grad.numpy() for W in weights]


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_gradients_are_autograds(depth, name, loss):
    """Four random networks each: `Network.gradient` and the direction in which a layer moves.

    The direction G / ||G|| comes from a step of length eta = 2^20 by the fast path.
    """
    seen = []
    for seed in range(4):
        rng = np.random.default_rng([depth, seed])
        m = int(rng.integers(1, 12))
        network, X, Y = problem(depths(rng, depth, 12), m, ACTIVATIONS[name], loss, seed)
        expected = autograd(network, X, Y)
        for l, (G, E) in enumerate(zip(network.gradient(X, Y), expected, strict=True), 1):
            seen.append(apart(G, E))
            assert seen[-1] <= TOLERANCE, f"Network.gradient of W{l} is {seen[-1]:.1e} off"
        for l in range(1, depth + 1):
            training, twin = (
                Training(network.copy(), X, Y, Once(Phase((l,), 1)), rule=SGD(2.0**20), b=m,
                         random_state=seed)
                for _ in range(2)
            )
            rows = twin.draw(1)[0]
            E = autograd(network, X[rows], Y[rows])[l - 1]
            before = training.network.weights[l - 1].copy()
            training.run()
            step = (before - training.network.weights[l - 1]) / 2.0**20
            seen.append(apart(step, E / np.linalg.norm(E)))
            assert seen[-1] <= TOLERANCE, f"the fast direction of W{l} is {seen[-1]:.1e} off"
    print(f"largest relative deviation from autograd: {max(seen):.1e} of {len(seen)} gradients")


@pytest.mark.parametrize("outer", ACTIVATIONS)
@pytest.mark.parametrize("inner", ACTIVATIONS)
def test_section_5s_subgradients_are_autograds(inner, outer):
    phi1, phi2 = ACTIVATIONS[inner], ACTIVATIONS[outer]
    network, X, Y = problem((8, 6, 5), 20, phi1, "squared", seed=3)
    network.activations = (phi1, phi2)
    W1, W2 = network.weights
    E1, E2 = autograd(network, X, Y)
    assert abs(phi1.phi(X @ W1) @ W2).min() > 1e-4, "no kink of phi2"
    seen = (
        apart(InnerLayerObjective(X, Y, (W2,), (phi1, phi2)).subgradient(W1), E1),
        apart(LayerObjective(phi1.phi(X @ W1), Y, phi2).subgradient(W2), E2),
    )
    assert max(seen) <= TOLERANCE, f"inner, layer are {seen} off"


# Trajectories

RULES = [
    SGD(0.05), Momentum(0.02, mu=0.9), Momentum(0.02, mu=0.8, nesterov=True), Adagrad(0.05),
    RMSProp(0.01, alpha=0.9), Adam(0.01, beta1=0.8, beta2=0.95),
]
RULE_IDS = ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"]


def optimizer(rule, W):
    """PyTorch's optimiser of one layer."""
    match rule:
        case SGD():
            return torch.optim.SGD([W], lr=rule.eta)
        case Momentum():
            return torch.optim.SGD([W], lr=rule.eta, momentum=rule.mu, nesterov=rule.nesterov)
        case Adagrad():
            return torch.optim.Adagrad([W], lr=rule.eta, eps=rule.eps)
        case RMSProp():
            return torch.optim.RMSprop([W], lr=rule.eta, alpha=rule.alpha, eps=rule.eps)
        case Adam():
            return torch.optim.Adam([W], lr=rule.eta, betas=(rule.beta1, rule.beta2), eps=rule.eps)


def torch_trajectory(network, X, Y, schedule, rule, normalise, rows):
    """The weights after each minibatch iteration, PyTorch doing all the mathematics."""
    X, Y, rows = torch.tensor(X), torch.tensor(Y), iter(rows)
    weights = [torch.nn.Parameter(torch.tensor(W)) for W in network.weights]
    optimizers = [optimizer(rule, W) for W in weights]
    for phase in schedule.phases(network.L, lambda: np.nan):
        for _ in range(phase.iterations):
            batch = next(rows)
            for W in weights:
                W.grad = None
            error = torch_error(
                weights, X[batch], Y[batch], network.activations, network.loss.name
            )
            error.backward()
            for l in phase.layers:
                if normalise:
                    over = 0 if normalise == "columns" else None
                    weights[l - 1].grad /= torch.linalg.norm(weights[l - 1].grad, dim=over)
                optimizers[l - 1].step()
            yield [W.detach().numpy().copy() for W in weights]


@pytest.mark.parametrize("schedule, sizes", [
    (Backprop(60), (6, 5, 4)), (Dante(15, max_alternations=2), (6, 5, 4)),
    (RoundRobin(7, max_alternations=2), (6, 5, 4, 5, 3)),
], ids=["backprop", "dante", "round robin"])
@pytest.mark.parametrize("normalise", ["matrix", "columns", None])
@pytest.mark.parametrize("rule", RULES, ids=RULE_IDS)
@pytest.mark.parametrize("name, loss", [
    ("relu", "squared"),
    *(pytest.param(*more, marks=pytest.mark.slow) for more in (
        ("sigmoid", "squared"), ("tanh", "cross_entropy"))),
])
def test_step_by_step_as_torch_optim(name, loss, rule, normalise, schedule, sizes):
    """Every weight after every minibatch iteration.

    One step rounds at a relative 1e-15; Adagrad, RMSProp and Adam divide by sqrt(s) + eps,
    which lets an entry of G that cancelled to a thousandth move by a thousand times that. 60 steps
    of it stay below 1e-10 while no score passes a kink between the two.
    """
    network, X, Y = problem(sizes, 40, ACTIVATIONS[name], loss, seed=1)
    training = Training(
        network, X, Y, schedule, rule=rule, normalise=normalise, b=10, random_state=5
    )
    twin = Training(
        network.copy(), X, Y, schedule, rule=rule, normalise=normalise, b=10, random_state=5
    )
    theirs = torch_trajectory(
        network.copy(), X, Y, schedule, rule, normalise, twin.draw(60)
    )
    seen = []

    def watch(t):
        for l, (W, E) in enumerate(zip(t.network.weights, next(theirs), strict=True), 1):
            seen.append(apart(W, E))
            assert seen[-1] <= TOLERANCE, (
                f"W{l} is {seen[-1]:.1e} from PyTorch's after step {t.progress.iterations} of "
                f"{rule.name}"
            )

    training.run(watch=watch)
    assert next(theirs, None) is None, "as many steps"
    assert training.progress.iterations >= 56
    print(f"largest relative deviation from torch.optim: {max(seen):.1e}")
