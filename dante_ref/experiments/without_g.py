"""Does DANTE train better with GLMtron's direction in its outer layer, G without g?

    dante-ref reproduce without_g --seeds 5

On an idealised GLM that direction needs fewer steps (`theorems.successors`). Here the outer layer
is not idealised, and the inner layer goes its own way as before.
"""

from dataclasses import replace

from .experiment import Experiment, Ordering, Row
from .paper import TABLE_1, Profile, network
from .setting import DANTE

WITH, WITHOUT = "DANTE, tuned", "DANTE without g, tuned"
WITHOUT_G = replace(DANTE, schedule="dante_without_g")
DATASETS = ("mnist", *TABLE_1, "ionosphere", "vehicle")
"""Those of Figure 2, Table 1, and two small autoencoders."""


def experiment(profile: Profile, names: dict[str, str]) -> Experiment:
    """Two rows for each network. Nobody claims anything: 'replicates' is better without g."""
    lines: list[Row | Ordering] = []
    for activation in ("sigmoid", "generalized_relu"):
        for source in DATASETS:
            setting = network(profile, source, names, activation)
            panel = f"{setting.dataset}, {setting.task} | {setting.activation}"
            lines += [
                Row(panel, label, replace(setting, method=method), tuned=True)
                for label, method in ((WITH, DANTE), (WITHOUT, WITHOUT_G))
            ]
            lines.append(Ordering(panel, WITHOUT, WITH))
    return Experiment.of(
        "without_g", "The outer layer without g", "companion", lines,
        notes=("No claim of the paper: 'replicates' says that it is better without g, "
               "'contradicted' that it is better with g.",),
    )
