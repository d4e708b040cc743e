"""An instance drawn: the error around the point, the subgradient, the ball, and the inputs.

Left, the weights: the plane through w that holds w* and G (the subgradient there), with the level
lines of the error, the ball B(w*, eps/kappa) of Definition 1, and the side of G that it must not
enter. Where w* - w and G are parallel (always so for d = 1), the error along that line instead.
Right, the inputs: the xᵢ with the columns of the weights at w and at w*, in ℝ, in ℝ², or
projected onto the plane in input space where w - w* and G vary most.
Matrices count as vectors, with the Frobenius product, as in Definition 4.
"""

from typing import Any

import numpy as np
from contourpy import contour_generator

from ..arrays import Array
from ..proofs.families import Instance
from .chart import Area, Chart, Curve, Disc, Element, Marks, Panel, Text

NEEDED = ("optimum", "error", "subgradient", "point_name", "X")

IN_PLANE = (
    "Left: level lines of the error in the plane of the point, the optimum and G. SLQC asks that "
    "the ball around the optimum stays out of the hatched half, the side that G points to. "
)
ON_LINE = (
    "Left: the error on the line through the point and the optimum. SLQC asks that the ball around "
    "the optimum stays on the side of the point to which the tangent falls. "
)
INPUTS = "Right: the inputs, with the columns of the weights at the point and at the optimum."


def can_draw(instance: Instance[Any] | None) -> bool:
    """Is it a problem with an error, a subgradient, an optimum and inputs, and one instance?"""
    return (
        isinstance(instance, Instance)
        and all(hasattr(instance.problem, name) for name in NEEDED)
        and np.ndim(instance.problem.X) == 2
    )


def draw(instance: Instance[Any], radius: float | None) -> Chart:
    """Both panels; a third one with the ball enlarged where it is tiny.

    radius: of the ball around w*, None where the claim speaks of no ball.
    """
    towards = instance.problem.optimum - instance.point
    G = instance.problem.subgradient(instance.point)
    axes = axes_of_plane(towards, G)
    if not axes:
        left: tuple[Panel, ...] = (Panel("w is w* itself, with a zero subgradient", "", "", ()),)
    elif len(axes) == 1:
        left = (along_line(instance, axes[0], radius),)
    else:
        left = in_plane(instance, axes[0], axes[1], radius)
    caption = (IN_PLANE if len(axes) == 2 else ON_LINE) + INPUTS
    return Chart("The instance", (*left, inputs(instance, G)), caption)


def axes_of_plane(towards: Array, G: Array) -> list[Array]:
    """Orthonormal axes of the span of w* - w and G: two, or fewer where it is smaller."""
    basis: list[Array] = []
    for vector in (towards, G):
        size = np.linalg.norm(vector)
        rest = vector - sum((np.vdot(e, vector) * e for e in basis), np.zeros_like(vector))
        if np.linalg.norm(rest) > 1e-9 * max(size, np.finfo(float).tiny):
            basis.append(rest / np.linalg.norm(rest))
    return basis


def along_line(instance: Instance[Any], e: Array, radius: float | None) -> Panel:
    """The error at w + s e, the tangent with the subgradient's slope, and the ball on the line."""
    name = instance.problem.point_name
    to_star = float(np.vdot(e, instance.problem.optimum - instance.point))
    reach = max(abs(to_star), radius or 0.0, 1e-12)
    s = np.unique(np.concatenate(
        [np.linspace(min(0, to_star) - 0.4 * reach, max(0, to_star) + 0.4 * reach, 241), [0.0]]
    ))
    err: Array = instance.problem.error(instance.point + np.multiply.outer(s, e))
    here = float(instance.problem.error(instance.point))
    star = float(instance.problem.error(instance.problem.optimum))
    slope = float(np.vdot(instance.problem.subgradient(instance.point), e))
    bottom, top = -0.05 * float(err.max()), 1.1 * float(err.max()) or 1.0
    tangent = here + slope * s
    tangent = np.where((tangent >= 0) & (tangent <= top), tangent, np.nan)
    items: list[Element] = []
    if radius is not None:
        ends = np.array([to_star - radius, to_star + radius])
        items.append(Area(
            [*ends, *ends[::-1]], [bottom, bottom, top, top], "ball", f"ball B({name}*, ε/κ)"
        ))
    items += [
        Curve(s, err, "solid", f"err along the line from {name} to {name}*"),
        Curve(s, tangent, "slope", "slope of the subgradient G"),
        Marks([0.0], [here], "point", name, "circle"),
        Marks([to_star], [star], "optimum", f"{name}*", "star"),
    ]
    return Panel(
        f"err on the line through {name} and {name}*", f"distance from {name}", "err",
        tuple(items), (float(s[0]), float(s[-1])), (bottom, top),
    )


