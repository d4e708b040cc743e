"""Figure 4: autoencoders on Ionosphere, SVMGuide4, USPS and Vehicle."""

from .experiment import Experiment
from .paper import Profile, network, pair

DATASETS = ("ionosphere", "svmguide4", "usps", "vehicle")


def experiment(profile: Profile, names: dict[str, str]) -> Experiment:
    """One panel a data set. The paper says that SGD does marginally better on USPS."""
    return Experiment.of(
        "fig4", "Other data sets", "Figure 4", (
            line for source in DATASETS for line in pair(
                names[source], network(profile, source, names),
                winner="SGD" if source == "usps" else "DANTE")
        ),
        notes=("Claim: DANTE is better except on USPS. Autoencoders as in Table 2, their sizes and "
               "the batch of 20 are our choice.",),
    )
