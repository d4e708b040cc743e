"""Figure 2b: the leaky ReLU autoencoder on MNIST."""

from .experiment import Experiment
from .paper import Profile, mnist_autoencoder, pair
from .setting import DANTE

DATASETS = ("mnist",)


def experiment(profile: Profile, names: dict[str, str]) -> Experiment:
    """Errors against iterations, DANTE and SGD; names: data set -> the one really used."""
    name = names["mnist"]
    rows, claims = pair(name, mnist_autoencoder(profile, name, DANTE))
    return Experiment(
        "fig2b", "Leaky ReLU autoencoder", "Figure 2b", tuple(rows), tuple(claims),
        notes=("Claim: barring the initial phase DANTE performs better than SGD (section 4.1). "
               "The test error at the end is what is tested.",),
    )
