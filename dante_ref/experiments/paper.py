"""Section 4's printed numbers, and what the two profiles run where the paper leaves a size open."""

from dataclasses import dataclass, replace

from .experiment import Ordering, Row
from .setting import BACKPROP, DANTE, Method, Setting

HIDDEN = 400
"""Section 4.1: hidden units of the MNIST autoencoder."""

LEAKINESS = 0.01
"""Section 4.1: a of the leaky ReLU (b = 1)."""

ETA = 0.001
"""Section 4.1: learning rate of both methods."""

B_SIGMOID, B_RELU = 20, 400
"""Section 4.1: minibatch sizes."""

TABLE_1 = {
    "airfoil": (0.066852, 0.069338), "fires": (0.024988, 0.029008), "ccpp": (0.000283, 0.0003009),
}
"""Table 1: test error of DANTE, SGD."""

TABLE_2 = {
    "mnist": (0.936, 0.9244), "ionosphere": (0.9245, 0.9622), "svmguide4": (0.8765, 0.7037),
    "usps": (0.9043, 0.8949), "vehicle": (0.7702, 0.7480),
}
"""Table 2: accuracy with features of DANTE, SGD. SGD wins on Ionosphere."""

DANTE_LOSS, SGD_LOSS = 0.030775, 0.031126
"""The first rows of Tables 3, 4 and 5."""

TABLE_3_ALTMIN = {0.001: 0.032912, 0.0001: 0.044911, 0.0005: 0.035567}
"""Table 3: SGD+AltMin by learning rate."""

TABLE_4_SGD = {0.0001: 0.031510, 0.0005: 0.031346, 0.005: 0.031263, 0.1: 0.032676}
"""Table 4: SGD by learning rate."""

TABLE_5 = {
    "SGD+Adam": 0.021704, "SGD+Adagrad": 0.021896, "SGD+RMSProp": 0.021953,
    "SGD+Momentum": 0.021497, "DANTE+Momentum": 0.020816,
}
"""Table 5: loss with adaptive rules (learning rate 0.0001) and momentum."""


@dataclass(frozen=True)
class Profile:
    """How large an experiment is run.

    `width` multiplies 400 hidden units on MNIST; relu_points: measured points of Figure 2b's curve.
    """

    name: str
    width: float
    train_rows: int
    test_rows: int
    T_SNGD: int
    relu_iterations: int
    sigmoid_iterations: int
    small_iterations: int
    relu_points: int

    def hidden(self, n: int) -> int:
        """Hidden units in place of the paper's n."""
        return max(1, round(n * self.width))


PROFILES = {
    "quick": Profile("quick", 0.1, 4000, 1000, 25, 300, 2000, 3000, 20),
    "short": Profile("short", 1.0, 0, 0, 150, 1500, 3000, 9000, 30),
    "paper": Profile("paper", 1.0, 0, 0, 150, 19800, 60000, 99000, 66),
}

ALTERNATIVES = {"ionosphere": 20, "svmguide4": 8, "vehicle": 12, "usps": 100}
"""Hidden units of the autoencoders on other sets (the paper doesn't say; about 2/3 of the inputs,
or 100)."""


def mnist_autoencoder(
    profile: Profile, dataset: str, activation: str = "generalized_relu", hidden: int = HIDDEN
) -> Setting:
    """Section 4.1's autoencoder; batch size and iterations go with the activation."""
    relu = activation == "generalized_relu"
    return Setting(
        dataset, "autoencoding", (profile.hidden(hidden),), activation, DANTE,
        B_RELU if relu else B_SIGMOID,
        profile.relu_iterations if relu else profile.sigmoid_iterations,
        T_SNGD=profile.T_SNGD, a=LEAKINESS, train_rows=profile.train_rows,
        test_rows=profile.test_rows, points=profile.relu_points if relu else 20,
    )


def network(
    profile: Profile, source: str, names: dict[str, str], activation: str = "generalized_relu"
) -> Setting:
    """The network for a data set: section 4.1's autoencoder of MNIST, Table 1's regression, else
    an autoencoder. One hidden layer; sizes, batch and length of all but MNIST's are our choice.

    names: data set -> the one really used.
    """
    if source == "mnist":
        return mnist_autoencoder(profile, names[source], activation)
    task, hidden = (
        ("regression", 20) if source in TABLE_1 else ("autoencoding", ALTERNATIVES[source])
    )
    return Setting(
        names[source], task, (hidden,), activation, DANTE, 20, profile.small_iterations,
        T_SNGD=profile.T_SNGD, a=LEAKINESS,
    )


def pair(
    panel: str, setting: Setting, values: tuple[float, float] | None = None,
    winner: str = "DANTE", method: Method = DANTE, measures: tuple[str, ...] = ("",),
) -> list[Row | Ordering]:
    """DANTE and SGD at the paper's learning rate and tuned, and who wins according to the paper
    (in each of `measures`, see Ordering)."""
    lines: list[Row | Ordering] = []
    loser = "SGD" if winner == "DANTE" else "DANTE"
    for tuned, suffix in ((False, ""), (True, ", tuned")):
        for i, (label, how) in enumerate((("DANTE", method), ("SGD", BACKPROP))):
            lines.append(Row(panel, label + suffix, replace(setting, method=how),
                             values[i] if values else None, tuned))
        lines += [Ordering(panel, winner + suffix, loser + suffix, m) for m in measures]
    return lines


def first_rows(profile: Profile, dataset: str) -> list[Row | Ordering]:
    """The first rows of Tables 3, 4 and 5: Figure 2b's network."""
    return pair(dataset, mnist_autoencoder(profile, dataset), (DANTE_LOSS, SGD_LOSS))
