"""The average of GLM errors: small for minibatches of any size, and attained."""

from functools import partial

import numpy as np
import pytest
from draws import relus, seeds, start
from hypothesis import assume, given
from hypothesis import strategies as st

from dante_ref.activations import GeneralizedReLU
from dante_ref.proofs.families import GLMFamily, Instance
from dante_ref.proofs.proof import Proof
from dante_ref.proofs.search import adversarial_tasks
from dante_ref.theorems import theorem_6, theorem_6_average
from dante_ref.theorems.theorem_6_runs import in_turn


@given(seeds, relus, st.integers(1, 4), st.integers(1, 40))
def test_the_average_is_small_for_minibatches_of_any_size(seed, phi, b, T):
    glm, w, distance = start(seed, phi)
    promise = theorem_6_average.ONE_SAMPLE if b == 1 else theorem_6.SHARP
    eps = promise.after(T, distance, glm)
    run = in_turn(glm, w, T, distance / np.sqrt(T), b)
    assert np.mean(np.sqrt(run.values)) <= np.sqrt(eps) * (1 + 1e-9)
    assert theorem_6_average.margin(promise, b, T)(Instance(glm, w)) >= 1 - 1e-9


def proof(promise, b):
    values = partial(theorem_6_average.values, promise, b)
    return Proof("any minibatch", theorem_6_average.CLAIMS[0].proof.displays, values)


@given(seeds, relus, st.integers(1, 3), st.floats(0.01, 1))
def test_every_step_of_the_averages_proof(seed, phi, b, share):
    glm, w, _ = start(seed, phi)
    eps = share * glm.error(w)
    assume(eps > 1e-9)
    promise = theorem_6_average.ONE_SAMPLE if b == 1 else theorem_6.SHARP
    for chain in proof(promise, b).at(Instance(glm, w), eps):
        assert not chain.broken(), [(s.right.formula, s.slack) for s in chain.broken()]


@pytest.mark.parametrize("b, a", [(1, 0.1), (1, 1.0), (3, 1.0)])
def test_the_average_is_attained(b, a):
    """Every f_t(w_t) is 1/T^2, T = 12; D^2 = 1/T, so sqrt(eps) = 1/T; the run ends in w*."""
    promise = theorem_6_average.ONE_SAMPLE if b == 1 else theorem_6.SHARP
    instance = theorem_6_average.worst_instance(b, a)
    instance.problem.check().check_point(instance.point)
    T = theorem_6_average.STEPS
    run = in_turn(instance.problem, instance.point, T, 1 / T, b)
    np.testing.assert_allclose(run.values, 1 / T**2)
    np.testing.assert_allclose(run.points[-1], instance.problem.w_star)
    assert theorem_6_average.margin(promise, b, T)(instance) == pytest.approx(1, rel=1e-12)
    _, average = proof(promise, b).at(instance, 1.0001 / T**2)
    for line in average.lines:  # every step is an equality here
        assert line.value == pytest.approx(1 / T, rel=1e-9), line.formula


def test_minibatches_of_more_than_one_sample_need_K():
    """With a = 0.02, full batches exceed what is promised of single samples (within sqrt K)."""
    family = GLMFamily(m=4, d=2, activation=GeneralizedReLU(0.02))
    margin = theorem_6_average.margin(theorem_6_average.ONE_SAMPLE, 4, 12)
    (task, *_) = adversarial_tasks(family, margin, 0, generations=60)
    found = task()
    K = theorem_6.KANTOROVICH.at(a=0.02, b=1.0)
    assert 1.2 < found.worst_ratio <= np.sqrt(K) * (1 + 1e-9)
