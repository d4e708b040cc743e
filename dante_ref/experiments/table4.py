"""Table 4: learning rates of SGD."""

from dataclasses import replace

from .experiment import Experiment, Ordering, Row
from .paper import TABLE_4_SGD, Profile, first_rows, mnist_autoencoder
from .setting import BACKPROP

DATASETS = ("mnist",)


def experiment(profile: Profile, names: dict[str, str]) -> Experiment:
    """Figure 2b's network. The paper tries other rates for SGD alone; here DANTE is tuned too."""
    name = names["mnist"]
    lines, setting = first_rows(profile, name), mnist_autoencoder(profile, name)
    for eta, value in TABLE_4_SGD.items():
        label = f"SGD {eta:g}"
        lines += [Row(name, label, replace(setting, method=BACKPROP.with_eta(eta)), value),
                  Ordering(name, "DANTE", label)]
    return Experiment.of("table4", "Learning rates", "Table 4", lines)
