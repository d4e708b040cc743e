"""Figure 5: the number of hidden units of the leaky ReLU autoencoder on MNIST."""

from .experiment import Experiment
from .paper import Profile, mnist_autoencoder, pair
from .setting import DANTE

DATASETS = ("mnist",)
WIDTHS = (200, 400, 600)
"""A choice: the caption names no numbers."""


def experiment(profile: Profile, names: dict[str, str]) -> Experiment:
    """With few hidden units SGD ends better, says the paper; with many, DANTE."""
    rows, claims = [], []
    for n in WIDTHS:
        setting = mnist_autoencoder(profile, names["mnist"], DANTE, hidden=n)
        winner = "SGD" if n == WIDTHS[0] else "DANTE"
        more, these = pair(f"{names['mnist']}, {setting.hidden[0]} hidden", setting, winner=winner)
        rows, claims = rows + more, claims + these
    return Experiment(
        "fig5", "Number of hidden units", "Figure 5, section 4.4.3", tuple(rows), tuple(claims),
        training=True,
        notes=("Claim: with few hidden units SGD finds the better solution, with many DANTE. "
               "The test error at the end is what is tested, not who is first at a minimum. The "
               "widths are our choice.",),
    )
