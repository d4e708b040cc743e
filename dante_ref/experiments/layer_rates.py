"""Does tuned DANTE beat SGD because SGD has one learning rate for all layers?

    dante-ref reproduce layer_rates --readings sum-matrix sum-columns --seeds 3

Normalised steps have lengths of their own in each layer, plain ones haven't. So here SGD has a rate
for W_1 and one for W_2, each of the grid that the one rate is from: 121 pairs. So has DANTE: with a
rate for each layer steps by matrix and by columns can be equally long, and differ in direction.
"""

from dataclasses import replace

from .experiment import Experiment, Ordering, Row
from .paper import TABLE_1, Profile, mnist_autoencoder, network
from .setting import BACKPROP, DANTE

FIGURE_4 = ("svmguide4", "usps", "vehicle")
"""Where DANTE by columns beats SGD, each with one rate."""
DATASETS = ("mnist", *FIGURE_4, *TABLE_1)
METHODS = {"DANTE": DANTE, "SGD": BACKPROP}
CLAIMS = (("DANTE", "SGD"), ("DANTE", "SGD by layer"), ("SGD by layer", "SGD"),
          ("DANTE by layer", "SGD by layer"))


def experiment(profile: Profile, names: dict[str, str]) -> Experiment:
    """The networks of Figures 2a and 2b, of Figure 4 without Ionosphere, and of Table 1."""
    settings = {
        f"{names['mnist']}, {word}": mnist_autoencoder(profile, names["mnist"], activation)
        for word, activation in (("sigmoid", "sigmoid"), ("leaky ReLU", "generalized_relu"))
    } | {names[source]: network(profile, source, names) for source in (*FIGURE_4, *TABLE_1)}
    rows = [
        Row(panel, f"{label}{words}, tuned", replace(setting, method=replace(method, eta_1=eta_1)),
            tuned=True)
        for panel, setting in settings.items() for label, method in METHODS.items()
        for words, eta_1 in (("", None), (" by layer", method.eta))
    ]
    claims = [Ordering(panel, f"{better}, tuned", f"{worse}, tuned")
              for panel in settings for better, worse in CLAIMS]
    return Experiment.of(
        "layer_rates", "A learning rate for each layer", "Layer rates", [*rows, *claims],
        notes=("No claims of the paper. 'By layer': a rate for W_1 and one for W_2.",),
    )
