"""Figure 4: autoencoders on Ionosphere, SVMGuide4, USPS and Vehicle."""

from .experiment import Experiment, Ordering, Row
from .paper import ALTERNATIVES, LEAKINESS, Profile, pair
from .setting import DANTE, Setting

DATASETS = ("ionosphere", "svmguide4", "usps", "vehicle")


def small_autoencoder(profile: Profile, source: str, used: str) -> Setting:
    """The autoencoder of a set other than MNIST; its sizes are our choice."""
    return Setting(
        used, "autoencoding", (ALTERNATIVES[source],), "generalized_relu", DANTE, 20,
        profile.small_iterations, T_SNGD=profile.T_SNGD, a=LEAKINESS,
    )


def experiment(profile: Profile, names: dict[str, str]) -> Experiment:
    """One panel a data set. The paper says that SGD does marginally better on USPS."""
    rows: list[Row] = []
    claims: list[Ordering] = []
    for source in DATASETS:
        winner = "SGD" if source == "usps" else "DANTE"
        more, these = pair(
            names[source], small_autoencoder(profile, source, names[source]), winner=winner
        )
        rows, claims = rows + more, claims + these
    return Experiment(
        "fig4", "Other data sets", "Figure 4", tuple(rows), tuple(claims),
        notes=("Claim: DANTE is better except on USPS. Autoencoders as in Table 2, their sizes and "
               "the batch of 20 are our choice.",),
    )
