"""Figure 2b: the leaky ReLU autoencoder on MNIST."""

from .experiment import Experiment
from .paper import Profile, mnist_autoencoder, pair

DATASETS = ("mnist",)


def experiment(profile: Profile, names: dict[str, str]) -> Experiment:
    """Errors against iterations, DANTE and SGD; names: data set -> the one really used."""
    name = names["mnist"]
    return Experiment.of(
        "fig2b", "Leaky ReLU autoencoder", "Figure 2b",
        pair(name, mnist_autoencoder(profile, name), measures=("train_error", "")), training=True,
        notes=("Claim: barring the initial phase DANTE performs better than SGD (section 4.1). "
               "Both errors at the end are what is tested.",),
    )
