"""The printed digits of Tables 3 to 5: which readings and iteration counts come near them.

    python -m dante_ref.report.digits --data-home DIR --out out/digits

A run's curve passes a printed loss at some iteration or never does. So a single loss says little: a
pair of them, which one count has to give together, says more. All 14 losses are tried under `TRIED`
readings, the pair of the first rows also with what else the paper may have done (`VARIANTS`); one
seed each. Finished runs are kept in --out's folder runs/, as `reproduce` keeps them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.decomposition import PCA

from ..activations import Activation, make_activation
from ..arrays import Array
from . import table3, table4, table5
from .experiment import Row
from .fig3 import GREEDY
from .loss_scale import error_at
from .outcome import Curve
from .paper import DANTE_LOSS, SGD_LOSS, Profile
from .readings import READINGS
from .setting import Setting

WITHIN = 0.02
"""How near a loss counts as met."""
COMPONENTS = 10
"""Of the PCA whose test error, 0.03, is about the printed losses."""

TRIED = ("sum-matrix", "mean-matrix", "sum-columns", "mean-columns", "sum-columns-last", "sum-long",
         "as-released")


@dataclass(frozen=True)
class Outputs(Setting):
    """The same with another activation of the last layer."""

    outputs: str = "identity"

    @property
    def activations(self) -> tuple[Activation, ...]:
        """phi_1 .. phi_L."""
        return *super().activations[:-1], make_activation(self.outputs)


def best_so_far(curve: Curve) -> Curve:
    """The curve of the best iterate until then: of the measured ones that with the least training
    error."""
    best = curve[0]
    found = []
    for point in curve:
        best = min(best, point, key=lambda p: p[3])
        found.append([point[0], *best[1:]])
    return found


def deeper(setting: Setting) -> Setting:
    """1024-500-200-500-1024, by Algorithm 3, as many whole alternations as fit."""
    turns = 4 * setting.T_SNGD
    method = GREEDY if setting.method.schedule == "dante" else setting.method
    return replace(setting, hidden=(500, 200, 500), method=method,
                   iterations=max(1, setting.iterations // turns) * turns)


def _outputs(name: str) -> Callable[[Setting], Setting]:
    return lambda setting: Outputs(**vars(setting), outputs=name)


def times(factor: float) -> Callable[[Curve], Curve]:
    """The curve with its errors multiplied by a factor."""
    return lambda curve: [[*point[:3], *(factor * error for error in point[3:])] for point in curve]


def _as_it_is(x: Any) -> Any:
    return x


VARIANTS: dict[str, tuple[Callable[[Setting], Setting], Callable[[Curve], Curve]]] = {
    "as printed": (_as_it_is, _as_it_is),
    "the best iterate": (_as_it_is, best_so_far),
    "half the squared error": (_as_it_is, times(1 / 2)),
    "a mean over 28 × 28 pixels": (_as_it_is, times(32 * 32 / (28 * 28))),
    "hidden 500-200-500": (deeper, _as_it_is),
    "linear outputs": (_outputs("identity"), _as_it_is),
    "sigmoid outputs": (_outputs("sigmoid"), _as_it_is),
}
"""What else may have been done: the setting, and how its curve is read. (Images are padded to
32 × 32; the margin is 0, and so nearly is its error.)"""


def printed(profile: Profile, dataset: str) -> list[Row]:
    """The 14 rows of Tables 3 to 5 that have a printed loss; those that the three share, once."""
    rows = [
        row for table in (table3, table4, table5)
        for row in table.experiment(profile, {"mnist": dataset}).rows
        if row.paper is not None and not row.tuned
    ]
    return list({row.label: row for row in rows}.values())


def under(row: Row, reading: str, variant: str = "as printed") -> Setting | None:
    """The row's run of seed 0; None where there is none: what only the literal loop has, has one
    activation."""
    setting = VARIANTS[variant][0](replace(row.setting, reading=READINGS[reading]))
    impossible = not setting.is_possible or (setting.seen.literal and isinstance(setting, Outputs))
    return None if impossible else setting


def near(
    printed: float, curve: Curve, within: float = WITHIN
) -> tuple[float | None, float | None, float, float]:
    """(first, last, nearest, at) of a curve, linear between its measured points: the iterations
    between which it is within `within` of a loss (None where it never is), and where it comes
    nearest."""
    iterations = np.arange(curve[0][0], curve[-1][0] + 1)
    errors = error_at(curve, iterations)
    off = np.abs(errors / printed - 1)
    hits = iterations[off <= within]
    best = int(off.argmin())
    first, last = (float(hits[0]), float(hits[-1])) if len(hits) else (None, None)
    return first, last, float(errors[best]), float(iterations[best])


def distances(curves: Mapping[float, Curve]) -> tuple[Array, Array]:
    """(iterations, (losses, iterations)): how far off each printed loss its curve is, in
    proportion, at every count that all curves have."""
    iterations = np.arange(1, min(curve[-1][0] for curve in curves.values()) + 1)
    return iterations, np.array([
        np.abs(error_at(curve, iterations) / loss - 1) for loss, curve in curves.items()])


def nearest_count(dante: Curve, sgd: Curve) -> tuple[float, float]:
    """(iteration, worst distance): the one count at which both first rows come nearest to their
    printed losses, and how far off the farther one is there, in proportion."""
    iterations, off = distances({DANTE_LOSS: dante, SGD_LOSS: sgd})
    worst = off.max(axis=0)
    return float(iterations[worst.argmin()]), float(worst.min())


def factors(dante: Curve, sgd: Curve) -> list[tuple[float, float]]:
    """(iteration, factor) of each count at which the first rows' losses are to each other as
    printed: what both would have to be multiplied by, as a subset of the test rows nearly does."""
    iterations = np.arange(1, min(dante[-1][0], sgd[-1][0]) + 1)
    errors = error_at(dante, iterations)
    above = errors * SGD_LOSS > error_at(sgd, iterations) * DANTE_LOSS
    return [(float(iterations[k]), float(DANTE_LOSS / errors[k]))
            for k in np.flatnonzero(above[1:] != above[:-1])]


def subset_factor(X: Array, X_test: Array, n: int = 1000) -> tuple[float, float]:
    """(factor, spread): by what the error on the first n test rows differs from that on all, and
    the standard deviation of that factor for n random ones; of PCA with COMPONENTS components."""
    pca = PCA(COMPONENTS, svd_solver="covariance_eigh").fit(X)
    errors = np.mean((X_test - pca.inverse_transform(pca.transform(X_test))) ** 2, axis=1)
    return (float(errors[:n].mean() / errors.mean()),
            float(errors.std() / errors.mean() / np.sqrt(n)))


def at_once(curves: Mapping[float, Curve]) -> tuple[float, int]:
    """(iteration, how many): the count at which most of these printed losses are met at once."""
    iterations, off = distances(curves)
    met = (off <= WITHIN).sum(axis=0)
    return float(iterations[met.argmax()]), int(met.max())
