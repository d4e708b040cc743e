"""The update of the first author's public code, and each of its choices alone: a literal loop.

`readings` says what the code is and that it isn't known to have made the paper's tables. It lets
gradients accumulate (they are never zeroed), has biases, draws minibatches by epochs and starts
from Torch7's uniform weights; normalises nothing, means errors over outputs. Here every layer is

    φ(⟨W_l, [a; 1]⟩),   W_l (n_{l-1} + 1, n_l), its last row the biases (without biases no 1),

so that gradients, norms and steps are those of a matrix, as everywhere. `training.engine` is the
fast form of what has none of this; the tests hold the two together.
"""

import itertools
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ..activations import Activation
from ..arrays import Array
from ..training.initial import initial_weights
from ..training.rules import Memory, Rule
from ..training.schedules import Phase
from ..training.work import phase_flops
from .setting import Setting

ROWS = 4096
"""Passed through at a time when errors are measured."""


def minibatches(
    m: int, b: int, sampling: str, rng: np.random.Generator
) -> Iterator[Array]:
    """Rows of one minibatch after another. 'epochs': b + 1 rows of a random order, the first of
    them the last one of the minibatch before; a rest shorter than that is left out."""
    while sampling == "independent":
        yield rng.integers(m, size=b)
    size = min(b + 1, m)
    while True:
        order = rng.permutation(m)
        for first in range(0, max(1, m - size + 1), b):
            yield order[first:first + size]


def uniform(sizes: tuple[int, ...], rng: np.random.Generator, biases: bool) -> list[Array]:
    """Torch7's start: weights, and biases, uniform within 1/√(fan-in)."""
    return [
        rng.uniform(-1, 1, size=(n + biases, k)) / np.sqrt(n)
        for n, k in itertools.pairwise(sizes)
    ]


def start(setting: Setting, sizes: tuple[int, ...], rng: np.random.Generator) -> list[Array]:
    """The reading's initial weights; biases start at 0 where they aren't drawn."""
    biases = setting.seen.biases
    if setting.seen.start == "uniform":
        return uniform(sizes, rng, biases)
    weights = initial_weights(sizes, rng)
    return [np.vstack([W, np.zeros((1, W.shape[1]))]) for W in weights] if biases else weights


class Layers:
    """A network of such layers with one activation, its squared error and its gradients."""

    def __init__(self, weights: list[Array], phi: Activation, biases: bool):
        self.weights, self.phi, self.biases = weights, phi, biases

    def _seen(self, A: Array) -> Array:
        return np.hstack([A, np.ones((len(A), 1), A.dtype)]) if self.biases else A

    def forward(self, X: Array) -> Array:
        """The network's answers."""
        for W in self.weights:
            X = self.phi.phi(self._seen(X) @ W)
        return X

    def error(self, X: Array, Y: Array) -> float:
        """Mean of squares over samples and outputs."""
        total = sum(
            float(np.sum((self.forward(X[i:i + ROWS]) - Y[i:i + ROWS]) ** 2, dtype=np.float64))
            for i in range(0, len(X), ROWS)
        )
        return total / Y.size

    def gradients(self, X: Array, Y: Array, outputs: int) -> list[Array]:
        """Of 1/m Σᵢ ‖answer_i − yᵢ‖² / outputs; outputs = 1: the paper's error."""
        inputs, Z = [], []
        for W in self.weights:
            inputs.append(self._seen(X))
            Z.append(inputs[-1] @ W)
            X = self.phi.phi(Z[-1])
        D = self.phi.g(Z[-1]) * (X - Y) * (2 / (len(Y) * outputs))
        found: list[Array] = []
        for l in range(len(self.weights) - 1, -1, -1):
            found.insert(0, inputs[l].T @ D)
            if l:
                W = self.weights[l]
                D = self.phi.g(Z[l - 1]) * (D @ (W[:-1] if self.biases else W).T)
        return found


def direction(G: Array, normalise: str | None) -> Array:
    """G / ‖G‖_F, each column by its own norm, or G; a zero stays."""
    if normalise is None:
        return G.copy()
    norm = np.linalg.norm(G, axis=0 if normalise == "columns" else None)
    return G / np.where(norm > 0, norm, 1)


def train(
    layers: Layers, X: Array, Y: Array, phases: Iterator[Phase], batches: Iterator[Any], *,
    rule: Rule, normalise: str | None, outputs: int, accumulate: bool,
    watch: Callable[[int], None],
) -> bool:
    """Move the layers; watch(iterations) after each step. False where numbers left the finite.

    outputs: what errors are divided by, the number of outputs or 1. accumulate: a layer's gradient
    is the sum of all its gradients so far.
    """
    memories: dict[tuple[int, Rule], Memory] = {}
    sums: dict[int, Array] = {}
    done = 0
    with np.errstate(over="ignore", invalid="ignore"):
        for phase in phases:
            how = normalise if phase.normalise == "own" else phase.normalise
            for _ in range(phase.iterations):
                rows = next(batches)
                gradients = layers.gradients(X[rows], Y[rows], outputs)
                for l in phase.layers:
                    G, W = gradients[l - 1], layers.weights[l - 1]
                    if accumulate:
                        G = sums[l] = sums[l] + G if l in sums else G
                    if not np.isfinite(G).all():
                        return False
                    its, step = phase.rule_of(l, rule), direction(G, how)
                    its.step(step, memories.setdefault((l, its), its.start(W)))
                    W -= step
                done += 1
                watch(done)
    return True


def run(
    setting: Setting, X: Array, Y: Array, X_test: Array, Y_test: Array, measured: Array
) -> tuple[Layers, list[list[float]], str]:
    """(the trained layers, the curve as `runs.compute` has it, what went wrong or '').

    measured: the training rows on which the training error is measured.
    """
    reading, phi = setting.seen, setting.phi()
    first, stream = (np.random.default_rng(s) for s in
                     np.random.SeedSequence([setting.seed, 4]).spawn(2))
    sizes = (X.shape[1], *setting.hidden, Y.shape[1])
    weights = [W.astype(X.dtype) for W in start(setting, sizes, first)]
    layers = Layers(weights, phi, reading.biases)
    every = max(1, setting.updates // setting.points)
    curve: list[list[float]] = []
    began = time.perf_counter()
    # Where the mean is in the gradient it isn't in the rule, and the other way about.
    rule = replace(setting, reading=replace(reading, error="sum")).rule(sizes)
    moved = [phase.layers for phase in setting.schedule().phases(len(sizes) - 1, lambda: math.nan)]
    flops = phase_flops(sizes, moved[0], setting.b, 1, 10**9)

    def watch(done: int) -> None:
        nonlocal began
        if done % every and done != setting.updates:
            return
        now = time.perf_counter()
        curve.append([done, flops * done, now - began, layers.error(X[measured], Y[measured]),
                      layers.error(X_test, Y_test)])
        began += time.perf_counter() - now

    watch(0)
    finished = train(
        layers, X, Y, setting.by_layer(sizes).phases(len(sizes) - 1, lambda: math.nan),
        minibatches(len(X), setting.b, reading.sampling, stream), rule=rule,
        normalise=setting.normalise, outputs=sizes[-1] if reading.error == "mean" else 1,
        accumulate=reading.gradients == "accumulated", watch=watch,
    )
    finite = finished and bool(np.isfinite(curve).all())
    return layers, curve, "" if finite else "left the finite numbers"
