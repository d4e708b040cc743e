"""Figure 4: autoencoders on Ionosphere, SVMGuide4, USPS and Vehicle."""

from .experiment import Experiment, Ordering, Row
from .paper import ALTERNATIVES, Profile, pair, small_network

DATASETS = ("ionosphere", "svmguide4", "usps", "vehicle")


def experiment(profile: Profile, names: dict[str, str]) -> Experiment:
    """One panel a data set. The paper says that SGD does marginally better on USPS."""
    rows: list[Row] = []
    claims: list[Ordering] = []
    for source in DATASETS:
        winner = "SGD" if source == "usps" else "DANTE"
        setting = small_network(profile, names[source], "autoencoding", ALTERNATIVES[source])
        more, these = pair(names[source], setting, winner=winner)
        rows, claims = rows + more, claims + these
    return Experiment(
        "fig4", "Other data sets", "Figure 4", tuple(rows), tuple(claims),
        notes=("Claim: DANTE is better except on USPS. Autoencoders as in Table 2, their sizes and "
               "the batch of 20 are our choice.",),
    )
