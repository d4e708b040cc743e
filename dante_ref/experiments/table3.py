"""Table 3: DANTE, SGD, and alternating minimisation with plain SGD in the inner loop."""

from .experiment import Experiment, Ordering, Row
from .paper import DANTE_LOSS, SGD_LOSS, TABLE_3_ALTMIN, Profile, mnist_autoencoder, pair
from .setting import ALTMIN, DANTE

DATASETS = ("mnist",)


def experiment(profile: Profile, names: dict[str, str]) -> Experiment:
    """Figure 2b's network; SGD+AltMin at three learning rates, and tuned as the others are."""
    name = names["mnist"]
    rows, claims = pair(name, mnist_autoencoder(profile, name, DANTE), (DANTE_LOSS, SGD_LOSS))
    for eta, value in TABLE_3_ALTMIN.items():
        label = f"SGD+AltMin {eta:g}"
        setting = mnist_autoencoder(profile, name, ALTMIN.with_eta(eta))
        rows.append(Row(name, label, setting, value))
        claims.append(Ordering(name, "DANTE", label))
    rows.append(Row(
        name, "SGD+AltMin, tuned", mnist_autoencoder(profile, name, ALTMIN), tuned=True
    ))
    claims.append(Ordering(name, "DANTE, tuned", "SGD+AltMin, tuned"))
    return Experiment(
        "table3", "SNGD or SGD in the inner loop", "Table 3", tuple(rows), tuple(claims),
    )
