"""Theorem 6 with Algorithm 1 as printed, for the GLMs that the paper trains: true.

`theorem_6_last` refutes the last iterate for SLQC functions at large. An idealised GLM with labels
≥ 0 (Definition 2 has them in [0, 1]), on the whole batch, is better: with the paper's κ = 2b³W/a,
η = ε/κ, w₁ in B(0, W) and ε ≤ 4b²W²,

    f(w_T), f(w_{T+1}) ≤ ε + b²η² ≤ 2ε   for every T with ‖w₁ − w*‖² ≤ Tη² ≤ 12W².

A label ≥ 0 makes f rise no faster than a parabola (`descent`; for labels < 0 that is false). So a
step changes f by −η‖G‖ + b²η² at most, and where f > ε and ‖w − w*‖ ≤ 4W the gradient is so large
that this is ≤ 0. The first good iterate comes by Theorem 6; from then on f ≤ ε + b²η², as a step
raises a good f by b²η² at most and lowers any other.

Open: the sharp κ in place of the paper's (the worst last iterate found has 1.28ε), and minibatches
with the paper's (1.5ε: differential evolution, one sample a step). With both it is false, even for
3ε (`minibatches`): what the last steps do on some samples stays undone on the others.
"""

from fractions import Fraction
from typing import Any

import numpy as np

from ..activations import GeneralizedReLU
from ..arrays import Array
from ..norms import inner, norm
from ..problems import IdealisedGLM
from ..proofs import exact
from ..proofs import hypotheses as given
from ..proofs.algebra import assumed
from ..proofs.certificates import fractions
from ..proofs.claim import Claim, Subject, Verdict
from ..proofs.derivation import AT_LEAST, AT_MOST, EQUAL, Line, derivation
from ..proofs.evidence import bound_margin
from ..proofs.families import GLMFamily, Instance, Recast
from ..proofs.formula import NONNEGATIVE, POSITIVE, Symbol, function, mean
from ..proofs.known import by_hand, definition, identity
from ..proofs.lemmas import PAIRS, cauchy_schwarz, lemma, letter, lipschitz, modulus
from ..proofs.proof import Proof
from ..proofs.symbols import W, a, b, eps
from .terms import in_fractions, inputs_short, norm_x
from .theorem_1 import ERROR_BOUND, KAPPA, kappa
from .theorem_6 import KANTOROVICH, SHARP_STEP
from .theorem_6_runs import in_turn

STEPS = 24
"""Steps of the runs on which the statement is searched and the proof evaluated."""

BOUND = eps + b**2 * (eps / KAPPA) ** 2


# The descent lemma

# of φ(s), φ(z), y, g(z) and s − z
descent = lemma(
    "descent", "for y ≥ 0: (φ(s) − y)² ≤ (φ(z) − y)² + 2g(z)(φ(z) − y)(s − z) + b²(s − z)²",
    lambda after, before, y, g, move, b:
        (before - y) ** 2 + 2 * g * (before - y) * move + b**2 * move**2 - (after - y) ** 2,
)
for pair in PAIRS:  # of points z and z*: a step goes from z* to z
    descent.case(
        pair.name, *pair.phi, letter("y"), pair.g_star, pair.z[0] - pair.z[1], pair.b
    )


# The proof. Axis t: the steps; i: the samples

y = Symbol("y", "yᵢ", "the label, ≥ 0", "i", sign=NONNEGATIVE)
phi = Symbol("phi", "φ⟨wₜ, xᵢ⟩", "", "it")
phi_next = Symbol("phi_next", "φ⟨wₜ₊₁, xᵢ⟩", "", "it")
g = Symbol("g", "gₜᵢ", "g(⟨wₜ, xᵢ⟩)", "it", sign=NONNEGATIVE)
dz = Symbol("dz", "⟨xᵢ, wₜ − w*⟩", "", "it")
move = Symbol("move", "⟨xᵢ, wₜ₊₁ − wₜ⟩", "", "it")
now = Symbol("now", "f(wₜ)", "", means=mean((phi - y) ** 2))
then = Symbol("then", "f(wₜ₊₁)", "", means=mean((phi_next - y) ** 2))
eta = Symbol("eta", "η", "ε/κ", sign=POSITIVE)
moved = Symbol("moved", "‖wₜ₊₁ − wₜ‖", "η, or 0 where G = 0 and the step is skipped", "t",
               sign=NONNEGATIVE)
