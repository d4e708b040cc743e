"""The alternation as a whole (Algorithm 2, section 3.3.2): what is true of it, and what is not.

'It is however non-trivial to provide overall convergence guarantees for the alternating
minimization strategy': the paper proves none. With *exact* inner solutions, each argmin attained,

* the error never rises, so it converges and |f(t) − f(t − 1)| < ε is reached (`FALL`). The same is
  true of SNGD on the whole batch where each phase keeps its best iterate; of the last iterate it is
  not true;
* it need not end at a minimum of f. With one hidden unit, no ties and both phases solved exactly,
  it is stuck from a whole half-line of starts (`stuck`): a sign of W₁ is never changed, as with the
  other sign the best W₁ for this W₂ is worse. There f = (1 − a²)²/4 where 0 is possible;
* where ties are broken by the least norm it may even stop at a strict saddle: a hidden unit that is
  0 on both sides stays 0. With x = e₁, e₂, a = b = 1, Y = diag(2, 1), W₁ = diag(1, 0) and W₂ =
  diag(2, 0), each layer is the minimiser of least norm for the other, f = 1/2, and f(W₁ + tE,
  W₂ + tE) = (1 − t²)²/2, E the matrix of the second unit alone.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ..activations import Activation, GeneralizedReLU
from ..arrays import Array
from ..problems import TwoLayerNetwork
from ..proofs import exact
from ..proofs import hypotheses as given
from ..proofs.certificates import fractions
from ..proofs.claim import Claim, Subject, Verdict
from ..proofs.derivation import AT_MOST, Line, derivation
from ..proofs.families import Family, Instance, Shapes, squashed
from ..proofs.formula import NONNEGATIVE, Symbol
from ..proofs.known import by_hand
from ..proofs.proof import Proof
from .inner_terms import in_fractions

ROUNDS = 20
"""Alternations that are searched."""

before = Symbol("before", "f(W₁ᵗ⁻¹, W₂ᵗ⁻¹)", "", "t", sign=NONNEGATIVE)
middle = Symbol("middle", "f(W₁ᵗ⁻¹, W₂ᵗ)", "", "t", sign=NONNEGATIVE)
after = Symbol("after", "f(W₁ᵗ, W₂ᵗ)", "", "t", sign=NONNEGATIVE)

FALL = derivation(
    "an alternation with exact inner solutions",
    after,
    Line(AT_MOST, middle, "W₁ᵗ is a minimiser for W₂ᵗ, and W₁ᵗ⁻¹ was allowed",
         known=by_hand("the definition of argmin")),
    Line(AT_MOST, before, "W₂ᵗ is a minimiser for W₁ᵗ⁻¹, and W₂ᵗ⁻¹ was allowed",
         known=by_hand("the definition of argmin")),
)


# One hidden unit and one input: both phases in closed form


def best_multiple(outputs: Array, y: Array) -> tuple[Array, Array]:
    """The c ≥ 0 with the least mean (c oᵢ − yᵢ)², and that error: (..., m) -> (...)."""
    square = np.asarray(np.sum(outputs**2, axis=-1))
    c = np.asarray(np.sum(outputs * y, axis=-1)) / np.where(square > 0, square, 1)
    c = np.where(c > 0, c, 0 * c)
    return c, np.sum((c[..., None] * outputs - y) ** 2, axis=-1) / y.shape[-1]


def exact_phase(outputs: tuple[Array, Array], y: Array) -> tuple[Array, Array]:
    """The best weight, of either sign, and its error; outputs: the network's at +1 and at −1.

    By positive homogeneity the output at a weight ±c is c times that at ±1.
    """
    (c_up, up), (c_down, down) = (best_multiple(o, y) for o in outputs)
    return np.where(up <= down, c_up, -c_down), np.where(up <= down, up, down)


def alternate(
    x: Array, y: Array, phi: Activation, w1: Array, rounds: int
) -> list[tuple[Array, Array, Array, Array]]:
    """Algorithm 2 on φ(w₂ φ(w₁ xᵢ)): (w₁, w₂, the error after the W₂ phase, after the W₁ phase)."""
    trace = []
    for _ in range(rounds):
        hidden = phi.phi(w1[..., None] * x)
        w2, middle = exact_phase((phi.phi(hidden), phi.phi(-hidden)), y)
        w1, after = exact_phase(
            (phi.phi(w2[..., None] * phi.phi(x)), phi.phi(w2[..., None] * phi.phi(-x))), y
        )
        trace.append((w1, w2, middle, after))
    return trace


def run(
    instances: Instance[TwoLayerNetwork], rounds: int = ROUNDS
) -> tuple[Array, Array, Array, Array]:
    """`alternate` from W₁, each (..., rounds)."""
    network = instances.problem
    x, y, w1 = network.X[..., 0], network.Y[..., 0], instances.point[..., 0, 0]
    trace = zip(*alternate(x, y, network.phi1, w1, rounds), strict=True)
    w1s, w2s, middle, after = (np.stack(each, axis=-1) for each in trace)
    return w1s, w2s, middle, after


def _scale(instances: Instance[TwoLayerNetwork]) -> Array:
    """The labels' mean square."""
    return np.asarray(np.mean(instances.problem.Y[..., 0] ** 2, axis=-1))