def in_plane(
    instance: Instance[Any], e1: Array, e2: Array, radius: float | None
) -> tuple[Panel, ...]:
    """Level lines of the error in w + s e1 + t e2, where w* = w + s e1, and the ball around w*."""
    name = instance.problem.point_name
    G = instance.problem.subgradient(instance.point)
    star = float(np.vdot(e1, instance.problem.optimum - instance.point))
    downhill = -np.array([np.vdot(e1, G), np.vdot(e2, G)])
    downhill = downhill / np.linalg.norm(downhill)
    r = radius or 0.0
    half = 0.75 * max(star + min(r, star), star)
    s = np.linspace(star / 2 - 1.3 * half, star / 2 + 1.3 * half, 49)
    t = np.linspace(-half, half, 41)
    S, T = np.meshgrid(s, t)
    points = instance.point + np.multiply.outer(S.ravel(), e1) + np.multiply.outer(T.ravel(), e2)
    err: Array = instance.problem.error(points).reshape(S.shape)
    levels = contour_generator(S, T, err)
    tip = 0.55 * half * downhill
    across = 0.07 * half * np.array([-downhill[1], downhill[0]])
    head = np.array([tip, 0.8 * tip + across, 0.8 * tip - across])
    shown = sides_and_ball(name, downhill, star, radius)
    items: list[Element] = [
        shown[0],
        *(Curve(line[:, 0], line[:, 1], "level") for level in
          np.unique(np.quantile(err, np.linspace(0.02, 0.98, 12)))
          for line in map(np.asarray, levels.lines(level))),
        *shown[1:],
        Curve([0.0, tip[0]], [0.0, tip[1]], "step"), Area(head[:, 0], head[:, 1], "step"),
        Text(1.15 * tip[0], 1.15 * tip[1], "−G", "step"),
        Marks([0.0], [0.0], "point", name, "circle"),
        Marks([star], [0.0], "optimum", f"{name}*", "star"),
        Text(0.0, 0.0, name, below=18), Text(star, 0.0, f"{name}*", below=18),
    ]
    x_name, y_name = f"along {name}* − {name}", "across, towards G"
    whole = Panel(
        f"Level lines of err around {name}", x_name, y_name, tuple(items),
        (float(s[0]), float(s[-1])), (float(t[0]), float(t[-1])), equal=True,
    )
    if radius is None or radius >= 0.05 * half:
        return (whole,)
    star_mark = Marks([star], [0.0], "optimum", f"{name}*", "star")
    return whole, Panel(
        f"The ball B({name}*, ε/κ), enlarged", x_name, y_name, (*shown, star_mark),
        (star - 1.6 * radius, star + 1.6 * radius), (-1.6 * radius, 1.6 * radius), equal=True,
    )


def sides_and_ball(
    name: str, downhill: Array, star: float, radius: float | None
) -> tuple[Area | Disc, ...]:
    """The half-plane ⟨G, y − w⟩ > 0 to be hatched, and the ball around w*."""
    far = 1e3 * (abs(star) + (radius or 0.0))
    along = far * np.array([-downhill[1], downhill[0]])
    uphill = -far * downhill
    corners = np.array([along, -along, uphill - along, uphill + along])
    half = Area(corners[:, 0], corners[:, 1], "half", f"⟨G, y − {name}⟩ > 0")
    if radius is None:
        return (half,)
    return half, Disc(star, 0.0, radius, "ball", f"ball B({name}*, ε/κ)")


def inputs(instance: Instance[Any], G: Array) -> Panel:
    """The inputs xᵢ in the unit ball, with the directions of the columns of w and w*."""
    problem, name = instance.problem, instance.problem.point_name
    d = problem.X.shape[-1]
    columns, star = (np.reshape(M, (d, -1)) for M in (instance.point, problem.optimum))
    basis, how = input_axes(d, np.hstack([columns - star, G.reshape(d, -1)]), problem.X)
    X = problem.X @ basis
    longest = float(np.linalg.norm(basis.T @ np.hstack([columns, star]), axis=0).max())
    if longest > 1:
        how += f", weights divided by {longest:.3g}"
    items: list[Element] = [Disc(0.0, 0.0, 1.0, "unit", "unit ball")]
    for weights, look, label, shape in (
        (columns, "point", name, "circle"), (star, "optimum", f"{name}*", "star"),
    ):
        ends = (basis.T @ weights).T / max(longest, 1.0)
        items += [Curve([0.0, end[0]], [0.0, end[1]], look) for end in ends]
        items.append(Marks(ends[:, 0], ends[:, 1], look, label, shape))
    items.append(Marks(X[:, 0], X[:, 1], "input", "inputs xᵢ", "square"))
    return Panel(
        f"Inputs in the unit ball, {name}, {name}* ({how})", "", "", tuple(items),
        (-1.15, 1.15), (-1.15, 1.15), equal=True,
    )


def input_axes(d: int, directions: Array, X: Array) -> tuple[Array, str]:
    """Two axes (d, 2) of the input space to draw in, and how to say so."""
    if d == 1:
        return np.array([[1.0, 0.0]]), "d = 1"
    if d == 2:
        return np.eye(2), "d = 2"
    sizes = np.linalg.norm(directions, axis=0)
    directions = directions / np.where(sizes > 0, sizes, 1.0)
    full = np.hstack([directions, 1e-3 * X.T / max(float(np.linalg.norm(X)), 1e-300)])
    basis = np.linalg.svd(full, full_matrices=False)[0][:, :2]
    return basis, f"d = {d}, projected"
