"""Theorem 6 (section 3.3.1, quoted from Hazan et al.): SNGD on SLQC functions.

    Let f_t, the minibatch error of Algorithm 1, be (eps, kappa, w*)-SLQC for all w and |f_t| <= M,
    with probability >= 1 - delta for b >= b_0. Then T >= kappa^2 ||w_1 - w*||^2/eps^2 steps with
    eta = eps/kappa and b >= max{M^2 log(4T/delta)/(2 eps^2), b_0} give, with probability
    >= 1 - 2 delta, f(w) - f(w*) <= 3 eps.

It holds for the best iterate, w = argmin_t f_t(w_t), which is what Hazan et al. state. For the last
one, which Algorithm 1 as printed returns, it is false: `theorem_6_last`. The proof needs the losses
of single samples in [0, M]. It is evaluated here for idealised GLMs, where f_t(w*) = 0, f_t is SLQC
for every b, and, until the first good iterate, losses are at most M = b^2 ||w_1 - w*||^2.

Whatever kappa is, a run of T steps is the same: eta = eps/kappa = ||w_1 - w*||/sqrt(T). A smaller
kappa promises a smaller eps after T steps. With kappa_sharp, eps = K b^2 ||w_1 - w*||^2/T with
K = (a+b)^2/(4ab): T is of order 1/eps, and W plays no part (nor does it matter that iterates may
leave B(0, W)). For GLMs more is true, for minibatches of any size: `theorem_6_average`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from .. import balls, bounds
from ..activations import GeneralizedReLU
from ..problems import IdealisedGLM
from ..proofs.chain import AT_LEAST, AT_MOST, EQUAL, Chain, Line, chain
from ..proofs.chance import ChanceClaim, Setting
from ..proofs.claim import Item, Verdict
from ..proofs.families import GLMFamily, Instance
from ..proofs.proof import Proof
from . import theorem_1
from .theorem_6_runs import Run, failures, in_turn

LONGEST = 40
"""Steps of a run that a proof is evaluated on; where more are asked for, eps is raised to fit."""


DELTA = 0.1


@dataclass(frozen=True)
class Promise:
    """A kappa, as eps = reached(r, glm): the eps for which the radius eps/kappa(eps) is r."""

    name: str
    kappa: Callable[[float | np.ndarray, IdealisedGLM], float | np.ndarray]
    reached: Callable[[float | np.ndarray, IdealisedGLM], float | np.ndarray]

    def after(self, T: int | np.ndarray, distance, glm: IdealisedGLM) -> float | np.ndarray:
        """The eps that is promised after T steps from a point at this distance of w*."""
        return self.reached(distance / np.sqrt(T), glm)


def _K_b2(glm: IdealisedGLM) -> float | np.ndarray:
    a, b = glm.activation.a, glm.activation.b
    return bounds.kantorovich(a, b) * b**2


PAPER = Promise("2 b^3 W/a", theorem_1.kappa, lambda r, glm: theorem_1.kappa(0.0, glm) * r)
SHARP = Promise("((a+b)/2) sqrt(b eps/a)", theorem_1.kappa_sharp, lambda r, glm: _K_b2(glm) * r**2)


@dataclass(frozen=True)
class Schedule:
    """T steps of length eta and what they promise, for each instance of a stack."""

    T: np.ndarray
    eta: np.ndarray
    eps: np.ndarray
    distance: np.ndarray

    @property
    def within(self) -> np.ndarray:
        """(..., LONGEST): is t <= T?"""
        return np.arange(1, LONGEST + 1) <= self.T[..., None]


def schedule(
    promise: Promise, glm: IdealisedGLM, w: np.ndarray, eps: float | np.ndarray
) -> Schedule:
    """T = ceil(kappa^2 D^2/eps^2) from w, but at most LONGEST; the eps that T promises."""
    distance = balls.norm(w - glm.w_star)
    T = bounds.iterations_theorem_6(eps, promise.kappa(eps, glm), distance)
    T = np.clip(T, 1, LONGEST)
    return Schedule(T, distance / np.sqrt(T), promise.after(T, distance, glm), distance)


# Hazan et al.'s proof


def proof(
    promise: Promise, glm: IdealisedGLM, w: np.ndarray, eps: float | np.ndarray,
    delta: float = DELTA,
) -> tuple[Chain, ...]:
    """On the run of full-batch SNGD from w (f_t = f); the choice of b by its numbers alone."""
    plan = schedule(promise, glm, w, eps)
    run = in_turn(glm, w, LONGEST, plan.eta)
    good = run.values <= plan.eps[..., None]
    # Until the first good iterate, then the proof is over: eta_t = 0.
    before = plan.within & ~np.logical_or.accumulate(good, axis=-1)
    return (
        _steps(run, glm, plan, before), _count(run, glm, plan, before),
        _best(run, glm, plan), _largest_loss(run, glm, plan, before), _hoeffding(glm, plan, delta),
    )


def squares(run: Run, glm: IdealisedGLM, eta: np.ndarray) -> tuple[np.ndarray, ...]:
    """||w_t - w*||^2, ||w_t - eta_t ghat_t - w*||^2 and <ghat_t, w_t - w*>, (..., T)."""
    to_star = run.points[..., :-1, :] - glm.w_star[..., None, :]
    moved = to_star - eta[..., None] * run.directions
    return balls.norm(to_star) ** 2, balls.norm(moved) ** 2, balls.inner(run.directions, to_star)


def _steps(run: Run, glm: IdealisedGLM, plan: Schedule, before: np.ndarray) -> Chain:
    eta = np.where(before, plan.eta[..., None], 0.0)
    now, then, progress = squares(run, glm, eta)
    return chain(
        "a step, while f_t(w_t) > f_t(w*) + eps",
        Line("||w_{t+1} - w*||^2", then),
        Line("||w_t - w*||^2 - 2 eta <g_t/||g_t||, w_t - w*> + eta^2",
             now - 2 * eta * progress + eta**2, EQUAL, "Algorithm 1"),
        Line("||w_t - w*||^2 - 2 eta eps/kappa + eta^2", now - 2 * eta**2 + eta**2, AT_MOST,
             "clause 2 of SLQC at the point w* + (eps/kappa) g_t/||g_t|| of the ball"),
        Line("||w_t - w*||^2 - eta^2", now - eta**2, EQUAL, "eta = eps/kappa"),
    )


def _count(run: Run, glm: IdealisedGLM, plan: Schedule, before: np.ndarray) -> Chain:
    N = before.sum(axis=-1)
    distances = run.distances(glm.w_star)
    after = np.take_along_axis(distances, N[..., None], axis=-1)[..., 0]
    D2 = plan.distance**2
    return chain(
        "N steps before the first good iterate",
        Line("||w_1 - w*||^2", D2),
        Line("||w_{N+1} - w*||^2 + N eta^2", after**2 + N * plan.eta**2, AT_LEAST,
             "the sum of N steps"),
        Line("N eta^2", N * plan.eta**2, AT_LEAST, "a square is >= 0"),
    )


def _best(run: Run, glm: IdealisedGLM, plan: Schedule) -> Chain:
    least = np.min(np.where(plan.within, run.values, np.inf), axis=-1)
    return chain(
        "the best iterate",
        Line("f(w) - f(w*)", least),
        Line("f_t(w) - f_t(w*) + (f - f_t)(w) + (f_t - f)(w*)", least + 0 * plan.eps, EQUAL,
             "w = w_t with the least f_t(w_t); here f_t = f"),
        Line("eps + (f - f_t)(w) + (f_t - f)(w*)", plan.eps + 0 * least, AT_MOST,
             "N eta^2 <= ||w_1 - w*||^2 <= T eta^2; N = T would leave w_{T+1} = w*, so a w_T "
             "nearer than the ball allows"),
        Line("3 eps", 3 * plan.eps, AT_MOST, "Hoeffding, for w and for w*"),
    )


def _largest_loss(run: Run, glm: IdealisedGLM, plan: Schedule, before: np.ndarray) -> Chain:
    points = run.points[..., :-1, :]
    b = np.asarray(glm.activation.b)[..., None]
    predicted = glm.activation.phi(points @ glm.X.mT)
    losses = np.max((predicted - glm.y[..., None, :]) ** 2, axis=-1)
    here = run.distances(glm.w_star)[..., :-1]
    first = np.concatenate([np.ones_like(before[..., :1]), before[..., :-1]], axis=-1)
    return chain(
        "losses of single samples, up to the first good iterate",
        Line("max_i (phi<w_t, x_i> - y_i)^2", np.where(first, losses, 0.0)),
        Line("b^2 ||w_t - w*||^2", np.where(first, (b * here) ** 2, 0.0), AT_MOST,
             "phi is b-Lipschitz and ||x_i|| <= 1"),
        Line("M = b^2 ||w_1 - w*||^2",
             np.where(first, (b * plan.distance[..., None]) ** 2, 0.0), AT_MOST,
             "the distance falls"),
    )


def _hoeffding(glm: IdealisedGLM, plan: Schedule, delta: float) -> Chain:
    M = (glm.activation.b * plan.distance) ** 2
    size = bounds.minibatch_theorem_6(plan.eps, delta, plan.T, M)
    return chain(
        f"probability that some f_t is off by more than eps at w_t or at w*, delta = {delta:g}",
        Line("2T exp(-2 b eps^2/M^2)", 2 * plan.T * np.exp(-2 * size * (plan.eps / M) ** 2)),
        Line("delta/2", delta / 2 + 0 * plan.T, AT_MOST, "b >= M^2 log(4T/delta)/(2 eps^2)"),
        Line("delta", delta + 0 * plan.T, AT_MOST, "delta > 0"),
    )


# How often it fails

def settings(name: str, promise: Promise, instance: Instance, eps: float) -> tuple[Setting, ...]:
    """The b and T of the theorem, with delta = DELTA; and T/100 steps, and minibatches of one."""
    glm, w = instance.problem, instance.point
    distance = float(balls.norm(w - glm.w_star))
    kappa = promise.kappa(eps, glm)
    T = int(bounds.iterations_theorem_6(eps, kappa, distance))
    M = glm.activation.b**2 * distance**2
    b = int(bounds.minibatch_theorem_6(eps, DELTA, T, M))
    few = max(1, T // 100)

    def setting(T: int, b: int, stated: bool) -> Setting:
        fails = partial(
            failures, instance=instance, T=T, eta=bounds.step_theorem_6(eps, kappa), b=b, eps=eps
        )
        where = f"{name}, T = {T}, b = {b}{' as stated' if stated else ''}"
        return Setting(where, 2 * DELTA, fails, claimed=stated)

    return setting(T, b, True), setting(few, b, False), setting(T, 1, False)


def orthogonal_instance() -> Instance:
    """x_1 = (1, 0), x_2 = (0, 1), w* = (0, 1), w_1 = 0, a = b = 1: f(w_1) = 1/2.

    A minibatch of x_1 alone has f_t = 0 at every point on the way, so with b = 1 the 'best' iterate
    is the first at which x_1 was drawn, however bad it is.
    """
    glm = IdealisedGLM(np.eye(2), np.array([0.0, 1.0]), GeneralizedReLU(1.0, 1.0), 1.0)
    return Instance(glm, np.zeros(2))


def kinked_instance() -> Instance:
    """Four inputs in R^2, a = 1/2, w* = (1, 0), w_1 = -w*: the slopes change on the way."""
    X = np.array([[1.0, 0.0], [0.6, 0.8], [0.6, -0.8], [-0.8, 0.6]])
    w_star = np.array([1.0, 0.0])
    return Instance(IdealisedGLM(X, w_star, GeneralizedReLU(0.5), 1.0), -w_star)


def margin(promise: Promise) -> Callable[[Instance], np.ndarray]:
    """3 eps over f(w) - f(w*), w the best of LONGEST full-batch steps, eps what they promise."""

    def of(instances: Instance) -> np.ndarray:
        glm, w = instances.problem, instances.point
        distance = balls.norm(w - glm.w_star)
        run = in_turn(glm, w, LONGEST, distance / np.sqrt(LONGEST))
        least = run.values.min(axis=-1)
        allowed = 3 * promise.after(LONGEST, distance, glm)
        return np.where(least > 0, allowed / np.where(least > 0, least, 1.0), np.inf)

    return of


def _claim(promise: Promise, eps: float, eps_kinked: float, **rest: Any) -> ChanceClaim:
    return ChanceClaim(
        theorem=Item.THEOREM_6,
        verdict=Verdict.HOLDS, families=FAMILIES, worst=orthogonal_instance,
        margin=margin(promise),
        proof=Proof("Hazan et al.", lambda i, e: proof(promise, i.problem, i.point, e)),
        settings=(
            *settings("two orthogonal inputs", promise, orthogonal_instance(), eps),
            *settings("four inputs, a = 1/2", promise, kinked_instance(), eps_kinked),
        ),
        **rest,
    )


FAMILIES = (GLMFamily(m=1, d=1), GLMFamily(m=4, d=2), GLMFamily(m=4, d=3))

CLAIMS = (
    _claim(
        PAPER, 0.1, 0.25,
        id="theorem-6",
        source="Theorem 6, section 3.3.1, best iterate",
        statement="with T >= kappa^2 ||w_1 - w*||^2/eps^2, eta = eps/kappa and b >= M^2 "
        "log(4T/delta)/(2 eps^2), the best iterate has f(w) - f(w*) <= 3 eps with probability "
        ">= 1 - 2 delta",
    ),
    _claim(
        SHARP, 0.1, 0.1,
        id="theorem-6-sharp",
        source="Theorem 6 with the sharp kappa, companion",
        statement="with T >= (a+b)^2 b/(4a) ||w_1 - w*||^2/eps, eta = sqrt(4a eps/b)/(a+b) and "
        "that b, the best iterate has f(w) - f(w*) <= 3 eps with probability >= 1 - 2 delta",
    ),
)
