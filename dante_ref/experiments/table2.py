"""Table 2: classes told apart by a linear SVM on the autoencoder's hidden features."""

from dataclasses import replace

from .experiment import Experiment
from .paper import TABLE_2, Profile, network, pair

DATASETS = tuple(TABLE_2)


def experiment(profile: Profile, names: dict[str, str]) -> Experiment:
    """Accuracies on test rows; the autoencoders' learning rates are tuned by validation error."""
    return Experiment.of(
        "table2", "Accuracy of a linear SVM on hidden features", "Table 2", (
            line for source, values in TABLE_2.items() for line in pair(
                names[source], replace(network(profile, source, names), svm=True), values,
                winner="DANTE" if values[0] > values[1] else "SGD")
        ), measure="accuracy", unit="accuracy on test rows",
        notes=("A Pipeline of scaling, DanteAutoencoder (for SGD its schedule 'backprop'), "
               "standardising and LinearSVC with C by 3-fold cross-validation: all fitted on "
               "training rows alone. SGD wins on Ionosphere according to the paper. Seconds are of "
               "the whole fit, GFlop of the autoencoder.",),
    )
