"""Sliders that need no kernel: the pictures of a few values, drawn when the site is built."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ..activations import GeneralizedReLU
from ..algorithms.sngd import sngd
from ..problems import IdealisedGLM
from ..proofs import exact
from ..proofs.families import GLMFamily
from ..report import kappa_map
from ..report.chart import Area, Chart, Curve, Marks, Panel
from ..theorems import theorem_1, theorem_4, theorem_4_refuted, theorem_4_repaired


@dataclass(frozen=True)
class Frames:
    """A slider: what it is called, its values in words, a chart for each, where it begins."""

    title: str
    text: str
    name: str
    values: tuple[str, ...]
    charts: tuple[Chart, ...]
    start: int = 0


def theorem_1_bound(seed: int) -> Frames:
    """The κ of Theorem 1 and the sharp one against ε, for several ratios b/a."""
    ratios, one = (1, 1.5, 2, 3, 5, 10, 20, 50, 100), np.ones(1)
    claims = [claim for claim in theorem_1.CLAIMS if claim.id in ("theorem-1", "theorem-1-sharp")]

    def chart(ratio: float) -> Chart:
        here = kappa_map.Places(GLMFamily(m=3, d=2), one / ratio, one, one)
        against_eps = kappa_map.panel(
            claims, "ε", f"b/a = {ratio:g}, b = W = 1", np.geomspace(1e-4, 4, 10),
            lambda eps: here.along(eps, eps=eps), seed,
        )
        return Chart(f"κ against ε for b/a = {ratio:g}",
                     (replace(against_eps, y_limits=(1e-3, 300.0)),))

    return Frames(
        "Theorem 1’s bound against the ratio of slopes",
        "The printed κ doesn’t see ε; the sharp one falls as √ε and grows with b/a. Marks above a "
        "line would refute it.", "b/a", tuple(f"{r:g}" for r in ratios),
        tuple(map(chart, ratios)), 3,
    )


def inner_radius() -> Frames:
    """The radii of the repair and of Theorem 4 against ε, and where every κ fails."""
    slopes = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99)

    def chart(a: float) -> Chart:
        largest = float(theorem_4_repaired.largest_error(a, 1.0, 1.0, 1.0))
        fails = float(theorem_4_refuted.failing_error(a, 1.0, 1.0, 1.0))
        eps = np.linspace(1e-4, largest, 120)
        return Chart(f"Radius of the ball against ε for a = {a:g}", (Panel(
            f"a = {a:g}, b = W₁ = W₂ = 1", "ε, up to the largest error", "radius ε/κ", (
                Area([0, fails, fails, 0], [-1.1, -1.1, 0.8, 0.8], "half",
                     "no κ will do, for some network"),
                Curve([0, largest], [0, 0], "level", "radius 0"),
                Curve(eps, theorem_4_repaired.radius(eps, a, 1.0, 1.0, 1.0), "solid",
                     "r(ε), the repair"),
                Curve(eps, theorem_4.radius(eps, a, 1.0, 1.0, 1.0), "dashed", "as printed"),
            ), (0.0, largest), (-1.1, 0.8),
        ),))

    return Frames(
        "Where the inner layer’s SLQC fails, and where the repair holds",
        "The printed radius is negative for every error that occurs. The repaired one is positive "
        "for large errors; for small ones SLQC is false in the hatched range. Both meet as a → b.",
        "a", tuple(f"{a:g}" for a in slopes), tuple(chart(a) for a in slopes), 6,
    )


def failing_angle() -> Frames:
    """The angle between −G and the way to W₁* as W₁ turns around W₁* at one distance."""
    instance = exact.as_floats(theorem_4_refuted.counterexample())
    network, star = instance.problem, instance.problem.optimum
    away = np.asarray(instance.point - star, dtype=float)
    radius = float(np.linalg.norm(away))
    first = away / radius
    second = np.zeros_like(first)
    second.flat[0], second.flat[1] = -first.flat[1], first.flat[0]
    turns = np.linspace(-np.pi, np.pi, 25)
    points = [star + radius * (np.cos(t) * first + np.sin(t) * second) for t in turns]
    angles = []
    for point in points:
        G = network.subgradient(point)
        length = np.linalg.norm(G) * radius
        cosine = np.sum(G * (point - star)) / length if length > 0 else np.nan
        angles.append(float(np.degrees(np.arccos(np.clip(cosine, -1, 1)))))
    degrees = np.degrees(turns)

    def chart(k: int) -> Chart:
        turn, angle = float(degrees[k]), angles[k]
        G = network.subgradient(points[k])
        down = -np.array([np.sum(G * first), np.sum(G * second)])
        size = np.linalg.norm(down)
        down = 0.6 * radius * down / size if size > 0 else down
        x, y = radius * np.cos(turns[k]), radius * np.sin(turns[k])
        wide = (-2.2 * radius, 2.2 * radius)
        return Chart(f"W₁ turned by {turn:.0f}°: the angle is {angle:.0f}°", (
            Panel("W₁ around W₁*, and the way of −G", "", "", (
                Curve([x, 0], [y, 0], "dotted", "the way to W₁*"),
                Curve([x, x + down[0]], [y, y + down[1]], "step", "−G"),
                Marks([x], [y], "point", "W₁", "circle"),
                Marks([0.0], [0.0], "optimum", "W₁*", "star"),
            ), wide, wide, equal=True),
            Panel("Angle between −G and W₁* − W₁", "W₁ turned by, in degrees", "degrees", (
                Area([-180, 180, 180, -180], [90, 90, 180, 180], "half", "fails: beyond 90°"),
                Curve(degrees, angles, "solid", "the angle"),
                Marks([turn], [angle], "point", "W₁", "circle"),
            ), (-180, 180), (0, 180)),
        ))

    return Frames(
        "The failing angle of the inner layer",
        "A network of two hidden units and one sample. At the same distance from W₁*, the descent "
        "direction points to it from most sides, and away from it from some: SLQC fails there for "
        "every κ.", "W₁ turned by", tuple(f"{t:.0f}°" for t in degrees),
        tuple(chart(k) for k in range(len(turns))), len(turns) // 2,
    )


def step_length() -> Frames:
    """err(w_t) of SNGD on one neuron for several lengths η of its step."""
    rng = np.random.default_rng(3)
    glm = IdealisedGLM.random(m=200, d=10, activation=GeneralizedReLU(0.1, 1.0), random_state=rng)
    start = np.zeros(10)
    etas = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
    T, every = 300, 3

    def chart(eta: float) -> Chart:
        errors, w = [float(glm.error(start))], start
        chooser = np.random.default_rng(0)
        for _ in range(T // every):
            w = sngd(glm.objective, w, T=every, eta=eta, b=20, random_state=chooser).last
            errors.append(float(glm.error(w)))
        t = np.arange(0, T + 1, every)
        return Chart(f"Error against steps for η = {eta:g}", (Panel(
            f"η = {eta:g}", "step t", "err(w_t)",
            (Curve(t.astype(float), np.maximum(errors, 1e-9), "solid", "err(w_t)"),),
            (0, T), (1e-7, 1.0),
            y_log=True,
        ),))

    return Frames(
        "SNGD’s step length",
        "Every step has the length η. A short one hasn’t arrived after 300 steps; a long one "
        "keeps jumping over the optimum, and its error stays of order η².", "η",
        tuple(f"{eta:g}" for eta in etas), tuple(chart(eta) for eta in etas), 3,
    )


SLIDERS: dict[str, tuple[Callable[[int], Frames], ...]] = {
    "theorem-1": (theorem_1_bound,),
    "theorem-4": (lambda seed: inner_radius(), lambda seed: failing_angle()),
    "theorem-5": (lambda seed: inner_radius(),),
    "theorem-6": (lambda seed: step_length(),),
    "algorithm-1": (lambda seed: step_length(),),
}
"""The sliders of an item's page; each is given the seed."""
