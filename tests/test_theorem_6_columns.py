"""Columns with their own steps: the layer's number of them, and its step's length."""

import numpy as np
import pytest
from draws import one

from dante_ref.proofs import exact
from dante_ref.proofs.families import LayerFamily
from dante_ref.theorems import kantorovich, theorem_1, theorem_6
from dante_ref.theorems import theorem_6_columns as page


def values(near, bound=None):
    near = np.asarray(near, float)
    return {
        "a": 0.5, "b": 1.0, "eps": 0.01, "near": near, "distance": np.linalg.norm(near),
        "bound": near if bound is None else np.asarray(bound, float), "T": 10.0,
    }


def test_equal_distances_make_both_numbers_of_steps_equal():
    at = values([0.3, 0.3, 0.3])
    assert page.EVEN_STEPS.at(at) == pytest.approx(page.LAYER_STEPS.at(at))
    at = values([0.3, 0.1, 0.0])
    assert page.EVEN_STEPS.at(at) > page.LAYER_STEPS.at(at)


def test_steps_together_have_the_layer_s_length():
    at = values([0.3, 0.1, 0.7])
    assert page.eta_j.means.at(at) @ page.eta_j.means.at(at) == pytest.approx(
        at["distance"] ** 2 / 10
    )


def test_with_the_paper_s_kappa_columns_need_fewer_unless_bounds_are_in_proportion():
    assert page.PAPER_COLUMNS.at(values([1, 2], [2, 4])) == pytest.approx(
        page.PAPER_LAYER.at(values([1, 2], [2, 4]))
    )
    assert page.PAPER_COLUMNS.at(values([1, 2], [2, 1])) < page.PAPER_LAYER.at(
        values([1, 2], [2, 1])
    )


def test_the_numbers_of_steps_are_theorem_6_s_with_either_kappa():
    """The paper's for a layer and, with the split of eps that makes all alike, for each column."""
    at = values([0.3, 0.7], [2, 1])
    a, b, eps, near, bound = (at[name] for name in ("a", "b", "eps", "near", "bound"))
    kappa = theorem_1.kappa_paper(a, b, np.linalg.norm(bound))
    of_layer = theorem_6.ITERATIONS.at(kappa=kappa, distance=at["distance"], eps=eps)
    assert page.PAPER_LAYER.at(at) == pytest.approx(of_layer)
    shares = eps * bound * near / (bound @ near)
    of_columns = theorem_6.ITERATIONS.at(
        kappa=theorem_1.kappa_paper(a, b, bound), distance=near, eps=shares
    )
    assert page.PAPER_COLUMNS.at(at) == pytest.approx(of_columns)
    sharp = kantorovich.kappa_sharp(eps, a, b)
    assert page.LAYER_STEPS.at(at) == pytest.approx(
        theorem_6.ITERATIONS.at(kappa=sharp, distance=at["distance"], eps=eps)
    )


def test_a_column_moves_by_its_own_length():
    instance = one(LayerFamily(3, 2, 3), 0)
    assert page.column_values(instance.problem, instance.point, 5).shape == (5, 3)
    first = page.column_values(instance.problem, instance.point, 5)[0]
    assert np.sum(first) == pytest.approx(instance.problem.error(instance.point))


def test_the_inner_layer_s_columns_lead_away_and_still_lower_the_error():
    instance = exact.as_floats(page.away_from_the_optimum())
    network, W1 = instance.problem, instance.point
    direction = page.column_direction(network.subgradient(W1))
    assert np.sum(direction * (W1 - network.W1_star)) < 0
    assert network.error(W1 - 0.01 * direction) < network.error(W1)
