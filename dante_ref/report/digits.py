"""digits.md: where the printed losses of Tables 3 to 5 are met, reading by reading.

    python -m dante_ref.report.digits --data-home DIR --out out/digits
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .. import datasets, store
from ..experiments.digits import (
    COMPONENTS,
    TRIED,
    VARIANTS,
    WITHIN,
    at_once,
    factors,
    near,
    nearest_count,
    printed,
    subset_factor,
    under,
)
from ..experiments.experiment import Row
from ..experiments.loss_scale import error_at
from ..experiments.outcome import Curve
from ..experiments.paper import DANTE_LOSS, PROFILES, SGD_LOSS
from ..experiments.runs import finish, stored
from .markdown import table

Curves = Callable[[Row, str, str], Curve | None]
"""(row, reading, variant) -> that run's curve, None where it isn't there."""


def document(
    rows: Sequence[Row], curve: Curves, iterations: int, subset: tuple[float, float] | None = None
) -> str:
    """digits.md. subset: `subset_factor` of a thousand."""
    def of(reading: str, variant: str, some: Sequence[Row] = rows) -> dict[float, Curve]:
        return {row.paper: found for row in some
                if row.paper is not None and (found := curve(row, reading, variant))}

    printed = {reading: of(reading, "as printed") for reading in TRIED}
    losses = [[row.label, f"{row.paper:g}", *(_met(row.paper, printed[r]) for r in TRIED)]
              for row in rows if row.paper is not None]
    losses.append(["met at one count, at most", "", *(_most(printed[r]) for r in TRIED)])
    pairs, multiplied, misses = [], [], []
    for variant, (_, read) in VARIANTS.items():
        both = {r: [*of(r, variant, rows[:2]).values()] for r in TRIED}
        both = {r: curves for r, curves in both.items() if len(curves) == 2}
        nearest = {r: nearest_count(*curves) for r, curves in both.items()}
        misses += [(off, r, variant, t) for r, (t, off) in nearest.items()]
        pairs.append([variant, *(f"{nearest[r][1]:.1%} at {nearest[r][0]:.0f}" if r in nearest
                                 else "" for r in TRIED)])
        if read is VARIANTS["as printed"][1]:
            multiplied.append([variant, *(_factor(*both[r]) if r in both else "" for r in TRIED)])
    lines = [
        "# The digits of Tables 3 to 5", "",
        f"One seed, {iterations:,} iterations at most. A cell says between which iterations the "
        f"test error is within {WITHIN:.0%} of the printed loss, or how far off it is where it is "
        "nearest; blank: not run (as-released has one activation for all layers, so no other "
        "outputs). Errors are linear between measured points: one in about "
        f"{iterations // PROFILES['short'].relu_points} iterations.", "",
        *table(["row", "printed", *TRIED], losses), "",
        f"Both first rows, {DANTE_LOSS:g} and {SGD_LOSS:g}, at one count: how far off the "
        "farther one is at the best count.", "", *table(["what was done", *TRIED], pairs), "",
        "The factor nearest to 1 by which both errors would have to be multiplied for both "
        "losses to be met at one count. A subset of the test digits does nearly that"
        + (f": the first 1,000 multiply the error of PCA with {COMPONENTS} components, which is "
           f"about as large, by {subset[0]:.3f}, a random 1,000 by 1 ± {subset[1]:.3f} (one "
           "standard deviation)." if subset else "."), "",
        *table(["what was done", *TRIED], multiplied),
    ]
    if misses:
        off, reading, variant, t = min(misses)
        run = of(reading, variant)
        met = sum(bool(abs(error_at(c, np.array(t)) / loss - 1) <= WITHIN)
                  for loss, c in run.items())
        lines += ["", ("The pair is met by " if off <= WITHIN else
                       "None gives the pair. The nearest miss: ")
                  + f"{reading}, {variant}, {off:.1%} off at iteration {t:.0f}, where {met} of "
                  f"{len(run)} losses are within {WITHIN:.0%}."]
    return "\n".join(lines) + "\n"


def _met(loss: float, curves: Mapping[float, Curve]) -> str:
    if loss not in curves:
        return ""
    first, last, nearest, at = near(loss, curves[loss])
    return (f"{nearest / loss - 1:+.0%} at {at:.0f}" if first is None else
            f"**{first:.0f} to {last:.0f}**")


def _most(curves: Mapping[float, Curve]) -> str:
    if len(curves) < 2:
        return ""
    t, met = at_once(curves)
    return f"{met} of {len(curves)}, at {t:.0f}" if met else f"none of {len(curves)}"


def _factor(dante: Curve, sgd: Curve) -> str:
    found = factors(dante, sgd)
    if not found:
        return "none"
    t, factor = min(found, key=lambda f: abs(np.log(f[1])))
    return f"{factor:.2f} at {t:.0f}"


def main(argv: Sequence[str] | None = None) -> None:
    """Compute what isn't in --out yet, and write its tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/digits"))
    parser.add_argument("--data-home", type=Path)
    parser.add_argument("--profile", choices=["short", "paper"], default="short")
    parser.add_argument("--report-only", action="store_true")
    args = parser.parse_args(argv)
    folder = store.writable_folder(args.out) / "runs"
    folder.mkdir(exist_ok=True)
    data = datasets.load(  # says what to put where
        "mnist", data_home=args.data_home, task="autoencoding", dtype=np.float32, fetch=False)
    profile = PROFILES[args.profile]
    rows = printed(profile, "mnist")
    if not args.report_only:
        pairs = [under(row, r, v) for v in VARIANTS for r in TRIED for row in rows[:2]]
        others = [under(row, r) for r in TRIED for row in rows[2:]]
        for setting in dict.fromkeys([*pairs, *others]):
            if setting is not None:
                finish(setting, folder, args.data_home)

    def curve(row: Row, reading: str, variant: str) -> Curve | None:
        setting = under(row, reading, variant)
        result: Any = setting and stored(setting, folder)
        return VARIANTS[variant][1](result["curve"]) if result else None

    text = document(rows, curve, profile.relu_iterations,
                    subset_factor(data.X_train, data.X_test))
    store.write_text(args.out / "digits.md", text)
    print(text)


if __name__ == "__main__":
    main()
