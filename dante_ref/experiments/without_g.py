"""Does DANTE train better with GLMtron's direction in its outer layer, G without g?

    python -m dante_ref.experiments.without_g --out out/without_g

On an idealised GLM that direction needs fewer steps (`theorems.successors`). Here the outer layer
is not idealised, and the inner layer goes its own way as before. Both methods are tuned alike, over
the grid and on the rows of `experiment.Row`; an advantage is that of the test error without g, by
the paired test of `statistics`.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from .. import store
from .experiment import Experiment, Ordering, Row, candidates, final_runs
from .outcome import Outcome, as_json, outcome
from .paper import ALTERNATIVES, LEAKINESS, PROFILES, TABLE_1, Profile, mnist_autoencoder
from .runs import finish_all, resolve
from .setting import DANTE, Setting
from .statistics import TEST, span, summary

WITH, WITHOUT = "DANTE, tuned", "DANTE without g, tuned"
WITHOUT_G = replace(DANTE, schedule="dante_without_g")
SMALL = {
    **{name: ("regression", 20) for name in TABLE_1},
    **{name: ("autoencoding", ALTERNATIVES[name]) for name in ("ionosphere", "vehicle")},
}
"""Task and hidden units: Table 1's, and two autoencoders."""


def settings(profile: Profile, used: Mapping[str, str]) -> Iterator[Setting]:
    """Figures 2a and 2b, Table 1, and small autoencoders; `used`: what stands for each set."""
    for activation in ("sigmoid", "generalized_relu"):
        yield mnist_autoencoder(profile, used["mnist"], DANTE, activation)
        for name, (task, hidden) in SMALL.items():
            yield Setting(
                used[name], task, (hidden,), activation, DANTE, 20, profile.small_iterations,
                T_SNGD=profile.T_SNGD, a=LEAKINESS,
            )


def experiment(profile: Profile, used: Mapping[str, str]) -> Experiment:
    """Two rows for each of `settings`."""
    rows, claims = [], []
    for setting in settings(profile, used):
        panel = f"{setting.dataset}, {setting.task} | {setting.activation}"
        rows += [
            Row(panel, label, replace(setting, method=method), tuned=True)
            for label, method in ((WITH, DANTE), (WITHOUT, WITHOUT_G))
        ]
        claims.append(Ordering(panel, WITHOUT, WITH))
    return Experiment(
        "without_g", "The outer layer without g", "companion", tuple(rows), tuple(claims)
    )


WORDS = {"replicates": "without g", "contradicted": "with g", "undecided": "undecided"}
"""Which is better, by the verdict on 'without g beats with g'."""


def table(found: Outcome) -> str:
    """Test errors and learning rates by data set, and which method is better."""
    lines = [
        "| data | activation | with g | eta | without g | eta | p | better |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    rows = {(row.panel, row.label): row for row in found.rows}
    for claim, decision in found.decisions:
        cells = []
        for label in (WITH, WITHOUT):
            row = rows[claim.panel, label]
            s = summary(row.values)
            cells += [f"{s.mean:.4g} ± {s.half_width:.2g}", span(row.etas)]
        word = decision.words.replace(str(decision.verdict), WORDS[decision.verdict])
        lines.append(f"| {claim.panel} | {' | '.join(cells)} | {decision.p:.2g} | {word} |")
    return "\n".join(lines) + "\n"


def main(argv: Sequence[str] | None = None) -> None:
    """Compute what isn't in --out yet, and write its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/without_g"))
    parser.add_argument("--data-home", type=Path)
    parser.add_argument("--profile", choices=list(PROFILES), default="quick")
    parser.add_argument("--seeds", type=int, default=5)
    args = parser.parse_args(argv)
    folder = args.out / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    used = {name: resolve(name, args.data_home) for name in ("mnist", *SMALL)}
    e = experiment(PROFILES[args.profile], used)

    def finished(settings: Sequence[Setting]) -> dict[Setting, Any]:
        return dict(finish_all(settings, folder, args.data_home, 1, lambda setting, stored: None))

    results = finished(candidates([e], args.seeds))
    results |= finished(final_runs([e], results, args.seeds))
    found = outcome(e, results, args.seeds)
    text = (
        f"# {e.title}\n\n    python -m dante_ref.experiments.without_g --profile {args.profile} "
        f"--seeds {args.seeds} --data-home DIR\n\nTest errors: {e.unit}; mean ± 95% over "
        f"{args.seeds} seeds. Better: {TEST}.\n\n{table(found)}"
    )
    store.write_json(args.out / "without_g.json", as_json(found))
    store.write_text(args.out / "without_g.md", text)
    print(text)


if __name__ == "__main__":
    main()
