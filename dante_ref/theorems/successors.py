"""DANTE's outer step among its successors: how many steps each needs on an idealised GLM.

For an error ≤ ε from a start at the distance δ = ‖w₁ − w*‖, on the whole batch:

    method                            T                   depends on   holds for
    SNGD, the paper's κ               4b⁶W²δ²/(a²ε²)      W, a         the best iterate (Theorem 6)
    SNGD, the sharp κ                 (a + b)²bδ²/(4aε)   a            the best iterate (Theorem 6)
    gradient descent, η = 1/(b(a+b))  (a + b)²bδ²/(4aε)   a            the best iterate
    GLMtron, η = 1/(2b)               b²δ²/ε              –            the best iterate
    GLMtron accelerated               2bδ/√ε              –            the last iterate
    quasar-convex accelerated         b²δ/(a√ε)           a            the last one; not claimed

Gradient descent with this η needs what the sharp SNGD needs, and needn't know ε. GLMtron leaves g
out of the gradient, and with it a: it covers the ReLU, a = 0, too. Without g the direction is the
gradient of a convex function, the matching loss, whose gradient is 2b-Lipschitz and which is at
least mean D²/b above its least value; so Nesterov's method (1983) gives the ε^(−1/2). The rates of
Hinder, Sidford, Sohoni (COLT 2020, arXiv 1906.11985) and Wang, Wibisono (ICLR 2023, arXiv
2302.07851) for quasar-convex functions ask f to be smooth; with labels ≥ 0 the descent lemma of
`theorem_6_printed` stands in for that, but their search for a point needs a continuous slope, which
a kink breaks: so the last line is searched here, and not claimed.

With noise, on the paper's own labels: Frei, Cao, Gu (NeurIPS 2020, arXiv 2005.14426), not here. How
DANTE trains with GLMtron's direction in its outer layer: `experiments.without_g`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..algorithms.successors import (
    accelerated_glmtron,
    glmtron,
    gradient_descent,
    normalised,
    quasar_accelerated,
    without_g,
)
from ..arrays import Array
from ..norms import inner, norm
from ..problems import IdealisedGLM
from ..proofs import hypotheses as given
from ..proofs.claim import Claim, Subject, Verdict
from ..proofs.derivation import AT_MOST, EQUAL, Derivation, Line, derivation
from ..proofs.evidence import bound_margin
from ..proofs.families import Instance
from ..proofs.formula import NONNEGATIVE, Formula, Symbol, mean, sqrt
from ..proofs.known import definition, identity, quoted
from ..proofs.lemmas import PAIRS, between, lemma, lipschitz, short_inputs
from ..proofs.proof import Proof
from ..proofs.symbols import a, b, eps
from . import theorem_1
from .kantorovich import tight_instance
from .terms import D, E, along, dz, g, glm_terms, norm_G, phi, phi_star, progress
from .theorem_6 import FAMILIES, KANTOROVICH, SHARP_STEP, T

STEPS = 24
"""Steps of the runs that are searched."""

distance = Symbol("distance", "‖w₁ − w*‖", "", sign=NONNEGATIVE)
now = Symbol("now", "‖w − w*‖²", "", sign=NONNEGATIVE)
then = Symbol("then", "‖w − ηG − w*‖²", "", sign=NONNEGATIVE)
then_H = Symbol("then_H", "‖w − ηH − w*‖²", "", sign=NONNEGATIVE)
along_H = Symbol("along_H", "⟨H(w), w − w*⟩", "")
norm_H = Symbol("norm_H", "‖H(w)‖", "", sign=NONNEGATIVE)

ETA_DESCENT = 1 / (b * (a + b))
ETA_GLMTRON = 1 / (2 * b)

DESCENT = derivation(
    "a step of gradient descent",
    then,
    Line(EQUAL, now - 2 * ETA_DESCENT * progress + ETA_DESCENT**2 * norm_G**2, "the square",
         known=definition()),
    Line(AT_MOST, now - 4 * ETA_DESCENT * mean(g * D * dz)
         + 4 * ETA_DESCENT**2 * mean(g**2 * D**2),
         "definition of G; ‖G‖ ≤ 2√(mean gᵢ²Dᵢ²), as ‖xᵢ‖ ≤ 1",
         known=identity(
             ETA_DESCENT**2 * short_inputs(norm_G, 2 * g * abs(D))
             * (2 * sqrt(mean(g**2 * D**2)) + norm_G),
             {progress: 2 * mean(g * D * dz)},
         )),
    Line(AT_MOST, now - 4 * ETA_DESCENT / b * mean(g * D**2)
         + 4 * ETA_DESCENT**2 * mean(g**2 * D**2), "φ is monotone and b-Lipschitz",
         known=identity(4 * ETA_DESCENT / b * mean(g * lipschitz(D, dz, b)))),
    Line(AT_MOST, now - E / (KANTOROVICH * b**2), "(g − a)(b − g) ≥ 0",
         known=identity(4 * ETA_DESCENT**2 * mean(between(g, a, b) * D**2))),
)
GLMTRON = derivation(
    "a step of GLMtron",
    then_H,
    Line(EQUAL, now - 2 * ETA_GLMTRON * along_H + ETA_GLMTRON**2 * norm_H**2, "the square",
         known=definition()),
    Line(AT_MOST, now - 4 * ETA_GLMTRON * mean(D * dz) + 4 * ETA_GLMTRON**2 * E,
         "definition of H; ‖H‖ ≤ 2√(mean Dᵢ²), as ‖xᵢ‖ ≤ 1",
         known=identity(
             ETA_GLMTRON**2 * short_inputs(norm_H, 2 * abs(D)) * (2 * sqrt(E) + norm_H),
             {along_H: 2 * mean(D * dz)},
         )),
    Line(AT_MOST, now - E / b**2, "φ is monotone and b-Lipschitz",
         known=identity(4 * ETA_GLMTRON / b * mean(lipschitz(D, dz, b)))),
)

matching = Symbol("matching", "M(w_T) − M(w*)", "of the matching loss", sign=NONNEGATIVE)
z = Symbol("z", "zᵢ", "⟨w_{T+1}, xᵢ⟩", "i")
z_star = Symbol("z_star", "zᵢ*", "⟨w*, xᵢ⟩", "i")


def divergence(z: Formula, z_star: Formula, phi: Formula, phi_star: Formula) -> Formula:
    """Φ(z) − Φ(z*) − φ(z*)(z − z*), Φ(z) = zφ(z)/2."""
    return z * phi / 2 - z_star * phi_star / 2 - phi_star * (z - z_star)


BREGMAN = divergence(z, z_star, phi, phi_star)
bregman = lemma(
    "bregman", "Φ(z) − Φ(z*) − φ(z*)(z − z*) ≥ D²/(2b), Φ(z) = zφ(z)/2",
    lambda z, z_star, phi, phi_star, b:
        divergence(z, z_star, phi, phi_star) - (phi - phi_star) ** 2 / (2 * b),
)
for pair in PAIRS:
    bregman.case(pair.name, *pair.z, *pair.phi, pair.b)

ACCELERATED = derivation(
    "GLMtron accelerated",
    E,
    Line(AT_MOST, b * matching, "M is twice the mean divergence of Φ, Φ' = φ",
         known=identity(2 * b * mean(bregman(z, z_star, phi, phi_star, b)),
                        {matching: 2 * mean(BREGMAN)})),
    Line(AT_MOST, b * (2 * (2 * b) * distance**2 / (T + 1) ** 2), "M is convex and 2b-smooth",
         known=quoted("Nesterov 1983; Beck, Teboulle 2009, Theorem 4.4")),
)


def values(instance: Instance[IdealisedGLM], _: Any) -> dict[str, Any]:
    """What the symbols of one step from w stand for."""
    glm, w = instance.problem, instance.point
    at = glm_terms(glm, w)
    G, H, D = glm.subgradient(w), without_g(glm.objective, w), w - glm.w_star

    def moved(eta: Formula, direction: Array) -> Array:
        return norm(D - np.asarray(eta.at(at))[..., None] * direction) ** 2

    return at | {
        "now": norm(D) ** 2, "then": moved(ETA_DESCENT, G), "then_H": moved(ETA_GLMTRON, H),
        "along_H": inner(H, D), "norm_H": norm(H),
    }


def accelerated_values(instance: Instance[IdealisedGLM], _: Any) -> dict[str, Any]:
    """What the symbols of `ACCELERATED` stand for, at the end of a run of STEPS steps."""
    glm, w = instance.problem, instance.point
    last = METHODS[4].run(glm, w, STEPS, np.nan)[..., -1, :]
    at = glm_terms(glm, last) | {
        "T": float(STEPS), "distance": norm(w - glm.w_star),
        "z": along(glm.X, last), "z_star": along(glm.X, glm.w_star),
    }
    return at | {"matching": (2 * mean(BREGMAN)).at(at)}


# The table, measured


@dataclass(frozen=True)
class Successor:
    """One line of the table: its T, as a formula and on an instance, and a run of T steps."""

    name: str
    iterations: Formula
    run: Callable[[IdealisedGLM, Array, int, Any], Array]
    best: bool = True

    def needed(self, glm: IdealisedGLM, w: Array, eps: float) -> int:
        """The T that is proved."""
        distance = norm(w - glm.w_star)
        return int(np.ceil(self.iterations.at(glm.numbers, distance=distance, eps=eps)))

    def measured(self, glm: IdealisedGLM, w: Array, eps: float, most: int = 20_000) -> int | None:
        """The first t with err(w_{t+1}) ≤ ε, None if there is none in T (or `most`) steps."""
        T = min(self.needed(glm, w, eps), most)
        reached = np.flatnonzero(glm.error(self.run(glm, w, T, eps)) <= eps)
        return int(reached[0]) if reached.size else None


def _steps(
    method: Callable[..., Array], **lengths: Formula
) -> Callable[[IdealisedGLM, Array, int, Any], Array]:
    """Runs of a method of `algorithms.successors`, with its eta (or gamma and L) as formulas."""
    def run(glm: IdealisedGLM, w: Array, T: int, accuracy: Any) -> Array:
        at = glm.numbers | {"eps": accuracy}
        return method(glm.objective, w, T=T, **{n: f.at(at) for n, f in lengths.items()})

    return run


SHARP = KANTOROVICH * b**2 * (distance**2 / eps)
METHODS = (
    Successor("SNGD, the paper's κ", theorem_1.KAPPA**2 * (distance**2 / eps**2),
           _steps(normalised, eta=eps / theorem_1.KAPPA)),
    Successor("SNGD, the sharp κ", SHARP,
           _steps(normalised, eta=SHARP_STEP)),
    Successor("gradient descent", SHARP, _steps(gradient_descent, eta=ETA_DESCENT)),
    Successor("GLMtron", b**2 * (distance**2 / eps), _steps(glmtron, eta=ETA_GLMTRON)),
    Successor("GLMtron accelerated", 2 * b * distance / sqrt(eps),
           _steps(accelerated_glmtron, eta=ETA_GLMTRON), best=False),
    Successor("quasar-convex accelerated", b**2 / a * (distance / sqrt(eps)),
           _steps(quasar_accelerated, gamma=2 * a / b, L=2 * b**2), best=False),
)


def table(instance: Instance[IdealisedGLM], eps: float) -> list[tuple[str, str, int, int | None]]:
    """For each method: its name, its T as a formula, T on the instance, and the steps it took."""
    glm, w = instance.problem, instance.point
    return [
        (m.name, str(m.iterations), m.needed(glm, w, eps), m.measured(glm, w, eps)) for m in METHODS
    ]


def margin(method: Successor, promised: Formula) -> Callable[[Instance[IdealisedGLM]], Array]:
    """What STEPS steps promise over the best (or last) error of such a run."""

    def of(instances: Instance[IdealisedGLM]) -> Array:
        glm, w = instances.problem, instances.point
        start = norm(w - glm.w_star)
        points = method.run(glm, w, STEPS, np.nan)
        errors = np.stack([glm.error(points[..., t, :]) for t in range(1, STEPS + 1)], axis=-1)
        reached = np.min(errors, axis=-1) if method.best else errors[..., -1]
        allowed = promised.at(glm.numbers, T=float(STEPS), distance=start)
        return bound_margin(allowed, reached, start > 1e-6)  # nearer, steps are lost in rounding

    return of


def _claim(
    id: str, method: Successor, promised: Formula, statement: str, step: Derivation,
    of: Any = values, phi: str = theorem_1.ANY_PHI,
) -> Any:
    return Claim(
        id=id, theorem=Subject.THEOREM_6, source="beside Theorem 6, companion", statement=statement,
        verdict=Verdict.HOLDS, margin=margin(method, promised), families=FAMILIES,
        hypotheses={given.INPUTS: lambda: theorem_1.without(x=2.0), given.RELU: phi},
        without_loss=given.WITHOUT_LOSS | given.FREE_OF_W,
        worst=lambda: tight_instance(W=2.0), proof=Proof("companion", (step,), of), most=10_000,
    )


CLAIMS = (
    _claim(
        "gradient-descent", METHODS[2], KANTOROVICH * b**2 * distance**2 / T,
        f"gradient descent with η = {ETA_DESCENT}: the best of T ≥ {SHARP} iterates has err ≤ ε",
        DESCENT,
    ),
    _claim(
        "glmtron", METHODS[3], b**2 * distance**2 / T,
        f"GLMtron with η = {ETA_GLMTRON}: the best of T ≥ {b**2 * distance**2 / eps} iterates has "
        "err ≤ ε; free of a and W",
        GLMTRON,
    ),
    _claim(
        "glmtron-accelerated", METHODS[4], 4 * b**2 * distance**2 / (T + 1) ** 2,
        f"GLMtron with Nesterov's momentum: the last of T ≥ {2 * b * distance / sqrt(eps)} "
        "iterates has err ≤ ε; free of a and W",
        ACCELERATED, accelerated_values, "used for Φ(z) = zφ(z)/2; not tried with others",
    ),
)
