"""Table 3: DANTE, SGD, and alternating minimisation with plain SGD in the inner loop."""

from dataclasses import replace

from .experiment import Experiment, Ordering, Row
from .paper import TABLE_3_ALTMIN, Profile, first_rows, mnist_autoencoder
from .setting import ALTMIN

DATASETS = ("mnist",)


def experiment(profile: Profile, names: dict[str, str]) -> Experiment:
    """Figure 2b's network; SGD+AltMin at three learning rates, and tuned as the others are."""
    name = names["mnist"]
    lines = first_rows(profile, name)
    setting = replace(mnist_autoencoder(profile, name), method=ALTMIN)
    for eta, value in TABLE_3_ALTMIN.items():
        label = f"SGD+AltMin {eta:g}"
        lines += [Row(name, label, replace(setting, method=ALTMIN.with_eta(eta)), value),
                  Ordering(name, "DANTE", label)]
    lines += [Row(name, "SGD+AltMin, tuned", setting, tuned=True),
              Ordering(name, "DANTE, tuned", "SGD+AltMin, tuned")]
    return Experiment.of("table3", "SNGD or SGD in the inner loop", "Table 3", lines)
