"""Runs on stacks are Algorithm 1's, and random minibatches its sums."""

import numpy as np
import pytest
from draws import relus, seeds, start
from hypothesis import given

from dante_ref.algorithms.sngd import sngd
from dante_ref.objectives import GLMObjective
from dante_ref.theorems import theorem_6
from dante_ref.theorems.theorem_6_runs import best_of_random, in_turn


@given(seeds, relus)
def test_a_run_is_the_algorithm_for_users(seed, phi):
    """With one sample there is one minibatch: algorithms.sngd must give the same iterates."""
    glm, w, distance = start(seed, phi, m=1)
    f, options = GLMObjective(glm.X, glm.y, phi), dict(eta=distance / 3, b=2, random_state=0)
    found = sngd(f, w, T=9, **options)
    seen = [sngd(f, w, T=t, **options).last for t in range(1, 10)]
    run = in_turn(glm, w, 9, distance / 3)
    np.testing.assert_allclose(run.points[1:], seen, atol=1e-12)
    np.testing.assert_allclose(run.values, found.values, atol=1e-12)
    rng = np.random.default_rng(0)
    best = best_of_random(glm, w, 9, distance / 3, 2, 3, rng)
    np.testing.assert_allclose(glm.error(best), glm.error(found.best), atol=1e-12)


def test_minibatches_in_turn_and_a_zero_gradient():
    """x_1 = e_1, x_2 = e_2, w_1 = 0, w* = e_2: the first gradient is 0, the second -e_2 in sign."""
    instance = theorem_6.orthogonal_instance()
    run = in_turn(instance.problem, instance.point, 4, 0.25, 1)
    np.testing.assert_array_equal(run.points[:, 1], [0, 0, 0.25, 0.25, 0.5])
    np.testing.assert_array_equal(run.values, [0, 1, 0, 0.75**2])
    np.testing.assert_array_equal(run.directions[0], [0, 0])


def test_random_minibatches_take_the_sums_over_the_samples_drawn():
    """b = 2 of two orthogonal samples: after one step w_2 is -eta g/||g|| with g from the counts:
    (0, 0) from (x_1, x_1), else (0, eta). So w_2 moves in 3 of 4 runs.
    """
    instance = theorem_6.orthogonal_instance()
    best = best_of_random(
        instance.problem, instance.point, 2, 0.5, 2, 20_000, np.random.default_rng(1)
    )
    # f_1 = 0, 1/2, 1 with probabilities 1/4, 1/2, 1/4; the best is w_2 iff w_1's value is larger.
    assert set(np.unique(best[:, 1])) == {0.0, 0.5}
    # w_1 stays best if f_1 = 0; or if f_1 = 1/2 and f_2 = (1/4) {0, 1/2, 1} is not less: never.
    assert np.mean(best[:, 1] == 0.0) == pytest.approx(1 / 4, abs=0.02)
