"""Figure 3: deep feedforward networks on MNIST, leaky ReLU, by Algorithm 3."""

from dataclasses import replace

from .experiment import Experiment, Ordering, Row
from .paper import Profile, mnist_autoencoder, pair
from .setting import Method

DATASETS = ("mnist",)
NETWORKS = ((400, 100), (400, 200, 100))
"""Hidden layers; a choice, as the paper doesn't print the sizes."""

GREEDY = Method("greedy_pairs", 0.001, True)


def experiment(profile: Profile, names: dict[str, str]) -> Experiment:
    """Classes as one 1 among zeros, squared error; two depths."""
    lines: list[Row | Ordering] = []
    for network in NETWORKS:
        base = replace(
            mnist_autoencoder(profile, names["mnist"]), task="classification",
            hidden=tuple(profile.hidden(n) for n in network),
        )
        turns = (len(network) + 1) * base.T_SNGD  # whole alternations, at least as many iterations
        base = replace(base, iterations=-(-base.iterations // turns) * turns)
        panel = f"{names['mnist']} {'-'.join(map(str, base.hidden))}-10"
        lines += pair(panel, base, method=GREEDY)
    return Experiment.of(
        "fig3", "Deep feedforward networks", "Figure 3", lines,
        notes=("Claim: competitive or better than SGD; what is tested is 'better'. Layer sizes are "
               "our choice.",),
    )
