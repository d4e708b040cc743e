"""Theorem 6 for idealised GLMs, strengthened (companion): the average over the run is small.

With η = √(ε/K)/b and T ≥ K b²‖w₁ − w*‖²/ε steps, K = (a + b)²/(4ab),

    (1/T) Σ_t √f_t(w_t) ≤ √ε

for minibatches of any size, chosen in any way: no M, no δ, no log T, nothing said of W. So in the
mean over the draws, a w_t with t uniform on 1..T has mean √f_t(w_t) ≤ √ε. As T grows beyond that,
the bound falls to √ε/2.

For minibatches of one sample K drops out: with η = √ε/b and T ≥ b²‖w₁ − w*‖²/ε, the average of
|D_t| over the samples that were drawn is at most √ε, at a rate free of a. As w_t doesn't depend on
the sample drawn at t, the mean absolute error, averaged over t, is at most √ε in expectation. (It
says so of noiseless labels only: with noise, steps on single samples head for the median of the
labels, not for their mean.)
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from .. import norms
from ..activations import GeneralizedReLU
from ..arrays import Array
from ..problems import IdealisedGLM
from ..proofs.algebra import assumed
from ..proofs.claim import Claim, Subject, Verdict
from ..proofs.derivation import AT_MOST, EQUAL, Line, derivation
from ..proofs.evidence import bound_margin
from ..proofs.families import GLMFamily, Instance
from ..proofs.formula import NONNEGATIVE, Symbol, sqrt, total
from ..proofs.hypotheses import FREE_OF_W, WITHOUT_LOSS
from ..proofs.known import by_hand, definition, identity
from ..proofs.proof import Proof
from ..proofs.symbols import b, eps
from .theorem_6 import (
    HYPOTHESES,
    LONGEST,
    SHARP,
    SHARP_ITERATIONS,
    SHARP_STEP,
    Promise,
    T,
    along,
    distance,
    eta,
    eta_all,
    now,
    plan_of,
    step_values,
    then,
)
from .theorem_6_runs import in_turn

KAPPA_ONE_SAMPLE = b * sqrt(eps)
ONE_SAMPLE = Promise(
    str(KAPPA_ONE_SAMPLE),
    lambda eps, glm: KAPPA_ONE_SAMPLE.at(glm.numbers, eps=eps),
    lambda r, glm: (glm.numbers["b"] * r) ** 2,
)
"""For minibatches of one sample: ⟨g/‖g‖, w − w*⟩ = |Dz|/‖x‖ ≥ |D|/b, without any K."""

# The proof. Axis t: the steps

reach = Symbol("reach", "Eₜ/κ(Eₜ)", "Eₜ = fₜ(wₜ)", "t", sign=NONNEGATIVE)
root = Symbol("root", "√fₜ(wₜ)", "0 for t > T", "t", sign=NONNEGATIVE)
end = Symbol("end", "‖w_{T+1} − w*‖", "", sign=NONNEGATIVE)
budget = T * eta_all**2
scale = sqrt(eps) / (2 * budget)

EVERY_STEP = derivation(
    "every step",
    then,
    Line(EQUAL, now - 2 * eta * along + eta**2, "Algorithm 1", known=definition()),
    Line(AT_MOST, now - 2 * eta * reach + eta**2,
         "f_t is SLQC at w_t for every ε up to E_t = f_t(w_t)",
         known=identity(2 * eta * assumed("⟨gₜ/‖gₜ‖, wₜ − w*⟩ ≥ Eₜ/κ(Eₜ)", along, reach))),
)
AVERAGE = derivation(
    "the average",
    total(root, "t") / T,
    Line(AT_MOST, scale * (distance**2 - end**2 + budget),
         "the sum of the steps; E/κ(E) = √E η/√ε",
         known=by_hand("every step, summed over t, each with Eₜ/κ(Eₜ) = √Eₜ η/√ε")),
    Line(AT_MOST, scale * (distance**2 + budget), "a square is ≥ 0",
         known=identity(scale * end**2)),
    Line(EQUAL, sqrt(eps), "Tη² = ‖w₁ − w*‖²",
         known=definition({distance: eta_all * sqrt(T)})),
)


def values(
    promise: Promise, b: int, instance: Instance[IdealisedGLM], eps: Any
) -> dict[str, Any]:
    """What the symbols stand for on the run with minibatches of b samples in turn.

    For SHARP, or for ONE_SAMPLE and b = 1.
    """
    glm, w = instance.problem, instance.point
    plan = plan_of(promise, glm, w, eps)
    run = in_turn(glm, w, LONGEST, plan.eta, b)
    moved = np.any(run.directions != 0, axis=-1)
    eta = np.where(moved, plan.eta[..., None], 0.0)  # a step with f_t(w_t) = 0 is skipped
    steps = plan.T.astype(int)[..., None]
    return step_values(run, glm, eta) | {
        "eps": plan.eps, "T": plan.T, "eta_all": plan.eta, "distance": plan.distance,
        "reach": run.values / np.where(moved, _kappa_at(promise, glm, run.values), 1.0),
        "root": np.where(plan.within, np.sqrt(run.values), 0.0),
        "end": np.take_along_axis(run.distances(glm.w_star), steps, axis=-1)[..., 0],
    }


def _kappa_at(promise: Promise, glm: IdealisedGLM, values: Array) -> Array:
    """κ(f_t(w_t)), (..., T)."""
    return np.stack([promise.kappa(v, glm) for v in np.moveaxis(values, -1, 0)], axis=-1)


def margin(promise: Promise, b: int, T: int) -> Callable[[Instance[IdealisedGLM]], Array]:
    """√ε over the average of √f_t(w_t), after T steps with minibatches of b in turn.

    inf where w₁ is so near to w* that the steps are lost in rounding: ‖w₁ − w*‖ ≤ 10⁻⁶.
    """

    def of(instances: Instance[IdealisedGLM]) -> Array:
        glm, w = instances.problem, instances.point
        distance = norms.norm(w - glm.w_star)
        run = in_turn(glm, w, T, distance / np.sqrt(T), b)
        average = np.mean(np.sqrt(run.values), axis=-1)
        promised = np.sqrt(promise.after(T, distance, glm))
        return bound_margin(promised, average, distance > 1e-6)

    return of


STEPS = 12
"""Steps of the runs that are searched."""


def worst_instance(b: int = 1, a: float = 1.0) -> Instance[IdealisedGLM]:
    """Orthonormal inputs in ℝᵀ, T = STEPS, each b times; w₁ − w* = (1, ..., 1)/T.

    Minibatch t holds x_t alone. Its step takes away just coordinate t of w − w*, at which
    |D| = |Dz| = 1/T, so every f_t(w_t) is the same and the run ends in w*: every step of the proof
    is an equality (for b > 1 if a = 1).
    """
    X = np.repeat(np.eye(STEPS), b, axis=0)
    w_star = np.full(STEPS, 1 / STEPS)
    return Instance(IdealisedGLM(X, w_star, GeneralizedReLU(a, 1.0), 1.0), 2 * w_star)


def _claim(promise: Promise, batch: int, **rest: Any) -> Claim[IdealisedGLM]:
    return Claim(
        theorem=Subject.THEOREM_6,
        margin=margin(promise, batch, STEPS),
        families=(GLMFamily(m=1, d=1), GLMFamily(m=4, d=2)),
        hypotheses=HYPOTHESES,
        without_loss=WITHOUT_LOSS | FREE_OF_W,
        proof=Proof("companion", (EVERY_STEP, AVERAGE), partial(values, promise, batch)),
        **rest,
    )


CLAIMS = (
    _claim(
        SHARP, 2,
        verdict=Verdict.HOLDS,  # attained for a = b only
        worst=partial(worst_instance, 2),
        id="theorem-6-average",
        source="Theorem 6 for GLMs, companion",
        statement=f"with T ≥ {SHARP_ITERATIONS} and η = {SHARP_STEP}, minibatches of any size, "
        f"(1/T) Σ_t {root} ≤ √ε",
    ),
    _claim(
        ONE_SAMPLE, 1,
        verdict=Verdict.TIGHT,
        worst=partial(worst_instance, 1, 0.1),
        id="theorem-6-one-sample",
        source="Theorem 6 for GLMs, companion, b = 1",
        statement=f"with T ≥ {b**2 * distance**2 / eps}, η = {sqrt(eps) / b} and minibatches of "
        "one sample, (1/T) Σ_t |φ⟨w_t, x_t⟩ − y_t| ≤ √ε",
    ),
)
