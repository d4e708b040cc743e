"""Table 2: classes told apart by a linear SVM on the autoencoder's hidden features."""

from dataclasses import replace

from .experiment import Experiment, Ordering, Row
from .paper import ALTERNATIVES, TABLE_2, Profile, mnist_autoencoder, pair, small_network
from .setting import DANTE

DATASETS = tuple(TABLE_2)


def experiment(profile: Profile, names: dict[str, str]) -> Experiment:
    """Accuracies on test rows; the autoencoders' learning rates are tuned by validation error."""
    rows: list[Row] = []
    claims: list[Ordering] = []
    for source, values in TABLE_2.items():
        used = names[source]
        setting = (
            mnist_autoencoder(profile, used, DANTE) if source == "mnist"
            else small_network(profile, used, "autoencoding", ALTERNATIVES[source])
        )
        winner = "DANTE" if values[0] > values[1] else "SGD"
        more, these = pair(used, replace(setting, svm=True), values, winner=winner)
        rows, claims = rows + more, claims + these
    return Experiment(
        "table2", "Accuracy of a linear SVM on hidden features", "Table 2", tuple(rows),
        tuple(claims), measure="accuracy", unit="accuracy on test rows",
        notes=("A Pipeline of scaling, DanteAutoencoder (for SGD its schedule 'backprop'), "
               "standardising and LinearSVC with C by 3-fold cross-validation: all fitted on "
               "training rows alone. SGD wins on Ionosphere according to the paper. Seconds are of "
               "the whole fit, GFlop of the autoencoder.",),
    )
