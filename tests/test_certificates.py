"""Instances as plain numbers and back: what is lost, missing or outside the theorem is refused."""

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from dante_ref.exceptions import InputError
from dante_ref.proofs import certificates, exact
from dante_ref.proofs.families import (
    GLMFamily,
    Instance,
    LayerFamily,
    NoisyGLMFamily,
    TwoLayerFamily,
)

FAMILIES = (GLMFamily(m=3, d=2), LayerFamily(m=3, d=2, d_out=2), NoisyGLMFamily(m=3, d=2),
            TwoLayerFamily(m=3, d=2, d_hidden=2, d_out=2))


def drawn(family, seed=0):
    return family.decode(family.draw(np.random.default_rng(seed), 2))


def numbers(instance):
    """As a ledger holds them."""
    return {k: np.asarray(v).tolist() for k, v in instance.arrays().items()}


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: type(f).__name__)
@pytest.mark.parametrize("assumed", [False, True])
def test_an_instance_is_its_numbers(family, assumed):
    """From another instance of its kind, and the numbers of `names` alone."""
    other, instance = drawn(family)[0], drawn(family)[1]
    kept = {k: v for k, v in numbers(instance).items() if k in certificates.names(other)}
    again = certificates.like(other, json.loads(json.dumps(kept)), assumed=assumed)
    assert numbers(again) == numbers(instance) != numbers(other)
    assert again.slqc() == instance.slqc()


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: type(f).__name__)
def test_each_number_is_needed_and_named(family):
    instance = drawn(family)[0]
    needed, arrays = certificates.names(instance), numbers(instance)
    assert len(set(needed)) == len(needed) and {"a", "b", instance.problem.point_name} < set(needed)
    for name in needed:
        with pytest.raises(InputError, match=f"^{name} missing; needed: {', '.join(needed)}$"):
            certificates.like(instance, {k: v for k, v in arrays.items() if k != name})
        with pytest.raises(InputError, match=f"^{name} "):
            certificates.like(instance, arrays | {name: "three"})


def test_all_that_is_missing_is_named():
    instance = drawn(GLMFamily(m=3, d=2))[0]
    with pytest.raises(InputError, match=r"^X, w_star, W_max, a, b, w missing; needed: X, "):
        certificates.like(instance, {})


def test_only_an_instance_that_is_assumed_must_satisfy_the_assumptions():
    instance = drawn(GLMFamily(m=3, d=2))[0]
    for name in ("X", "w_star", "w"):
        long = numbers(instance) | {name: (9 * np.ones_like(instance.arrays()[name])).tolist()}
        again = certificates.like(instance, long)
        np.testing.assert_array_equal(again.arrays()[name], long[name])
        with pytest.raises(InputError):
            certificates.like(instance, long, assumed=True)


def test_labels_of_a_network_are_told_from_its_other_numbers():
    """Labels beside X, W* and W of the same shape: y of a GLM with noise is `labels`."""
    noisy = drawn(NoisyGLMFamily(m=3, d=2))[0]
    changed = certificates.like(noisy, numbers(noisy) | {"y": [1.0, 0.0, 1.0]})
    np.testing.assert_array_equal(changed.problem.labels, [1, 0, 1])
    np.testing.assert_array_equal(changed.problem.X, noisy.problem.X)


def test_fractions_are_the_numbers_exactly():
    assert certificates.fractions([0.5, [Fraction(2, 3), (3, np.float64(0.1))]]) == [
        "1/2", ["2/3", ["3", "3602879701896397/36028797018963968"]]]
    assert certificates.fractions(np.array([[0.25], [-2.0]])) == [["1/4"], ["-2"]]


def test_a_certificate_shows_what_the_numbers_say():
    """Each number of two layers under its own name, and the three that decide SLQC."""
    stack = drawn(TwoLayerFamily(3, 2, 3, 2, outer_free=True))
    instance = Instance(replace(stack[0].problem, W1_max=2.0, W2_max=3.0), stack[0].point)
    network, found = instance.problem, exact.slqc(instance)
    shown = certificates.two_layers(instance, "stationary")
    for name in ("X", "W1_star", "W2_star", "W2", "W1_max", "W2_max"):
        np.testing.assert_array_equal(
            exact.rational(shown[name]).astype(float), getattr(network, name))
    np.testing.assert_array_equal(exact.rational(shown["W1"]).astype(float), instance.point)
    slopes = {k: float(Fraction(v)) for k, v in shown["slopes"].items()}
    assert slopes == {"a1": network.phi1.a, "b1": network.phi1.b,
                      "a2": network.phi2.a, "b2": network.phi2.b}
    assert (shown["kind"], shown["shows"]) == ("two layers", "stationary")
    for name in ("gap", "squared_norm", "progress"):
        assert Fraction(shown[name]) == getattr(found, name)
    assert "eps" not in shown
    assert certificates.two_layers(instance, "", eps=Fraction(1, 3))["eps"] == "1/3"


def test_a_certificate_of_noise_shows_what_the_numbers_say():
    drawn_one = drawn(NoisyGLMFamily(m=3, d=2))[0]
    half, third, quarter, fifth = (Fraction(1, n) for n in (2, 3, 4, 5))
    shown = certificates.noisy_glm(drawn_one, eps=half, p=third, above=quarter, allowed=fifth)
    assert [shown[k] for k in ("kind", "eps", "p", "above", "allowed")] == [
        "noisy GLM", "1/2", "1/3", "1/4", "1/5"]
    glm = drawn_one.problem
    for name, value in {"X": glm.X, "w_star": glm.w_star, "labels": glm.labels,
                        "w": drawn_one.point, "W": glm.W_max}.items():
        np.testing.assert_array_equal(exact.rational(shown[name]).astype(float), value)
    assert {k: float(Fraction(v)) for k, v in shown["slopes"].items()} == {
        "a": glm.activation.a, "b": glm.activation.b}
