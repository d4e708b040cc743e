"""Table 4: learning rates of SGD."""

from .experiment import Experiment, Ordering, Row
from .paper import DANTE_LOSS, SGD_LOSS, TABLE_4_SGD, Profile, mnist_autoencoder, pair
from .setting import BACKPROP, DANTE

DATASETS = ("mnist",)


def experiment(profile: Profile, names: dict[str, str]) -> Experiment:
    """Figure 2b's network. The paper tries other rates for SGD alone; here DANTE is tuned too."""
    name = names["mnist"]
    rows, claims = pair(name, mnist_autoencoder(profile, name, DANTE), (DANTE_LOSS, SGD_LOSS))
    for eta, value in TABLE_4_SGD.items():
        setting = mnist_autoencoder(profile, name, BACKPROP.with_eta(eta))
        rows.append(Row(name, f"SGD {eta:g}", setting, value))
        claims.append(Ordering(name, "DANTE", f"SGD {eta:g}"))
    return Experiment(
        "table4", "Learning rates", "Table 4", tuple(rows), tuple(claims),
    )
