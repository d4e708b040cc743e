"""An instance drawn: the error around the point, the subgradient, the ball, and the inputs.

Left, the weights: the plane through w that holds w* and G (the subgradient there), with the level
lines of the error, the ball B(w*, eps/kappa) of Definition 1, and the side of G that it must not
enter. Where w* - w and G are parallel (always so for d = 1), the error along that line instead.
Right, the inputs: the x_i with the columns of the weights at w and at w*, in R^1, in R^2, or
projected onto the plane in input space where w - w* and G vary most.
Matrices count as vectors, with the Frobenius product, as in Definition 4.
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Polygon

from .. import balls
from ..proofs.families import Instance
from . import style

NEEDED = ("optimum", "error", "subgradient", "point_name", "X")
HALO = dict(boxstyle="round,pad=0.15", fc="white", ec="none", alpha=0.8)


IN_PLANE = (
    "Left: level lines of the error in the plane of the point, the optimum and G. SLQC asks that "
    "the ball around the optimum stays out of the hatched half, the side that G points to. "
)
ON_LINE = (
    "Left: the error on the line through the point and the optimum. SLQC asks that the ball around "
    "the optimum stays on the side of the point to which the tangent falls. "
)
INPUTS = "Right: the inputs, with the columns of the weights at the point and at the optimum."


def can_draw(instance: Instance | None) -> bool:
    """Is it a problem with an error, a subgradient, an optimum and inputs, and one instance?"""
    return (
        isinstance(instance, Instance)
        and all(hasattr(instance.problem, name) for name in NEEDED)
        and np.ndim(instance.problem.X) == 2
    )


def draw(instance: Instance, radius: float | None) -> tuple[Figure, str]:
    """Both panels, and the caption.

    radius: of the ball around w*, None where the claim speaks of no ball.
    """
    with style.in_style():
        return _draw(instance, radius)


def _draw(instance: Instance, radius: float | None) -> tuple[Figure, str]:
    figure = style.new_figure(9.4, 3.7)
    left, right = figure.subplots(1, 2)
    z, x = instance.problem.optimum, instance.point
    G = instance.problem.subgradient(x)
    first, second = axes_of_plane(z - x, G)
    if first is None:
        left.set_axis_off()
        left.text(0.5, 0.5, "w is w* itself, with a zero subgradient", ha="center")
    elif second is None:
        along_line(left, instance, first, radius)
    else:
        in_plane(left, instance, first, second, radius)
    inputs(right, instance, G)
    return figure, (ON_LINE if second is None else IN_PLANE) + INPUTS


def axes_of_plane(towards: np.ndarray, G: np.ndarray) -> tuple[np.ndarray | None, ...]:
    """Orthonormal axes of the span of w* - w and G, None where there is no such direction."""
    basis: list[np.ndarray] = []
    for vector in (towards, G):
        size = np.linalg.norm(vector)
        rest = vector - sum((np.vdot(e, vector) * e for e in basis), np.zeros_like(vector))
        if np.linalg.norm(rest) > 1e-9 * max(size, np.finfo(float).tiny):
            basis.append(rest / np.linalg.norm(rest))
    return (*basis, None, None)[:2]


def errors_at(instance: Instance, points: np.ndarray) -> np.ndarray:
    """err at a stack of points (n, ...)."""
    return np.array([float(instance.problem.error(point)) for point in points])


def along_line(axes: Axes, instance: Instance, e: np.ndarray, radius: float | None) -> None:
    """The error at w + s e, the tangent with the subgradient's slope, and the ball on the line."""
    name = instance.problem.point_name
    to_star = float(np.vdot(e, instance.problem.optimum - instance.point))
    reach = max(abs(to_star), radius or 0.0, 1e-12)
    s = np.unique(np.concatenate(
        [np.linspace(min(0, to_star) - 0.4 * reach, max(0, to_star) + 0.4 * reach, 241), [0.0]]
    ))
    err = errors_at(instance, instance.point + np.multiply.outer(s, e))
    here = float(instance.problem.error(instance.point))
    slope = float(np.vdot(instance.problem.subgradient(instance.point), e))
    axes.plot(s, err, color=style.INK, lw=1.8, label=f"err along the line from {name} to {name}*")
    tangent = here + slope * s
    axes.plot(
        s, np.where((tangent >= 0) & (tangent <= 1.1 * err.max()), tangent, np.nan), "--",
        color=style.BLUE, lw=1.2, label="slope of the subgradient G",
    )
    if radius is not None:
        axes.axvspan(
            to_star - radius, to_star + radius, facecolor=style.SKY, alpha=0.45, hatch="..",
            edgecolor=style.BLUE, lw=0, label=f"ball B({name}*, ε/κ)",
        )
    axes.plot(0, here, "o", color=style.VERMILION, ms=7, label=name)
    star = float(instance.problem.error(instance.problem.optimum))
    axes.plot(to_star, star, "*", color=style.INK, ms=11, label=f"{name}*")
    axes.set(
        xlabel=f"distance from {name}", ylabel="err",
        title=f"err on the line through {name} and {name}*",
    )
    axes.legend(fontsize=7.5, framealpha=0.9)


