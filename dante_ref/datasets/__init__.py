"""Section 4's data sets by name, and stand-ins for machines without them.

    from dante_ref import datasets
    data = datasets.load("vehicle")
    data.X_train, data.Y_train, data.X_test, data.Y_test

data/README.md documents every set: origin, licence, facts, split, scaling and the reasons.
"""

from .catalogue import SOURCES, Source
from .dataset import Dataset, find, load, lookup, names
from .raw import data_home
from .standins import STANDINS, StandIn, standin_for

__all__ = [
    "SOURCES", "STANDINS", "Dataset", "Source", "StandIn", "data_home", "find", "load", "lookup",
    "names", "standin_for",
]
