"""Instances as plain numbers: as ledger.json holds them, and back; and exact ones, as fractions.

A refuted claim's exact certificate is an object of rational numbers, written as '3/5', with what
they show. `check_certificates.py`, which `verify` puts beside ledger.json, recomputes it with the
standard library alone; it says what each kind means.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

import numpy as np

from .. import checks
from ..activations import GeneralizedReLU
from ..exceptions import InputError
from ..problems import NoisyGLM, TwoLayerNetwork
from . import exact
from .families import Instance


def names(example: Instance[Any]) -> list[str]:
    """The names of the numbers that an instance like this one is made of."""
    slopes = [name for name in ("a", "b") if name in example.arrays()]
    return [*_fields(example).values(), *slopes, example.problem.point_name]


def _fields(example: Instance[Any]) -> dict[str, str]:
    """The problem's fields that are numbers, and what `arrays` calls them (labels: y or Y)."""
    problem, arrays = example.problem, example.arrays()
    found = {}
    for f in fields(problem):
        value = getattr(problem, f.name)
        if isinstance(value, (np.ndarray, float, int)):
            same = [name for name, array in arrays.items() if np.array_equal(array, value)]
            found[f.name] = f.name if f.name in arrays or not same else same[0]
    return found


def like(
    example: Instance[Any], arrays: Mapping[str, Any], *, assumed: bool = False
) -> Instance[Any]:
    """The instance of the same kind with these numbers.

    arrays: at least those of `names`. assumed: check them against the theorem's assumptions too.
    Raises InputError naming what is missing or wrong.
    """
    missing = [name for name in names(example) if name not in arrays]
    if missing:
        raise InputError(f"{', '.join(missing)} missing; needed: {', '.join(names(example))}")
    problem = example.problem
    values = {name: checks.real_array(name, arrays[name]) for name in names(example)}
    changes: dict[str, Any] = {
        field: values[name] for field, name in _fields(example).items()
    }
    for f in fields(problem):
        if isinstance(getattr(problem, f.name), GeneralizedReLU):
            changes[f.name] = GeneralizedReLU(float(values["a"]), float(values["b"]))
    problem, point = replace(problem, **changes), values[problem.point_name]
    return Instance(problem.check(), problem.check_point(point)) if assumed else Instance(
        problem, point
    )


def fractions(values: Any) -> Any:
    """Rational numbers as text, in nested lists where they are an array."""
    if isinstance(values, (np.ndarray, list, tuple)):
        return [fractions(value) for value in values]
    return str(Fraction(values))


def two_layers(
    instance: Instance[TwoLayerNetwork], shows: str, *, eps: Fraction | None = None
) -> dict[str, Any]:
    """SLQC of an inner layer fails: 'stationary', 'points away', or 'ball too large'.

    eps: of the last kind; the ball's radius is eps/kappa as Theorems 4 and 5 print kappa.
    """
    found = exact.slqc(instance)
    network, point = exact.as_fractions(instance).problem, exact.as_fractions(instance).point
    certificate: dict[str, Any] = {
        "kind": "two layers", "shows": shows,
        **{name: fractions(getattr(network, name))
           for name in ("X", "W1_star", "W2_star", "W2", "W1_max", "W2_max")},
        "W1": fractions(point),
        "slopes": {
            f"{name}{layer}": fractions(getattr(phi, name))
            for layer, phi in ((1, network.phi1), (2, network.phi2)) for name in "ab"
        },
        "gap": fractions(found.gap), "squared_norm": fractions(found.squared_norm),
        "progress": fractions(found.progress),
    }
    if eps is not None:
        certificate["eps"] = fractions(eps)
    return certificate


def noisy_glm(
    instance: Instance[NoisyGLM], *, eps: Fraction, p: Fraction, above: Fraction, allowed: Fraction
) -> dict[str, Any]:
    """SLQC of a GLM with noisy labels fails too often, with Theorem 2's kappa.

    It fails on this instance, whose labels hold just more than `above` ones, and so it does with
    any more ones: P[Bin(m, p) > above] is more than is allowed.
    """
    glm, point = instance.problem, instance.point
    return {
        "kind": "noisy GLM", "X": fractions(glm.X), "w_star": fractions(glm.w_star),
        "labels": fractions(glm.labels), "w": fractions(point),
        "slopes": {name: fractions(getattr(glm.activation, name)) for name in "ab"},
        "W": fractions(glm.W_max), "eps": fractions(eps), "p": fractions(p),
        "above": fractions(above), "allowed": fractions(allowed),
    }
