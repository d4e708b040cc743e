"""Does DANTE train better with GLMtron's direction in its outer layer, G without g?

    dante-ref reproduce without_g --seeds 5

On an idealised GLM that direction needs fewer steps (`theorems.successors`). Here the outer layer
is not idealised, and the inner layer goes its own way as before.
"""

from collections.abc import Iterator
from dataclasses import replace

from .experiment import Experiment, Ordering, Row
from .paper import ALTERNATIVES, TABLE_1, Profile, mnist_autoencoder, small_network
from .setting import DANTE, Setting

WITH, WITHOUT = "DANTE, tuned", "DANTE without g, tuned"
WITHOUT_G = replace(DANTE, schedule="dante_without_g")
SMALL = {
    **{name: ("regression", 20) for name in TABLE_1},
    **{name: ("autoencoding", ALTERNATIVES[name]) for name in ("ionosphere", "vehicle")},
}
"""Task and hidden units: Table 1's, and two autoencoders."""
DATASETS = ("mnist", *SMALL)


def settings(profile: Profile, names: dict[str, str]) -> Iterator[Setting]:
    """Figures 2a and 2b, Table 1, and small autoencoders."""
    for activation in ("sigmoid", "generalized_relu"):
        yield mnist_autoencoder(profile, names["mnist"], DANTE, activation)
        for name, (task, hidden) in SMALL.items():
            yield small_network(profile, names[name], task, hidden, activation)


def experiment(profile: Profile, names: dict[str, str]) -> Experiment:
    """Two rows for each of `settings`. Nobody claims anything: 'replicates' is better without g."""
    rows, claims = [], []
    for setting in settings(profile, names):
        panel = f"{setting.dataset}, {setting.task} | {setting.activation}"
        rows += [
            Row(panel, label, replace(setting, method=method), tuned=True)
            for label, method in ((WITH, DANTE), (WITHOUT, WITHOUT_G))
        ]
        claims.append(Ordering(panel, WITHOUT, WITH))
    return Experiment(
        "without_g", "The outer layer without g", "companion", tuple(rows), tuple(claims),
        notes=("No claim of the paper: 'replicates' says that it is better without g, "
               "'contradicted' that it is better with g.",),
    )