norm_G = Symbol("norm_G", "‖G(wₜ)‖", "", "t", sign=NONNEGATIVE)
along = Symbol("along", "⟨G(wₜ), wₜ − w*⟩", "", "t")
downhill = Symbol("downhill", "⟨G(wₜ), wₜ₊₁ − wₜ⟩", "", "t")
distance = Symbol("distance", "‖wₜ − w*‖", "", "t", sign=NONNEGATIVE)
distance_next = Symbol("distance_next", "‖wₜ₊₁ − w*‖²", "", "t", sign=NONNEGATIVE)
distance_1 = Symbol("distance_1", "‖w₁ − w*‖", "at most 2W", sign=NONNEGATIVE)
t = Symbol("t", "t", "", "t", sign=NONNEGATIVE)
level = Symbol("level", "min(f(wₜ), ε)", "ε, while f > ε", "t", sign=NONNEGATIVE)
D = phi - y

step_short = assumed("‖wₜ₊₁ − wₜ‖² ≤ η²", eta**2, moved**2)
within_4W = assumed("‖wₜ − w*‖ ≤ 4W", 4 * W, distance)
g_above = assumed("g ≥ a", g, a)
low_level = assumed("min(f, ε) ≤ f", now, level)
near_start = assumed("‖w₁ − w*‖² ≤ 4W²", 4 * W**2, distance_1**2)
few_steps = assumed("tη² ≤ 12W²", 12 * W**2, t * eta**2)

STEP = derivation(
    "a step",
    then,
    Line(AT_MOST, now + mean(2 * g * D * move) + b**2 * mean(move**2), "the descent lemma, y ≥ 0",
         known=identity(mean(descent(phi_next, phi, y, g, move, b)))),
    Line(EQUAL, now + downhill + b**2 * mean(move**2), "definition of G",
         known=definition({downhill: 2 * mean(g * D * move)})),
    Line(EQUAL, now - moved * norm_G + b**2 * mean(move**2), "Algorithm 1",
         known=definition({downhill: -(moved * norm_G)})),
    Line(AT_MOST, now - moved * norm_G + b**2 * eta**2, "Cauchy-Schwarz, ‖xᵢ‖ ≤ 1, steps of η",
         known=identity(b**2 * mean(
             cauchy_schwarz(move, moved, norm_x) * (moved * norm_x + abs(move))
             + moved**2 * inputs_short + step_short
         ))),
)
GRADIENT = derivation(
    "the gradient, while ‖wₜ − w*‖ ≤ 4W",
    4 * W * norm_G,
    Line(AT_LEAST, distance * norm_G, "‖wₜ − w*‖ ≤ 4W", known=identity(within_4W * norm_G)),
    Line(AT_LEAST, along, "Cauchy-Schwarz",
         known=identity(cauchy_schwarz(along, distance, norm_G) + modulus(along))),
    Line(EQUAL, 2 * mean(g * D * dz), "definition of G", known=definition()),
    Line(AT_LEAST, 2 / b * mean(g * D**2), "φ is monotone and b-Lipschitz",
         known=identity(2 / b * mean(g * lipschitz(D, dz, b)))),
    Line(AT_LEAST, 2 * (a / b) * now, "g ≥ a", known=identity(2 / b * mean(g_above * D**2))),
    Line(AT_LEAST, 2 * (a / b) * level, "the level", known=identity(2 * (a / b) * low_level)),
)
"""Where f > ε the level is ε, and (2a/b) ε = 4W b²η: a step lowers f, as η‖G‖ ≥ b²η²."""

DISTANCE = derivation(
    "the distance after t steps",
    distance_next,
    Line(AT_MOST, distance_1**2 + t * eta**2, "each step adds η² − 2η⟨G/‖G‖, wₜ − w*⟩ ≤ η²",
         known=by_hand("the sum of t steps; ⟨G, w − w*⟩ = 2 mean g D Dz is never negative")),
    Line(AT_MOST, 16 * W**2, "‖w₁ − w*‖ ≤ 2W and tη² ≤ 12W²",
         known=identity(near_start + few_steps)),
)
CEILING = derivation(
    "every later iterate",
    then,
    Line(AT_MOST, function("max", now, eps + b**2 * eta**2),
         "a good step adds b²η² at most; where f > ε it falls",
         known=by_hand("f ≤ ε: `a step`, with η‖G‖ ≥ 0. f > ε: η‖G‖ ≥ b²η² by `the gradient`")),
)
"""So from the first good iterate on f ≤ ε + b²η², by induction; and b²η² ≤ ε as ε ≤ 4b²W²."""


