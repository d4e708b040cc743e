"""Theorem 6 (section 3.3.1, quoted from Hazan et al.): SNGD on SLQC functions.

    Let f_t, the minibatch error of Algorithm 1, be (ε, κ, w*)-SLQC for all w and |f_t| ≤ M, with
    probability ≥ 1 − δ for b ≥ b₀. Then T ≥ κ²‖w₁ − w*‖²/ε² steps with η = ε/κ and
    b ≥ max{M² log(4T/δ)/(2ε²), b₀} give, with probability ≥ 1 − 2δ, f(w) − f(w*) ≤ 3ε.

It holds for the best iterate, w = argmin_t f_t(w_t), which is what Hazan et al. state. For the last
one, which Algorithm 1 as printed returns, it is false: `theorem_6_last`. The proof needs the losses
of single samples in [0, M]. It is evaluated here for idealised GLMs, where f_t(w*) = 0, f_t is SLQC
for every b, and, until the first good iterate, losses are at most M = b²‖w₁ − w*‖².

Whatever κ is, a run of T steps is the same: η = ε/κ = ‖w₁ − w*‖/√T. A smaller κ promises a smaller
ε after T steps. With the sharp κ of `kantorovich`, ε = K b²‖w₁ − w*‖²/T with K = (a + b)²/(4ab): T
is of order 1/ε, and W plays no part (nor does it matter that iterates may leave B(0, W)). For GLMs
more is true, for minibatches of any size: `theorem_6_average`.

Here b is a slope where it stands beside a, and else the paper's minibatch size.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from .. import norms
from ..activations import GeneralizedReLU
from ..arrays import Array
from ..problems import IdealisedGLM
from ..proofs import hypotheses as given
from ..proofs.algebra import assumed, shown
from ..proofs.chance import ChanceClaim, Trial
from ..proofs.claim import Subject, Verdict
from ..proofs.derivation import AT_LEAST, AT_MOST, EQUAL, Line, derivation
from ..proofs.evidence import bound_margin
from ..proofs.families import GLMFamily, Instance
from ..proofs.formula import NONNEGATIVE, POSITIVE, Symbol, formula, function, sqrt
from ..proofs.known import by_hand, definition, identity, quoted
from ..proofs.proof import Proof
from ..proofs.symbols import a, b, checked, eps
from . import kantorovich, theorem_1
from .theorem_2 import delta
from .theorem_6_runs import Trajectory, failures, in_turn

# The statement: a step, a number of steps, a minibatch

kappa_ = Symbol("kappa", "κ", "of SLQC", sign=POSITIVE)
distance = Symbol("distance", "‖w₁ − w*‖", "of the start", sign=NONNEGATIVE)
T = Symbol("T", "T", "the number of steps", sign=POSITIVE)
M = Symbol("M", "M", "a bound on the losses of single samples", sign=POSITIVE)
b0 = Symbol("b0", "b₀", "the minibatch from which on f_t is SLQC", sign=POSITIVE)

STEP = eps / kappa_
"""η, the radius of the ball in Definitions 1 and 4 too."""
step = checked(STEP, eps, kappa_)
ITERATIONS = kappa_**2 * distance**2 / eps**2
MINIBATCH = function("max", M**2 * function("log", 4 * T / delta) / (2 * eps**2), b0)
iterations = checked(function("ceil", ITERATIONS), eps, kappa_, distance, positive=[eps])
"""The least whole T; with the sharp κ it is (a + b)²b/(4a) ‖w₁ − w*‖²/ε."""
minibatch = checked(
    function("ceil", MINIBATCH), eps, delta, T, M, b0, positive=[eps], b0=1
)
"""The least whole b."""


# On idealised GLMs

LONGEST = 40
"""Steps of a run that a proof is evaluated on; where more are asked for, ε is raised to fit."""

DELTA = 0.1

KANTOROVICH = kantorovich.constant_of(a, b)


@dataclass(frozen=True)
class Promise:
    """A κ, as ε = reached(r, glm): the ε for which the radius ε/κ(ε) is r."""

    name: str
    kappa: Callable[[Any, IdealisedGLM], Any]
    reached: Callable[[Any, IdealisedGLM], Any]

    def after(self, T: Any, distance: Any, glm: IdealisedGLM) -> Any:
        """The ε that is promised after T steps from a point at this distance of w*."""
        return self.reached(distance / np.sqrt(T), glm)


PAPER = Promise(
    str(theorem_1.KAPPA), theorem_1.kappa, lambda r, glm: theorem_1.kappa(0.0, glm) * r
)
SHARP = Promise(
    str(theorem_1.KAPPA_SHARP), kantorovich.kappa,
    lambda r, glm: (KANTOROVICH * b**2).at(glm.numbers) * r**2,
)


@dataclass(frozen=True)
class Plan:
    """T steps of length eta and what they promise, for each instance of a stack."""

    T: Array
    eta: Array
    eps: Array
    distance: Array

    @property
    def within(self) -> Array:
        """(..., LONGEST): is t ≤ T?"""
        return np.arange(1, LONGEST + 1) <= self.T[..., None]


def plan_of(promise: Promise, glm: IdealisedGLM, w: Array, eps: Any) -> Plan:
    """T = ⌈κ²‖w − w*‖²/ε²⌉ from w, but at most LONGEST; the ε that T promises."""
    distance = norms.norm(w - glm.w_star)
    T = np.ceil(ITERATIONS.at(eps=eps, kappa=promise.kappa(eps, glm), distance=distance))
    T = np.clip(T, 1, LONGEST)
    return Plan(T, distance / np.sqrt(T), promise.after(T, distance, glm), distance)


# Hazan et al.'s proof, on the run of full-batch SNGD from w (f_t = f). Axis t: the steps

eta = Symbol("eta", "η", "ε/κ; 0 after the first good iterate, where the proof is over", "t",
             sign=NONNEGATIVE)
eta_all = Symbol("eta_all", "η", "ε/κ", sign=NONNEGATIVE)
radius = Symbol("radius", "ε/κ", "of the ball", "t", sign=NONNEGATIVE)
now = Symbol("now", "‖wₜ − w*‖²", "", "t", sign=NONNEGATIVE)
then = Symbol("then", "‖wₜ₊₁ − w*‖²", "", "t", sign=NONNEGATIVE)
along = Symbol("along", "⟨gₜ/‖gₜ‖, wₜ − w*⟩", "", "t")
unit = Symbol("unit", "‖gₜ/‖gₜ‖‖", "of a step before the first good iterate", "t")
N = Symbol("N", "N", "steps before the first good iterate", sign=NONNEGATIVE)
after = Symbol("after", "‖w_{N+1} − w*‖", "", sign=NONNEGATIVE)
least = Symbol("least", "f(w) − f(w*)", "of the best iterate w = w_t", sign=NONNEGATIVE)
least_t = Symbol("least_t", "fₜ(w) − fₜ(w*)", "", sign=NONNEGATIVE)
off_w = Symbol("off_w", "(f − fₜ)(w)", "0 here")
off_star = Symbol("off_star", "(fₜ − f)(w*)", "0 here")
loss = Symbol("loss", "maxᵢ (φ⟨wₜ, xᵢ⟩ − yᵢ)²", "up to the first good iterate", "t")
distance_t = Symbol("distance_t", "‖wₜ − w*‖", "", "t", sign=NONNEGATIVE)
distance_1 = Symbol("distance_1", "‖w₁ − w*‖", "", "t", sign=NONNEGATIVE)
batch = Symbol("batch", "b", "the minibatch", sign=POSITIVE)

clause_2 = assumed("⟨gₜ/‖gₜ‖, wₜ − w*⟩ ≥ ε/κ", along, radius)
nearer = shown("‖wₜ − w*‖ ≤ ‖w₁ − w*‖", distance_1, distance_t)
large_enough = assumed(
    "b ≥ M² log(4T/δ)/(2ε²)", batch, M**2 * function("log", 4 * T / delta) / (2 * eps**2)
)

DEFINED = derivation(
    "a step is defined while f_t(w_t) > f_t(w*) + ε",
    unit,
    Line(EQUAL, formula(1), "clause 2's first half, ‖gₜ‖ > 0",
         known=definition({unit: formula(1)})),
)
A_STEP = derivation(
    "a step, while f_t(w_t) > f_t(w*) + ε",
    then,
    Line(EQUAL, now - 2 * eta * along + eta**2, "Algorithm 1", known=definition()),
    Line(AT_MOST, now - 2 * eta * radius + eta**2,
         "clause 2 of SLQC at the point w* + (ε/κ) gₜ/‖gₜ‖ of the ball",
         known=identity(2 * eta * clause_2)),
    Line(EQUAL, now - eta**2, "η = ε/κ", known=definition({radius: eta})),
)
COUNT = derivation(
    "N steps before the first good iterate",
    distance**2,
    Line(AT_LEAST, after**2 + N * eta_all**2, "the sum of N steps",
         known=by_hand("the lines above, summed over the N steps")),
    Line(AT_LEAST, N * eta_all**2, "a square is ≥ 0", known=identity(after**2)),
)
BEST = derivation(
    "the best iterate",
    least,
    Line(EQUAL, least_t + off_w + off_star, "w = w_t with the least f_t(w_t); here f_t = f",
         known=definition()),
    Line(AT_MOST, eps + off_w + off_star,
         "Nη² ≤ ‖w₁ − w*‖² ≤ Tη²; N = T would leave w_{T+1} = w*, so a w_T nearer than the ball "
         "allows", known=by_hand("N < T: some iterate up to T is good")),
    Line(AT_MOST, 3 * eps, "Hoeffding, for w and for w*", known=quoted("Hoeffding 1963")),
)
LARGEST_LOSS = derivation(
    "losses of single samples, up to the first good iterate",
    loss,
    Line(AT_MOST, b**2 * distance_t**2, "φ is b-Lipschitz and ‖xᵢ‖ ≤ 1",
         known=by_hand("|φ⟨w, xᵢ⟩ − φ⟨w*, xᵢ⟩| ≤ b ‖w − w*‖ ‖xᵢ‖ for every i")),
    Line(AT_MOST, b**2 * distance_1**2, "the distance falls: M",
         known=identity(b**2 * nearer * (distance_1 + distance_t))),
)
HOEFFDING = derivation(
    "probability that some f_t is off by more than ε at w_t or at w*: 2T e^−x ≤ δ/2, as x =",
    2 * batch * eps**2 / M**2,
    Line(AT_LEAST, function("log", 4 * T / delta), "b ≥ M² log(4T/δ)/(2ε²)",
         known=identity(2 * eps**2 / M**2 * large_enough)),
)


DISPLAYS = (A_STEP, COUNT, BEST, LARGEST_LOSS, HOEFFDING, DEFINED)


def values(promise: Promise, instance: Instance[IdealisedGLM], eps: Any) -> dict[str, Any]:
    """What the symbols stand for on the run from w; the choice of b by its numbers alone."""
    glm, w = instance.problem, instance.point
    plan = plan_of(promise, glm, w, eps)
    run = in_turn(glm, w, LONGEST, plan.eta)
    good = run.values <= plan.eps[..., None]
    before = plan.within & ~np.logical_or.accumulate(good, axis=-1)
    first = np.concatenate([np.ones_like(before[..., :1]), before[..., :-1]], axis=-1)
    eta = np.where(before, plan.eta[..., None], 0.0)
    N, distances = before.sum(axis=-1), run.distances(glm.w_star)
    best = np.min(np.where(plan.within, run.values, np.inf), axis=-1)
    M = (glm.numbers["b"] * plan.distance) ** 2
    at = step_values(run, glm, eta) | glm.numbers | {
        "eps": plan.eps, "distance": plan.distance, "eta_all": plan.eta, "radius": eta, "N": N,
        "unit": np.where(before, norms.norm(run.directions), 1.0),
        "after": np.take_along_axis(distances, N[..., None], axis=-1)[..., 0],
        "least": best, "least_t": best, "off_w": 0.0, "off_star": 0.0,
        "loss": np.where(first, _largest_losses(run, glm), 0.0),
        "distance_t": np.where(first, distances[..., :-1], 0.0),
        "distance_1": np.where(first, plan.distance[..., None], 0.0),
        "T": plan.T, "M": M, "delta": DELTA, "b0": 1,
    }
    return at | {"batch": np.ceil(MINIBATCH.at(at))}


def step_values(run: Trajectory, glm: IdealisedGLM, eta: Array) -> dict[str, Any]:
    """‖w_t − w*‖², ‖w_t − η_t ĝ_t − w*‖², ⟨ĝ_t, w_t − w*⟩ and η_t, (..., T)."""
    to_star = run.points[..., :-1, :] - glm.w_star[..., None, :]
    moved = to_star - eta[..., None] * run.directions
    return {
        "now": norms.norm(to_star) ** 2, "then": norms.norm(moved) ** 2,
        "along": norms.inner(run.directions, to_star), "eta": eta,
    }


def _largest_losses(run: Trajectory, glm: IdealisedGLM) -> Array:
    predicted = glm.activation.phi(run.points[..., :-1, :] @ glm.X.mT)
    return np.asarray(np.max((predicted - glm.y[..., None, :]) ** 2, axis=-1))


# How often it fails


def trials(
    name: str, promise: Promise, instance: Instance[IdealisedGLM], eps: float
) -> tuple[Trial, ...]:
    """The b and T of the theorem, with δ = DELTA; and T/100 steps, and minibatches of one."""
    glm, w = instance.problem, instance.point
    distance = float(norms.norm(w - glm.w_star))
    kappa = promise.kappa(eps, glm)
    T = int(iterations(eps, kappa, distance))
    b = int(minibatch(eps, DELTA, T, glm.numbers["b"] ** 2 * distance**2))

    def trial(T: int, b: int, stated: bool) -> Trial:
        fails = partial(failures, instance=instance, T=T, eta=step(eps, kappa), b=b, eps=eps)
        where = f"{name}, T = {T}, b = {b}{' as stated' if stated else ''}"
        return Trial(where, 2 * DELTA, fails, claimed=stated)

    return trial(T, b, True), trial(max(1, T // 100), b, False), trial(T, 1, False)


def orthogonal_instance() -> Instance[IdealisedGLM]:
    """x₁ = (1, 0), x₂ = (0, 1), w* = (0, 1), w₁ = 0, a = b = 1: f(w₁) = 1/2.

    A minibatch of x₁ alone has f_t = 0 at every point on the way, so with b = 1 the 'best' iterate
    is the first at which x₁ was drawn, however bad it is.
    """
    glm = IdealisedGLM(np.eye(2), np.array([0.0, 1.0]), GeneralizedReLU(1.0, 1.0), 1.0)
    return Instance(glm, np.zeros(2))


def kinked_instance() -> Instance[IdealisedGLM]:
    """Four inputs in R², a = 1/2, w* = (1, 0), w₁ = −w*: the slopes change on the way."""
    X = np.array([[1.0, 0.0], [0.6, 0.8], [0.6, -0.8], [-0.8, 0.6]])
    w_star = np.array([1.0, 0.0])
    return Instance(IdealisedGLM(X, w_star, GeneralizedReLU(0.5), 1.0), -w_star)


def margin(promise: Promise) -> Callable[[Instance[IdealisedGLM]], Array]:
    """3ε over f(w) − f(w*), w the best of LONGEST full-batch steps, ε what they promise."""

    def of(instances: Instance[IdealisedGLM]) -> Array:
        glm, w = instances.problem, instances.point
        distance = norms.norm(w - glm.w_star)
        run = in_turn(glm, w, LONGEST, distance / np.sqrt(LONGEST))
        return bound_margin(3 * promise.after(LONGEST, distance, glm), run.values.min(axis=-1))

    return of


FAMILIES = (GLMFamily(m=1, d=1), GLMFamily(m=4, d=2), GLMFamily(m=4, d=3))


HYPOTHESES: dict[given.Hypothesis, given.Without] = {
    given.INPUTS: "losses are then larger than b²‖w₁ − w*‖², and κ too; no run without it is kept",
    given.RELU: given.ANOTHER_PHI,
}
"""On idealised GLMs, where f_t is SLQC."""

W_BOUNDS = {
    given.OPTIMUM_GLM: "Theorem 1's: ‖w*‖ ≤ W", given.POINT_GLM: "Theorem 1's, of the start"
}


def _claim(
    promise: Promise, eps: float, eps_kinked: float, **rest: Any
) -> ChanceClaim[IdealisedGLM]:
    return ChanceClaim(
        theorem=Subject.THEOREM_6, verdict=Verdict.HOLDS, families=FAMILIES,
        worst=orthogonal_instance, margin=margin(promise), hypotheses=HYPOTHESES,
        without_loss=given.WITHOUT_LOSS
        | (W_BOUNDS if promise is PAPER else given.FREE_OF_W),
        proof=Proof("Hazan et al.", DISPLAYS, partial(values, promise)),
        trials=(
            *trials("two orthogonal inputs", promise, orthogonal_instance(), eps),
            *trials("four inputs, a = 1/2", promise, kinked_instance(), eps_kinked),
        ),
        **rest,
    )


SHARP_ITERATIONS = (a + b) ** 2 * b / (4 * a) * (distance**2 / eps)
SHARP_STEP = sqrt(4 * a * eps / b) / (a + b)

CLAIMS = (
    _claim(
        PAPER, 0.1, 0.25,
        id="theorem-6",
        source="Theorem 6, section 3.3.1, best iterate",
        statement=f"with T ≥ {ITERATIONS}, η = {STEP} and b ≥ {MINIBATCH}, the best iterate has "
        "f(w) − f(w*) ≤ 3ε with probability ≥ 1 − 2δ",
    ),
    _claim(
        SHARP, 0.1, 0.1,
        id="theorem-6-sharp",
        source="Theorem 6 with the sharp kappa, companion",
        statement=f"with T ≥ {SHARP_ITERATIONS}, η = {SHARP_STEP} and that b, the best iterate has "
        "f(w) − f(w*) ≤ 3ε with probability ≥ 1 − 2δ",
    ),
)
