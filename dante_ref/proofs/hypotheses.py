"""What the theorems assume, each hypothesis with the test that decides it on an instance.

A claim lists its hypotheses. A test compares them with the claim's families, both ways: each that
is listed holds on every instance drawn, and each of the others that holds on all of them is listed,
follows from one that is, or is without loss. So a family that quietly assumes more than the
statement says is found.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..activations import Activation, GeneralizedReLU, Sigmoid, Tanh
from ..arrays import Array
from ..norms import norm
from ..problems import EXCESS, IdealisedGLM, IdealisedLayer, NoisyGLM, Planted, TwoLayerNetwork
from .families import Instance


@dataclass(frozen=True)
class Hypothesis:
    """A hypothesis: its text, the kinds of problem that it is about, and whether it holds.

    holds: of an instance (or a stack): is it so? Norms may exceed their bound by rounding.
    """

    text: str
    of: tuple[type, ...]
    holds: Callable[[Instance[Any]], Any]

    def __str__(self) -> str:
        return self.text


Without = Callable[[], Instance[Any]] | str
"""What a claim is without one of its hypotheses: an instance that breaks this hypothesis alone,
and the claim; or, in words, why none is given."""

ANY, GLM, LAYER, NETWORK = (Planted,), (IdealisedGLM,), (IdealisedLayer,), (TwoLayerNetwork,)


def _all(condition: Array) -> Array:
    """Does it hold for every sample or entry of each instance?"""
    return np.asarray(np.all(condition, axis=-1))


def within(v: Array, bound: Any, ndim: int) -> Array:
    """Is the norm at most the bound, but for rounding?"""
    return np.asarray(norm(v, ndim) <= np.asarray(bound) * (1 + EXCESS))


def _phi(instance: Instance[Any]) -> Activation:
    problem = instance.problem
    phi: Activation = getattr(problem, "phi1" if hasattr(problem, "phi1") else "activation")
    return phi


def slopes_are(instance: Instance[Any], says: Callable[[GeneralizedReLU], Any]) -> Array:
    """Is φ (of a network: φ₁) a generalized ReLU with such slopes?"""
    phi = _phi(instance)
    return np.asarray(isinstance(phi, GeneralizedReLU) and says(phi))


def _same_slopes(instance: Instance[Any]) -> Array:
    phi1, phi2 = instance.problem.phi1, instance.problem.phi2
    if not isinstance(phi1, GeneralizedReLU):
        return np.asarray(type(phi1) is type(phi2))
    return np.asarray((phi1.a == phi2.a) & (phi1.b == phi2.b))


INPUTS = Hypothesis("‖xᵢ‖ ≤ 1", ANY, lambda i: _all(within(i.problem.X, 1.0, 1)))
"""Printed in Definition 2; Theorems 3 to 5 don't print it and need it."""

RELU = Hypothesis(
    "φ a generalized ReLU, 0 < a ≤ b", ANY,
    lambda i: slopes_are(i, lambda phi: (phi.a > 0) & (phi.a <= phi.b)),
)
KINK = Hypothesis("a < b", ANY, lambda i: slopes_are(i, lambda phi: phi.a < phi.b))
IDENTITY = Hypothesis(
    "φ the identity", ANY, lambda i: slopes_are(i, lambda phi: (phi.a == 1) & (phi.b == 1))
)
SIGMOID = Hypothesis("φ the sigmoid", ANY, lambda i: np.asarray(isinstance(_phi(i), Sigmoid)))
TANH = Hypothesis("φ = tanh", GLM, lambda i: np.asarray(isinstance(i.problem.activation, Tanh)))
ONE_PHI = Hypothesis("φ₁ and φ₂ with the same a and b", NETWORK, _same_slopes)

OPTIMUM_GLM = Hypothesis("‖w*‖ ≤ W", GLM, lambda i: within(i.problem.w_star, i.problem.W_max, 1))
POINT_GLM = Hypothesis("‖w‖ ≤ W", GLM, lambda i: within(i.point, i.problem.W_max, 1))
LABELS = Hypothesis(
    "yᵢ ∈ [0, 1]", (NoisyGLM,), lambda i: _all((i.problem.y >= 0) & (i.problem.y <= 1))
)
MEANS = Hypothesis(
    "φ⟨w*, xᵢ⟩ ∈ [0, 1]", (NoisyGLM,),
    lambda i: _all(
        (i.problem.y - i.problem.xi >= -EXCESS) & (i.problem.y - i.problem.xi <= 1 + EXCESS)
    ),
)
LABELS_ABOVE_0 = Hypothesis(
    "φ⟨w*, xᵢ⟩ ≥ 0", GLM, lambda i: _all(i.problem.predict(i.problem.optimum) >= -EXCESS)
)

