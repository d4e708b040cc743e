"""Theorem 6 for idealised GLMs, strengthened (companion): the average over the run is small.

With eta = sqrt(eps/K)/b and T >= K b^2 ||w_1 - w*||^2/eps steps, K = (a+b)^2/(4ab),

    (1/T) sum_t sqrt(f_t(w_t)) <= sqrt(eps)

for minibatches of any size, chosen in any way: no M, no delta, no log T, nothing said of W. So in
the mean over the draws, a w_t with t uniform on 1..T has E sqrt(f_t(w_t)) <= sqrt(eps). As T grows
beyond that, the bound falls to sqrt(eps)/2.

For minibatches of one sample K drops out: with eta = sqrt(eps)/b and T >= b^2 ||w_1 - w*||^2/eps,
the average of |D_t| over the samples that were drawn is at most sqrt(eps), at a rate free of a. As
w_t doesn't depend on the sample drawn at t, the mean absolute error, averaged over t, is at most
sqrt(eps) in expectation. (It says so of noiseless labels only: with noise, steps on single samples
head for the median of the labels, not for their mean.)
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from .. import balls
from ..activations import GeneralizedReLU
from ..problems import IdealisedGLM
from ..proofs.chain import AT_MOST, EQUAL, Chain, Line, chain
from ..proofs.claim import Claim, Item, Verdict
from ..proofs.families import GLMFamily, Instance
from ..proofs.proof import Proof
from .theorem_6 import LONGEST, SHARP, Promise, schedule, squares
from .theorem_6_runs import in_turn

ONE_SAMPLE = Promise(
    "b sqrt(eps)", lambda eps, glm: glm.activation.b * np.sqrt(eps),
    lambda r, glm: (glm.activation.b * r) ** 2,
)
"""For minibatches of one sample: <g/||g||, w - w*> = |Dz|/||x|| >= |D|/b, without any K."""


def proof(
    promise: Promise, glm: IdealisedGLM, w: np.ndarray, eps: float | np.ndarray, b: int
) -> tuple[Chain, ...]:
    """On the run with minibatches of b samples in turn; for SHARP, or for ONE_SAMPLE and b = 1."""
    plan = schedule(promise, glm, w, eps)
    run = in_turn(glm, w, LONGEST, plan.eta, b)
    moved = np.any(run.directions != 0, axis=-1)
    eta = np.where(moved, plan.eta[..., None], 0.0)  # a step with f_t(w_t) = 0 is skipped
    now, then, progress = squares(run, glm, eta)
    radius = run.values / np.where(moved, _kappa_at(promise, glm, run.values), 1.0)
    end = np.take_along_axis(
        run.distances(glm.w_star), plan.T.astype(int)[..., None], axis=-1
    )[..., 0]
    D2, steps = plan.distance**2, plan.T * plan.eta**2
    average = np.sum(np.where(plan.within, np.sqrt(run.values), 0.0), axis=-1) / plan.T
    scale = np.sqrt(plan.eps) / (2 * steps)  # = b sqrt(K)/(2 eta T)
    return (
        chain(
            "every step",
            Line("||w_{t+1} - w*||^2", then),
            Line("||w_t - w*||^2 - 2 eta <g_t/||g_t||, w_t - w*> + eta^2",
                 now - 2 * eta * progress + eta**2, EQUAL, "Algorithm 1"),
            Line("||w_t - w*||^2 - 2 eta E_t/kappa(E_t) + eta^2",
                 now - 2 * eta * radius + eta**2, AT_MOST,
                 "f_t is SLQC at w_t for every eps up to E_t = f_t(w_t)"),
        ),
        chain(
            "the average",
            Line("(1/T) sum sqrt(f_t(w_t))", average),
            Line("(sqrt(eps)/(2 T eta^2)) (||w_1 - w*||^2 - ||w_{T+1} - w*||^2 + T eta^2)",
                 scale * (D2 - end**2 + steps), AT_MOST,
                 "the sum of the steps; E/kappa(E) = sqrt(E) eta/sqrt(eps)"),
            Line("(sqrt(eps)/(2 T eta^2)) (||w_1 - w*||^2 + T eta^2)", scale * (D2 + steps),
                 AT_MOST, "a square is >= 0"),
            Line("sqrt(eps)", np.sqrt(plan.eps), EQUAL, "T eta^2 = ||w_1 - w*||^2"),
        ),
    )


def _kappa_at(promise: Promise, glm: IdealisedGLM, values: np.ndarray) -> np.ndarray:
    """kappa(f_t(w_t)), (..., T)."""
    return np.stack([promise.kappa(v, glm) for v in np.moveaxis(values, -1, 0)], axis=-1)


def margin(promise: Promise, b: int, T: int) -> Callable[[Instance], np.ndarray]:
    """sqrt(eps) over the average of sqrt(f_t(w_t)), after T steps with minibatches of b in turn.

    inf where w_1 is so near to w* that the steps are lost in rounding: ||w_1 - w*|| <= 1e-6.
    """

    def of(instances: Instance) -> np.ndarray:
        glm, w = instances.problem, instances.point
        distance = balls.norm(w - glm.w_star)
        run = in_turn(glm, w, T, distance / np.sqrt(T), b)
        average = np.mean(np.sqrt(run.values), axis=-1)
        promised = np.sqrt(promise.after(T, distance, glm))
        said = (average > 0) & (distance > 1e-6)
        return np.where(said, promised / np.where(said, average, 1.0), np.inf)

    return of


STEPS = 12
"""Steps of the runs that are searched."""


def worst_instance(b: int = 1, a: float = 1.0) -> Instance:
    """Orthonormal inputs in R^T, T = STEPS, each b times; w_1 - w* = (1, ..., 1)/T.

    Minibatch t holds x_t alone. Its step takes away just coordinate t of w - w*, at which
    |D| = |Dz| = 1/T, so every f_t(w_t) is the same and the run ends in w*: every step of the proof
    is an equality (for b > 1 if a = 1).
    """
    X = np.repeat(np.eye(STEPS), b, axis=0)
    w_star = np.full(STEPS, 1 / STEPS)
    return Instance(IdealisedGLM(X, w_star, GeneralizedReLU(a, 1.0), 1.0), 2 * w_star)


def _claim(promise: Promise, b: int, **rest: Any) -> Claim:
    return Claim(
        theorem=Item.THEOREM_6,
        margin=margin(promise, b, STEPS),
        families=(GLMFamily(m=1, d=1), GLMFamily(m=4, d=2)),
        proof=Proof("companion", lambda i, eps: proof(promise, i.problem, i.point, eps, b)),
        **rest,
    )


CLAIMS = (
    _claim(
        SHARP, 2,
        verdict=Verdict.HOLDS,  # attained for a = b only
        worst=partial(worst_instance, 2),
        id="theorem-6-average",
        source="Theorem 6 for GLMs, companion",
        statement="with T >= (a+b)^2 b/(4a) ||w_1 - w*||^2/eps and eta = sqrt(4a eps/b)/(a+b), "
        "minibatches of any size, (1/T) sum_t sqrt(f_t(w_t)) <= sqrt(eps)",
    ),
    _claim(
        ONE_SAMPLE, 1,
        verdict=Verdict.TIGHT,
        worst=partial(worst_instance, 1, 0.1),
        id="theorem-6-one-sample",
        source="Theorem 6 for GLMs, companion, b = 1",
        statement="with T >= b^2 ||w_1 - w*||^2/eps, eta = sqrt(eps)/b and minibatches of one "
        "sample, (1/T) sum_t |phi<w_t, x_t> - y_t| <= sqrt(eps)",
    ),
)
