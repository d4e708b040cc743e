"""Table 5: adaptive step rules for SGD, momentum for both."""

from dataclasses import replace

from .experiment import Experiment, Ordering, Row
from .paper import TABLE_5, Profile, first_rows, mnist_autoencoder
from .setting import BACKPROP, DANTE

DATASETS = ("mnist",)
METHODS = {
    "SGD+Adam": replace(BACKPROP, rule="adam", eta=0.0001),
    "SGD+Adagrad": replace(BACKPROP, rule="adagrad", eta=0.0001),
    "SGD+RMSProp": replace(BACKPROP, rule="rmsprop", eta=0.0001),
    "SGD+Momentum": replace(BACKPROP, rule="momentum", constants=(("mu", 0.9),)),
    "DANTE+Momentum": replace(DANTE, rule="momentum", constants=(("mu", 0.0005),)),
    "DANTE+Momentum 0.9": replace(DANTE, rule="momentum", constants=(("mu", 0.9),)),
}


def experiment(profile: Profile, names: dict[str, str]) -> Experiment:
    """As printed (MP = 0.0005 for DANTE, next to no momentum), and DANTE with 0.9 beside it."""
    name = names["mnist"]
    lines, setting = first_rows(profile, name), mnist_autoencoder(profile, name)
    for best, suffix in (("DANTE+Momentum", ""), ("DANTE+Momentum 0.9, tuned", ", tuned")):
        for label, method in METHODS.items():
            lines.append(Row(name, label + suffix, replace(setting, method=method),
                             None if suffix else TABLE_5.get(label), bool(suffix)))
            if method.schedule == BACKPROP.schedule:
                lines.append(Ordering(name, best, label + suffix))
    return Experiment.of(
        "table5", "Adaptive step rules", "Table 5", lines,
        notes=("A momentum parameter of 0.0005 is next to none: it lengthens a step by 0.05%. So "
               "momentum 0.9, as SGD has it, is run as well. The paper gives no learning rate with "
               "momentum: ours is 0.001.",),
    )
