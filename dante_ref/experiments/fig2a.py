"""Figure 2a: the sigmoid autoencoder on MNIST."""

from .experiment import Experiment
from .paper import Profile, mnist_autoencoder, pair

DATASETS = ("mnist",)


def experiment(profile: Profile, names: dict[str, str]) -> Experiment:
    """Errors against iterations, DANTE and SGD; names: data set -> the one really used."""
    name = names["mnist"]
    setting = mnist_autoencoder(profile, name, "sigmoid")
    return Experiment.of(
        "fig2a", "Sigmoid autoencoder", "Figure 2a",
        pair(name, setting, measures=("train_error", "")), training=True,
        notes=("Claim: DANTE obtains lower training and test error than SGD (section 4.1). "
               "Both errors at the end are what is tested.",),
    )