def values(instance: Instance[IdealisedGLM], _: Any) -> dict[str, Any]:
    """What the symbols stand for on the run of STEPS steps from w, with T = STEPS/4.

    So ε is what T promises. From where tη² > 12W² on, each step stands for the last before.
    """
    glm = instance.problem
    eta, eps = plan(glm, instance.point)
    run = in_turn(glm, instance.point, STEPS, eta)
    X, phi, w_star = glm.X, glm.activation, glm.w_star[..., None, :]
    most = np.maximum((12 * np.asarray(glm.radius) ** 2 / eta**2).astype(int), 1)
    before = np.minimum(np.arange(STEPS), most[..., None] - 1)
    w, w_next = (
        np.take_along_axis(run.points, index[..., None], axis=-2) for index in (before, before + 1)
    )
    z, residual = X @ w.mT, phi.phi(X @ w.mT) - glm.y[..., None]
    G = 2 * (phi.g(z) * residual).mT @ X / X.shape[-2]
    return glm.numbers | {
        "eps": eps, "eta": eta, "t": before + 1.0, "y": glm.y,
        "phi": phi.phi(z), "phi_next": phi.phi(X @ w_next.mT), "g": phi.g(z),
        "dz": z - X @ w_star.mT, "move": X @ (w_next - w).mT, "norm_x": norm(X),
        "moved": norm(w_next - w), "norm_G": norm(G), "downhill": inner(G, w_next - w),
        "along": inner(G, w - w_star), "distance": norm(w - w_star),
        "distance_next": norm(w_next - w_star) ** 2,
        "distance_1": norm(run.points[..., 0, :] - glm.w_star),
        "level": np.minimum(np.mean(residual**2, axis=-2), np.asarray(eps)[..., None]),
    }


def plan(glm: IdealisedGLM, w: Array) -> tuple[Array, Array]:
    """η and ε of a run that Theorem 6 asks STEPS/4 steps of: η = ‖w − w*‖/√T, ε = κη."""
    eta = norm(w - glm.w_star) / np.sqrt(STEPS / 4)
    eta = np.where(eta > 0, eta, 1.0)  # w = w*: nothing is claimed
    return eta, np.asarray(kappa(1.0, glm) * eta)


