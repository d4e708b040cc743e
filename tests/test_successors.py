"""Algorithm 1's successors: the rates that are proved, and what each depends on."""

import numpy as np
import pytest

from dante_ref.activations import GeneralizedReLU
from dante_ref.algorithms import successors as algorithms
from dante_ref.algorithms.sngd import sngd
from dante_ref.objectives import GLMObjective
from dante_ref.problems import IdealisedGLM
from dante_ref.theorems import kantorovich, successors, theorem_6
from dante_ref.theorems.theorem_6_runs import in_turn


def test_the_normalised_method_is_algorithm_1_on_the_whole_batch():
    instance = theorem_6.kinked_instance()
    glm, w = instance.problem, instance.point
    points = algorithms.normalised(glm.objective, w, T=7, eta=0.1)
    assert points == pytest.approx(in_turn(glm, w, 7, np.float64(0.1)).points)
    one = IdealisedGLM(glm.X[:1], glm.w_star, glm.activation, 1.0)
    literal = sngd(one.objective, w, T=5, eta=0.1, b=3, random_state=0).last
    assert algorithms.normalised(one.objective, w, T=5, eta=0.1)[-1] == pytest.approx(literal)


def test_glmtron_s_direction_is_the_gradient_of_the_matching_loss():
    instance = theorem_6.kinked_instance()
    glm, w, h = instance.problem, np.array([0.3, -0.4]), 1e-6

    def matching(w):
        z = glm.X @ w
        return 2 * np.mean(z * glm.activation.phi(z) / 2 - glm.y * z)

    slopes = [(matching(w + h * e) - matching(w - h * e)) / (2 * h) for e in np.eye(2)]
    assert algorithms.without_g(glm.objective, w) == pytest.approx(slopes, rel=1e-6)


@pytest.mark.parametrize("method", successors.METHODS, ids=lambda m: m.name)
def test_every_method_reaches_eps_in_the_steps_that_are_promised(method):
    glm, w = theorem_6.kinked_instance().problem, theorem_6.kinked_instance().point
    taken = method.measured(glm, w, 0.05)
    assert taken is not None and taken <= method.needed(glm, w, 0.05)


@pytest.mark.parametrize("a", [0.5, 1e-3])
def test_glmtron_s_rate_is_free_of_a(a):
    """b ‖w − w*‖²/ε steps for every a, and they do; with momentum the root of that, about."""
    tron, accelerated = successors.METHODS[3:5]
    near, far = (kantorovich.tight_instance(a=a, W=W) for W in (4.0, 50.0))
    steps = tron.needed(near.problem, near.point, 5e-3)
    assert steps == 4**2 / 5e-3 and tron.measured(near.problem, near.point, 5e-3) <= steps
    taken = accelerated.measured(far.problem, far.point, 1e-3)
    assert taken <= accelerated.needed(far.problem, far.point, 1e-3)


def test_momentum_needs_the_root_of_the_steps():
    instance = kantorovich.tight_instance(W=2.0)
    glm, w = instance.problem, instance.point
    tron, accelerated = successors.METHODS[3:5]
    assert accelerated.measured(glm, w, 1e-3) < tron.measured(glm, w, 1e-3) / 5


@pytest.mark.parametrize("name", ["normalised", "gradient_descent", "glmtron",
                                  "accelerated_glmtron"])
@pytest.mark.parametrize("stacked", ["X", "y", "eta"])
def test_one_start_serves_a_stack_of_problems_or_of_steps(name, stacked):
    """Whatever makes the stack, each of it goes as if alone."""
    rng = np.random.default_rng(0)
    several = {"X": rng.standard_normal((3, 4, 2)), "y": rng.standard_normal((3, 4)),
               "eta": np.array([0.1, 0.2, 0.3])}
    w = np.array([0.1, -0.2])

    def run(X, y, eta):
        f = GLMObjective(X, y, GeneralizedReLU(0.5))
        return getattr(algorithms, name)(f, w, T=3, eta=eta)

    def given(k):
        return {key: value[k if key == stacked else 0] for key, value in several.items()}

    found = run(**given(0) | {stacked: several[stacked]})
    np.testing.assert_allclose(found, [run(**given(k)) for k in range(3)], rtol=1e-12)
