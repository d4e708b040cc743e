"""Figure 2a: the sigmoid autoencoder on MNIST."""

from .experiment import Experiment
from .paper import Profile, mnist_autoencoder, pair
from .setting import DANTE

DATASETS = ("mnist",)


def experiment(profile: Profile, names: dict[str, str]) -> Experiment:
    """Errors against iterations, DANTE and SGD; names: data set -> the one really used."""
    name = names["mnist"]
    rows, claims = pair(
        name, mnist_autoencoder(profile, name, DANTE, "sigmoid"), measures=("train_error", "")
    )
    return Experiment(
        "fig2a", "Sigmoid autoencoder", "Figure 2a", tuple(rows), tuple(claims), training=True,
        notes=("Claim: DANTE obtains lower training and test error than SGD (section 4.1). "
               "Both errors at the end are what is tested.",),
    )