OPTIMUM_LAYER = Hypothesis(
    "‖W*‖_F ≤ W", LAYER, lambda i: within(i.problem.W_star, i.problem.W_max, 2)
)
POINT_LAYER = Hypothesis("‖W‖_F ≤ W", LAYER, lambda i: within(i.point, i.problem.W_max, 2))

OPTIMUM_INNER = Hypothesis(
    "‖W₁*‖_F ≤ W₁", NETWORK, lambda i: within(i.problem.W1_star, i.problem.W1_max, 2)
)
OPTIMUM_OUTER = Hypothesis(
    "‖W₂*‖_F ≤ W₂", NETWORK, lambda i: within(i.problem.W2_star, i.problem.W2_max, 2)
)
POINT_INNER = Hypothesis("‖W₁‖_F ≤ W₁", NETWORK, lambda i: within(i.point, i.problem.W1_max, 2))
OUTER = Hypothesis(
    "the layer that is held has ‖W₂‖_F ≤ W₂", NETWORK,
    lambda i: within(i.problem.W2, i.problem.W2_max, 2),
)
"""Section 5.5 writes it in the proof; the statements of Theorems 4 and 5 bound W₂* alone."""

OUTER_IS_OPTIMAL = Hypothesis(
    "W₂ = W₂*", NETWORK, lambda i: np.all(i.problem.W2_star == i.problem.W2, axis=(-1, -2))
)
OUTER_POSITIVE = Hypothesis(
    "the entries of W₂ are ≥ 0", NETWORK, lambda i: np.all(i.problem.W2 >= 0, axis=(-1, -2))
)
ONE_OUTPUT = Hypothesis("one output", NETWORK, lambda i: np.asarray(i.problem.W2.shape[-1] == 1))
ONE_INPUT = Hypothesis("d = 1", ANY, lambda i: np.asarray(i.problem.X.shape[-1] == 1))
ONE_HIDDEN_UNIT = Hypothesis(
    "one hidden unit", NETWORK, lambda i: np.asarray(i.problem.W2.shape[-2] == 1)
)

B_IS_ONE = Hypothesis("b = 1", ANY, lambda i: slopes_are(i, lambda phi: phi.b == 1))
W_IS_ONE = Hypothesis("W = 1", (*GLM, *LAYER), lambda i: np.asarray(i.problem.W_max) == 1)
W1_IS_ONE = Hypothesis("W₁ = 1", NETWORK, lambda i: np.asarray(i.problem.W1_max) == 1)
W2_IS_ONE = Hypothesis("W₂ = 1", NETWORK, lambda i: np.asarray(i.problem.W2_max) == 1)

BY_SCALING = "by scaling (hypotheses.BY_SCALING)"
"""Lemma: with slopes c, weights s (and outer weights t) times as large, the error is (c s)², of
a network with two layers (c² s t)², with three (c³ s t²)² times what it was, the gradient that
over s, and distances are s times; so ⟨G, w − w*⟩/‖G‖ is s times. The radius ε/κ(ε) of every claim
here is s times too, so each is true of an instance iff it is of the scaled one. (Noisy labels in
[0, 1] don't scale.)
"""
WITHOUT_LOSS = dict.fromkeys((B_IS_ONE, W_IS_ONE, W1_IS_ONE, W2_IS_ONE), BY_SCALING)
"""What an idealised family may fix without loss, and why."""

W_IS_FREE = "W is in no number of the claim: take it large enough"
FREE_OF_W = dict.fromkeys((OPTIMUM_GLM, POINT_GLM, OPTIMUM_LAYER, POINT_LAYER), W_IS_FREE)
ANOTHER_PHI = "a φ of another kind has no a and b"


def refuted_with(*hypotheses: Hypothesis) -> dict[Hypothesis, Without]:
    """Those of a claim that is refuted though it has them all."""
    return dict.fromkeys(hypotheses, "the claim is refuted with it")


def longer_inputs(instance: Instance[Any], factor: float) -> Instance[Any]:
    """The instance with its inputs times this."""
    problem = instance.problem
    return Instance(replace(problem, X=factor * problem.X), instance.point)
