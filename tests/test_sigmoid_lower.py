"""The sigmoid's lower bound: e^(W/2) is needed, and e^W is not."""

import numpy as np
import pytest

from dante_ref.activations import Sigmoid, Tanh
from dante_ref.proofs.families import Instance
from dante_ref.theorems import kantorovich, sigmoid, sigmoid_lower


@pytest.mark.parametrize("W", [3.0, 5.0, 10.0, 20.0, 40.0])
@pytest.mark.parametrize("m_A", [1, 4, 6])
def test_the_hard_instance_needs_the_lower_bound(W, m_A):
    instance = sigmoid_lower.hard_instance(W, m_A)
    glm, w = instance.problem.check(), instance.problem.check_point(instance.point)
    E, h = float(glm.error(w)), glm.w_star[1]
    assert 0 < E <= 0.1
    D_A = 1 / (1 + np.exp(-np.log(3))) - 1 / (1 + np.exp(W))
    assert h**2 == pytest.approx(16 * E * np.exp(-W) * (W + np.log(3)) / D_A), "the fixed point"
    slqc = instance.slqc()
    assert not slqc.holds(E * (1 - 1e-12), 0.06 * np.sqrt(E) * np.exp(W / 2) / np.sqrt(W))
    assert slqc.holds(E * (1 - 1e-12), kantorovich.kappa(E, glm))
    for chain in sigmoid_lower.CLAIMS[0].proof.at(instance, None):
        assert not chain.broken(), [(s.right.formula, s.slack) for s in chain.broken()]


def test_it_needs_more_than_any_constant_times_a_smaller_exponential():
    """Needed/(sqrt(eps) e^(cW)) grows without bound for c < 1/2: here it does for c = 0.4."""
    needed = []
    for W in (5.0, 10.0, 20.0, 40.0):
        slqc = sigmoid_lower.hard_instance(W).slqc()
        kappa = float(slqc.kappa_emp(np.nextafter(slqc.gap, 0)))
        needed.append(kappa / np.sqrt(slqc.gap) / np.exp(0.4 * W))
    assert np.all(np.diff(needed) > 0) and needed[-1] > 4 * needed[0]


def test_stacks_of_hard_instances_are_their_instances():
    family = sigmoid_lower.HardFamily()
    stack = family.decode(family.draw(np.random.default_rng(0), 6))
    for i in range(6):
        W, p_A = float(stack.problem.W_max[i]), np.mean(stack.problem.X[i, :, 0] < 0)
        single: Instance = sigmoid_lower.hard_instance(W, round(p_A * 40))
        np.testing.assert_allclose(stack.problem.w_star[i], single.problem.w_star)
        assert stack.slqc().gap[i] == pytest.approx(float(single.slqc().gap))
        assert stack.slqc().gap[i] <= 0.1
        assert 3 <= W <= 20


def test_sigmoid_needs_e_to_half_W_not_e_to_W():
    """kappa_sharp with the sigmoid's slopes grows as e^(W/2): twice the slope of its log is W."""
    W = np.array([10.0, 20.0])
    kappa = kantorovich.kappa_sharp(0.01, *Sigmoid().slopes(W))
    assert np.diff(np.log(kappa))[0] / 10 == pytest.approx(0.5, abs=1e-3)
    assert np.diff(np.log(sigmoid.KAPPA_HAZAN.at(W=W)))[0] / 10 == pytest.approx(1.0)
    kappa_tanh = kantorovich.kappa_sharp(0.01, *Tanh().slopes(W))
    assert np.diff(np.log(kappa_tanh))[0] / 10 == pytest.approx(1.0, abs=1e-3)  # rescaled: e^W
