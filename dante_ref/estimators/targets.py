"""What a target is in the training: y shifted and divided, and what a class weighs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import checks
from ..arrays import Array
from ..exceptions import InputError


@dataclass(frozen=True, eq=False)
class TargetScaler:
    """(y - mean_)/scale_ for each output, and back, y (m, n). As it is made, y itself.

    scale_        (n,) or 1
    middle, rest  (n,) or 0, mean_ = middle + rest: y - middle loses no digits where y varies little
                  about a large mean, y - mean_ does
    """

    middle: Array | float = 0.0
    rest: Array | float = 0.0
    scale_: Array | float = 1.0
    is_identity: bool = True

    @property
    def mean_(self) -> Array | float:
        return self.middle + self.rest

    @classmethod
    def of(cls, y: Array, weight: Array | None) -> "TargetScaler":
        """That which brings y (m, n) to mean 0 and variance 1, weighted by weight (m,) or evenly.

        Squares are taken of what is divided by the largest distance, so that none vanishes. A
        constant output is divided by 1. InputError where the variance isn't finite.
        """
        weight = np.ones(len(y)) if weight is None else weight / weight.max()
        constant = (y == y[0]).all(axis=0)
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            middle = np.where(constant, y[0], y.min(axis=0) / 2 + y.max(axis=0) / 2)
            rest = np.average(y - middle, axis=0, weights=weight)
            z = y - middle - rest
            size = np.where(constant, 1.0, np.abs(z).max(axis=0))
            scale = size * np.sqrt(np.average((z / size) ** 2, axis=0, weights=weight))
            scale = np.where(constant, 1.0, scale)
            if not np.isfinite(scale**2).all():
                raise InputError(
                    "y is so large that its variance isn't finite; allowed is smaller y"
                )
        return cls(middle, rest, scale, is_identity=False)

    def transform(self, y: Array) -> Array:
        """Into the units of the training."""
        z: Array = (y - self.middle - self.rest) / self.scale_
        return z

    def inverse_transform(self, z: Array) -> Array:
        """Back into y's own, in float64: a float32 has too few digits for a large mean."""
        if self.is_identity:
            return z
        y: Array = z.astype(np.float64) * self.scale_ + self.rest + self.middle
        return y


def class_weights(
    class_weight: Any, classes: Array, codes: Array, sample_weight: Array, partial: bool
) -> Array:
    """A weight for each of the classes (k,): 1, a mapping's, or 'balanced'.

    Balanced, every class weighs the same in all, sum(w)/k, whatever its samples' weights w: a
    sample of weight 2 counts as two. A mapping's classes that aren't in it have weight 1.
    InputError for anything else; for 'balanced' in a partial_fit, which sees some samples alone.
    """
    allowed = "allowed are None, 'balanced' and a mapping of classes to numbers >= 0"
    if class_weight is None:
        return np.ones(len(classes))
    if isinstance(class_weight, str) and class_weight == "balanced":
        if partial:
            raise InputError(
                "class_weight is 'balanced'; allowed with partial_fit is a mapping, as the "
                "classes' weights in all samples aren't known"
            )
        total = np.bincount(codes, weights=sample_weight, minlength=len(classes))
        present = total > 0
        even = total.sum() / np.count_nonzero(present)
        weights: Array = np.divide(even, total, out=np.ones(len(classes)), where=present)
        return weights
    if not isinstance(class_weight, Mapping):
        raise InputError(f"class_weight is {class_weight!r}; {allowed}")
    unknown = [label for label in class_weight if label not in classes.tolist()]
    if unknown:
        raise InputError(f"class_weight has {unknown}; allowed are the classes {classes}")
    return np.array([
        checks.number(f"class_weight[{label!r}]", class_weight.get(label, 1.0), at_least=0)
        for label in classes.tolist()
    ])