def in_plane(
    axes: Axes, instance: Instance, e1: np.ndarray, e2: np.ndarray, radius: float | None
) -> None:
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
    err = errors_at(instance, points).reshape(S.shape)
    levels = np.unique(np.quantile(err, np.linspace(0.02, 0.98, 12)))
    axes.contour(S, T, err, levels=levels, colors=style.GREY, linewidths=0.6)
    sides_and_ball(axes, downhill, star, radius)
    if radius is not None:
        axes.annotate(
            f"B({name}*, ε/κ)", (star, min(radius, 0.9 * half)), (0, 6), ha="center", bbox=HALO,
            textcoords="offset points", fontsize=8, color=style.BLUE, annotation_clip=True,
        )
        if radius < 0.05 * half:
            zoom = axes.inset_axes((0.7, 0.03, 0.28, 0.28), aspect="equal", xticks=[], yticks=[])
            sides_and_ball(zoom, downhill, star, radius)
            zoom.plot(star, 0, "*", color=style.INK, ms=8)
            zoom.set(xlim=(star - 1.6 * radius, star + 1.6 * radius),
                     ylim=(-1.6 * radius, 1.6 * radius))
            zoom.set_title("the ball, enlarged", fontsize=7, pad=2, bbox=HALO)
    arrow = dict(arrowstyle="-|>", color=style.BLUE, lw=2, mutation_scale=13)
    tip = 0.55 * half * downhill
    axes.annotate("", tip, (0, 0), arrowprops=arrow)
    axes.text(*(1.12 * tip), "−G", color=style.BLUE, bbox=HALO, ha="center", va="center")
    axes.plot(0, 0, "o", color=style.VERMILION, ms=7)
    axes.plot(star, 0, "*", color=style.INK, ms=11)
    for at, label in ((0, name), (star, f"{name}*")):
        axes.annotate(label, (at, 0), (0, -14), textcoords="offset points", ha="center", bbox=HALO)
    axes.set(
        xlim=(s[0], s[-1]), ylim=(t[0], t[-1]), aspect="equal",
        xlabel=f"along {name}* − {name}", ylabel="across, towards G",
        title=f"Level lines of err around {name}",
    )


def sides_and_ball(axes: Axes, downhill: np.ndarray, star: float, radius: float | None) -> None:
    """Hatch the half-plane <G, y - w> > 0, and draw the ball around w*."""
    far = 1e3 * (abs(star) + (radius or 0.0))
    along = far * np.array([-downhill[1], downhill[0]])
    uphill = -far * downhill
    half_plane = [along, -along, uphill - along, uphill + along]
    look = dict(fc=to_rgba(style.PALE, 0.5), ec=style.GREY, hatch="///", lw=1.0)
    axes.add_patch(Polygon(half_plane, closed=True, **look))
    if radius is not None:
        axes.add_patch(Circle((star, 0), radius, fc=style.SKY, ec=style.BLUE, alpha=0.7, lw=1.3))


def inputs(axes: Axes, instance: Instance, G: np.ndarray) -> None:
    """The inputs x_i in the unit ball, with the directions of the columns of w and w*."""
    problem, name = instance.problem, instance.problem.point_name
    d = problem.X.shape[-1]
    columns, star = (np.reshape(M, (d, -1)) for M in (instance.point, problem.optimum))
    basis, how = input_axes(d, np.hstack([columns - star, G.reshape(d, -1)]), problem.X)
    X = problem.X @ basis
    axes.add_patch(Circle((0, 0), 1, fc="none", ec=style.GREY, lw=0.8, ls=(0, (3, 2))))
    looks = ((columns, style.VERMILION, name, "-"), (star, style.INK, f"{name}*", (0, (4, 2))))
    longest = balls.norm((basis.T @ np.hstack([columns, star])).T).max()
    if longest > 1:
        how += f", weights divided by {longest:.3g}"
    for weights, color, label, dashes in looks:
        for arrow in (basis.T @ weights).T / max(longest, 1.0):
            axes.plot([0, arrow[0]], [0, arrow[1]], color=color, ls=dashes, lw=1.6, label=label)
            axes.plot(*arrow, "*" if weights is star else "o", color=color, ms=8)
            label = None
    axes.plot(X[:, 0], X[:, 1], "s", color=style.BLUE, mfc="none", mew=1.4, ms=6,
              label="inputs $x_i$", ls="none")
    axes.set(
        xlim=(-1.15, 1.15), ylim=(-1.15, 1.15), aspect="equal", xticks=[-1, 0, 1],
        yticks=[-1, 0, 1], title=f"Inputs in the unit ball, {name}, {name}*\n({how})",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False)


def input_axes(d: int, directions: np.ndarray, X: np.ndarray) -> tuple[np.ndarray, str]:
    """Two axes (d, 2) of the input space to draw in, and how to say so."""
    if d == 1:
        return np.array([[1.0, 0.0]]), "d = 1"
    if d == 2:
        return np.eye(2), "d = 2"
    sizes = np.linalg.norm(directions, axis=0)
    directions = directions / np.where(sizes > 0, sizes, 1.0)
    full = np.hstack([directions, 1e-3 * X.T / max(np.linalg.norm(X), 1e-300)])
    basis = np.linalg.svd(full, full_matrices=False)[0][:, :2]
    return basis, f"d = {d}, projected"
