"""Table 5: adaptive step rules for SGD, momentum for both."""

from dataclasses import replace

from .experiment import Experiment, Ordering, Row
from .paper import DANTE_LOSS, SGD_LOSS, TABLE_5, Profile, mnist_autoencoder, pair
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
    rows, claims = pair(name, mnist_autoencoder(profile, name, DANTE), (DANTE_LOSS, SGD_LOSS))
    for label, method in METHODS.items():
        setting = mnist_autoencoder(profile, name, method)
        rows.append(Row(name, label, setting, TABLE_5.get(label)))
        if label.startswith("SGD"):
            claims.append(Ordering(name, "DANTE+Momentum", label))
    for label, method in METHODS.items():
        setting = mnist_autoencoder(profile, name, method)
        rows.append(Row(name, f"{label}, tuned", setting, tuned=True))
        if label.startswith("SGD"):
            claims.append(Ordering(name, "DANTE+Momentum 0.9, tuned", f"{label}, tuned"))
    return Experiment(
        "table5", "Adaptive step rules", "Table 5", tuple(rows), tuple(claims),
        notes=("A momentum parameter of 0.0005 is next to none: it lengthens a step by 0.05%. So "
               "momentum 0.9, as SGD has it, is run as well. The paper gives no learning rate with "
               "momentum: ours is 0.001.",),
    )