def margin(instances: Instance[IdealisedGLM]) -> Array:
    """ε + b²η² over the largest f(w_T), f(w_{T+1}) with ‖w₁ − w*‖² ≤ Tη² ≤ 12W²."""
    glm, w = instances.problem, instances.point
    eta, eps = plan(glm, w)
    run = in_turn(glm, w, STEPS + 1, eta)
    T = np.arange(1, STEPS + 1)
    W = np.asarray(glm.radius)[..., None]
    claimed = (T >= STEPS // 4) & (T * eta[..., None] ** 2 <= 12 * W**2)
    last = np.maximum(run.values[..., :-1], run.values[..., 1:])
    most = np.max(np.where(claimed, last, 0.0), axis=-1)
    allowed = BOUND.at(glm.numbers, eps=eps)
    possible = eps <= ERROR_BOUND.at(glm.numbers)
    return bound_margin(allowed, most, possible)


def overshooting() -> Instance[IdealisedGLM]:
    """d = 1, x = 1, a = b = 1, w* = W = 1, and w₁ with ‖w₁ − w*‖ = 0.8: steps of 0.33 around w*."""
    glm = IdealisedGLM(np.ones((1, 1)), np.ones(1), GeneralizedReLU(1.0, 1.0), 1.0)
    return Instance(glm, np.array([0.2]))


# ... and with minibatches and the sharp κ: false

LOOPS = 4
"""How often the samples have their turns, in the runs that are searched."""


def minibatches() -> tuple[Instance[IdealisedGLM], Fraction]:
    """One sample a step, in turn: f(w₁₇) = 4.10ε, T = 16 and η = 41/200, in Fractions.

    Four unit inputs, a = 1/2, b = 1, W = 1, w* = (7, 6, −1)/20, w₁ = (0, −8, 3)/20, labels ≥ 0.
    T is the least with Tη² ≥ ‖w₁ − w*‖² = 261/400, and ε = Kη² = 9η²/8.
    """
    X = [["28/93", "44/93", "77/93"], ["10/19", "6/19", "15/19"],
         ["20/61", "36/61", "45/61"], ["12/37", "28/37", "21/37"]]
    star, w = ["7/20", "3/10", "-1/20"], [0, "-2/5", "3/20"]
    return in_fractions(IdealisedGLM, X, star, w, "1/2"), Fraction(41, 200)


def exceeds() -> bool:
    """Is f(w_{T+1}) > 3ε there, and every number as `minibatches` says?"""
    instance, eta = minibatches()
    glm, w = instance.problem, instance.point
    square = np.sum((w - glm.w_star) ** 2)
    T = -(-square // eta**2)
    last = in_turn(glm, w, int(T), eta, b=1).points[-1]
    return T == 16 and bool(glm.error(last) > 3 * Fraction(9, 8) * eta**2)


def certificate() -> dict[str, Any]:
    """The numbers that refute it."""
    instance, eta = minibatches()
    glm, slopes = instance.problem, instance.problem.activation.slopes()
    numbers = {
        "X": glm.X, "w_star": glm.w_star, "w": instance.point, "a": slopes.gamma, "b": slopes.L,
        "eta": eta, "T": 16,
    }
    return {"kind": "samples in turn"} | {k: fractions(v) for k, v in numbers.items()}


def minibatch_margin(instances: Instance[IdealisedGLM]) -> Array:
    """3ε/f(w_{T+1}) after LOOPS turns of each sample, ε = Kb²η²; ‖w₁ − w*‖² = (T − 1/2)η²."""
    glm, w = instances.problem, instances.point
    T = LOOPS * glm.X.shape[-2]
    eta = norm(w - glm.w_star) / np.sqrt(T - 0.5)
    last = glm.error(in_turn(glm, w, T, eta, b=1).points[..., -1, :])
    allowed = 3 * (KANTOROVICH * b**2).at(glm.numbers) * eta**2
    return bound_margin(allowed, last)


FAMILIES = tuple(
    Recast(GLMFamily(m, d), IdealisedGLM.turned) for m, d in ((1, 1), (2, 2), (4, 3))
)

CLAIMS = (
    Claim(
        id="theorem-6-printed",
        theorem=Subject.THEOREM_6,
        source="Theorem 6 with Algorithm 1 as printed, for GLMs, companion",
        statement=f"labels ≥ 0, the whole batch, κ = {KAPPA}, η = ε/κ, ε ≤ 4b²W²: the last "
        f"iterates have f(w_T), f(w_{{T+1}}) ≤ {eps + b**2 * eta**2} ≤ 2ε for every T with "
        "‖w₁ − w*‖² ≤ Tη² ≤ 12W²",
        verdict=Verdict.HOLDS,
        margin=margin,
        families=FAMILIES,
        hypotheses={
            given.INPUTS: "used for the length of a step along xᵢ; no run without it is kept",
            given.RELU: given.ANOTHER_PHI,
            given.OPTIMUM_GLM: "used for ‖w₁ − w*‖ ≤ 2W; no run without it is kept",
            given.POINT_GLM: "used of the start, for ‖w₁ − w*‖ ≤ 2W; no run without it is kept",
            given.LABELS_ABOVE_0: "the descent lemma is false without it; no run is kept",
        },
        worst=overshooting,
        proof=Proof("companion", (STEP, GRADIENT, DISTANCE, CEILING), values),
        most=10_000,
    ),
    Claim(
        id="theorem-6-printed-minibatches",
        theorem=Subject.THEOREM_6,
        source="Theorem 6 with Algorithm 1 as printed, for GLMs, with minibatches, companion",
        statement=f"labels ≥ 0, minibatches of one sample in any order, η = {SHARP_STEP}: the last "
        "iterate has f(w_{T+1}) ≤ 3ε for the least T with Tη² ≥ ‖w₁ − w*‖²",
        verdict=Verdict.REFUTED,
        margin=minibatch_margin,
        families=FAMILIES[-1:],
        hypotheses=given.refuted_with(
            given.INPUTS, given.RELU, given.OPTIMUM_GLM, given.POINT_GLM, given.LABELS_ABOVE_0
        ),
        worst=lambda: exact.as_floats(minibatches()[0]),
        exactly=exceeds,
        certificate=certificate,
        most=10_000,
    ),
)
