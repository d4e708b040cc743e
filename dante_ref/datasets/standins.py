"""Stand-ins for machines with no data: scikit-learn's digits and sets that are generated here.

They have the shapes of the sets they stand for, not their contents: no number of the paper can be
compared with a number got on one, and wherever one is used its origin says 'stand-in'.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..activations import GeneralizedReLU
from ..problems import TwoLayerNetwork
from .catalogue import Listed

SEED = 2019  # a generated set is the same on every call


@dataclass(frozen=True)
class StandIn(Listed):
    """A set that `make` makes, in the shape of the real one that it stands_for, '' for none."""

    task: str
    make: Callable[[], tuple[np.ndarray, np.ndarray]]
    stands_for: str = ""


def digits(magnified: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """scikit-learn's 1797 digits, each of the 8x8 grey levels 0..16 repeated in a square."""
    from sklearn.datasets import load_digits

    images, y = load_digits(return_X_y=True)
    square = np.ones((1, magnified, magnified))
    return np.kron(images.reshape(-1, 8, 8), square).reshape(len(images), -1), y


def clusters() -> tuple[np.ndarray, np.ndarray]:
    """Six classes in ten columns of very different scale, as SVMGuide4's are."""
    from sklearn.datasets import make_classification

    X, y = make_classification(
        n_samples=612, n_features=10, n_informative=8, n_redundant=2, n_classes=6,
        n_clusters_per_class=1, class_sep=1.5, flip_y=0.02, random_state=SEED,
    )
    return X * np.logspace(-6, 0, 10), y


def planted() -> tuple[np.ndarray, np.ndarray]:
    """Theorem 4's setting: inputs in the unit ball, labels of a planted network with 4 hidden
    units and generalized ReLU (a = 0.1, b = 1). A network without biases can reach error 0."""
    phi = GeneralizedReLU(0.1, 1.0)
    network = TwoLayerNetwork.random(600, 8, 4, 1, phi, phi, random_state=SEED)
    return network.X, network.Y[:, 0]


STANDINS = {standin.name: standin for standin in (
    StandIn(
        "digits", "scikit-learn's digits, 8x8", 1797, 64, "CC BY 4.0", "classification",
        digits, value_range=(0.0, 16.0), scaling="range",
    ),
    StandIn(
        "digits16", "scikit-learn's digits, each pixel 2x2", 1797, 256, "CC BY 4.0",
        "classification", lambda: digits(2), "usps", value_range=(0.0, 16.0), scaling="range",
    ),
    StandIn(
        "digits32", "scikit-learn's digits, each pixel 4x4", 1797, 1024, "CC BY 4.0",
        "classification", lambda: digits(4), "mnist", value_range=(0.0, 16.0), scaling="range",
    ),
    StandIn(
        "clusters", "generated: six classes", 612, 10, "MIT", "classification",
        clusters, "svmguide4", train_rows=300,
    ),
    StandIn(
        "planted", "generated: a planted two-layer network", 600, 8, "MIT", "regression",
        planted, target_name="y", scaling="none",
    ),
)}


def standin_for(name: str) -> str | None:
    """The stand-in of a real set's shape, None if there is none."""
    return next((s.name for s in STANDINS.values() if s.stands_for == name), None)
