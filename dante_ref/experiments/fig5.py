"""Figure 5: the number of hidden units of the leaky ReLU autoencoder on MNIST."""

from .experiment import Experiment, Ordering, Row
from .paper import Profile, mnist_autoencoder, pair

DATASETS = ("mnist",)
WIDTHS = (200, 400, 600)
"""A choice: the caption names no numbers."""


def experiment(profile: Profile, names: dict[str, str]) -> Experiment:
    """With few hidden units SGD is better, DANTE sooner, says the paper; with many DANTE is better.

    It adds that one can choose the best iterate: claims are decided at the end, and at the best.
    """
    lines: list[Row | Ordering] = []
    for n in WIDTHS:
        setting = mnist_autoencoder(profile, names["mnist"], hidden=n)
        few, panel = n == WIDTHS[0], f"{names['mnist']}, {setting.hidden[0]} hidden"
        lines += pair(panel, setting, winner="SGD" if few else "DANTE",
                      measures=("", "best_error"))
        lines += [Ordering(panel, f"DANTE{tuned}", f"SGD{tuned}", "best_iteration")
                  for tuned in ("", ", tuned") if few]
    return Experiment.of(
        "fig5", "Number of hidden units", "Figure 5, section 4.4.3", lines, training=True,
        notes=("Ordering: with few hidden units SGD finds the better solution, though DANTE is "
               "sooner at its minimum; with many DANTE is better. The best iterate is that with "
               "the least training error among those measured. The widths are our choice.",),
    )