def margin(instances: Instance[TwoLayerNetwork]) -> Array:
    """0 where an error is left after ROUNDS alternations, inf where none is."""
    left = run(instances)[-1][..., -1]
    return np.where(left > 1e-9 * _scale(instances), 0.0, np.inf)


def never_rises(instances: Instance[TwoLayerNetwork]) -> Array:
    """1 plus the least fall of the error in an alternation, as a share of the labels' square."""
    errors = np.stack(run(instances)[2:], axis=-1)  # after each phase
    errors = errors.reshape(*errors.shape[:-2], -1)
    scale = _scale(instances)[..., None]
    falls = (errors[..., :-1] - errors[..., 1:]) / np.where(scale > 0, scale, 1)
    return np.asarray(1 + np.min(falls, axis=-1))


def values(instance: Instance[TwoLayerNetwork], _: Any) -> dict[str, Array]:
    """What the symbols stand for: each alternation but the first."""
    _, _, middle, after = run(instance)
    return {"before": after[..., :-1], "middle": middle[..., 1:], "after": after[..., 1:]}


def stuck(w1: Fraction = Fraction(-1)) -> Instance[TwoLayerNetwork]:
    """x = 1 and x = −1, W₁* = w₂* = 1, a = 1/2, b = 1; the start W₁ = −1, in Fractions.

    The labels are 1 and −a². At W₁ = −1 the hidden values are −a and 1; w₂ = −(1 + a²)/(2a) is the
    best, with outputs ±(1 + a²)/2 and f = (1 − a²)²/4. For this w₂, W₁ = −1 is the best again: with
    W₁ > 0 the outputs have the wrong signs. At a = 1/2: w₂ = −5/4 and f = 9/64.
    """
    return in_fractions([1, -1], [1], [1], [w1])


def stays_exactly() -> bool:
    """In Fractions: W₁ = −1, w₂ = −5/4 and f = 9/64 after one alternation, and after the next."""
    w1, w2, _, after = run(stuck(), 2)
    expected = ((w1, Fraction(-1)), (w2, Fraction(-5, 4)), (after, Fraction(9, 64)))
    return all(bool(np.all(found == value)) for found, value in expected)


def certificate() -> dict[str, Any]:
    """The numbers where it stays."""
    network = stuck().problem
    phi = network.phi1.slopes()
    return {
        "kind": "alternation", "x": fractions(network.X[:, 0]), "y": fractions(network.Y[:, 0]),
        "a": fractions(phi.gamma), "b": fractions(phi.L),
        "w1_star": fractions(network.W1_star[0, 0]), "w2_star": fractions(network.W2_star[0, 0]),
        "w1": "-1", "w2": "-5/4",
    }


@dataclass(frozen=True)
class OneUnitFamily(Family[TwoLayerNetwork]):
    """Planted networks with one input, one hidden unit and one output, and a start W₁ of it."""

    m: int = 3

    @property
    def blocks(self) -> Shapes:
        return {"slope": (1,), "X": (self.m, 1), "W1": (1, 1), "W1_star": (1, 1), "W2": (1, 1)}

    def build(
        self, slope: Array, X: Array, W1: Array, W1_star: Array, W2: Array
    ) -> Instance[TwoLayerNetwork]:
        a = 1 - 0.9 * np.abs(squashed(slope[:, 0]))
        phi = GeneralizedReLU(a, np.ones_like(a))
        X, W1, W1_star, W2 = map(squashed, (X, W1, W1_star, W2))
        return Instance(TwoLayerNetwork(X, W1_star, W2, phi, phi, 1.0, 1.0), W1)


FAMILIES = (OneUnitFamily(), OneUnitFamily(m=2))
NETWORKS = (
    given.INPUTS, given.RELU, given.ONE_PHI, given.OPTIMUM_INNER, given.OPTIMUM_OUTER,
    given.POINT_INNER, given.ONE_INPUT, given.ONE_HIDDEN_UNIT, given.ONE_OUTPUT,
)
"""What the families draw: planted networks of one unit, and a start in B(0, W₁)."""

NOT_HELD = dict.fromkeys(
    (given.OUTER, given.OUTER_IS_OPTIMAL), "no layer is held: the first phase replaces W₂"
)

CLAIMS = (
    Claim(
        id="alternation-falls",
        theorem=Subject.LAYERS,
        source="Algorithm 2 with exact inner solutions, companion",
        statement="f(W₁ᵗ, W₂ᵗ) never rises, and |f(t) − f(t − 1)| < ε is reached for every ε > 0",
        verdict=Verdict.HOLDS,
        margin=never_rises,
        families=FAMILIES,
        without_loss=given.WITHOUT_LOSS | NOT_HELD | dict.fromkeys(
            NETWORKS, "the proof asks only that each argmin is attained; searched in closed form"
        ),
        worst=lambda: exact.as_floats(stuck()),
        proof=Proof("companion", (FALL,), values),
    ),
    Claim(
        id="alternation-minimum",
        theorem=Subject.LAYERS,
        source="Algorithm 2 with exact inner solutions",
        statement="on a planted network with one hidden unit it reaches error 0",
        verdict=Verdict.REFUTED,
        margin=margin,
        families=FAMILIES,
        hypotheses=given.refuted_with(*NETWORKS),
        without_loss=given.WITHOUT_LOSS | NOT_HELD,
        worst=lambda: exact.as_floats(stuck()),
        exactly=stays_exactly,
        certificate=certificate,
    ),
)
