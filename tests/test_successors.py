"""Algorithm 1's successors: the rates that are proved, and what each depends on."""

import numpy as np
import pytest

from dante_ref.activations import GeneralizedReLU
from dante_ref.algorithms import successors as algorithms
from dante_ref.algorithms.sngd import sngd
from dante_ref.exceptions import InputError
from dante_ref.objectives import GLMObjective
from dante_ref.problems import IdealisedGLM
from dante_ref.theorems import kantorovich, successors, theorem_1, theorem_6
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


@pytest.mark.parametrize("method, kappa", list(zip(
    successors.METHODS, (theorem_1.kappa, kantorovich.kappa), strict=False
)), ids=["the paper's kappa", "the sharp kappa"])
def test_algorithm_1_s_steps_are_theorem_6_s_in_number_and_length(method, kappa):
    glm, w = theorem_6.kinked_instance().problem, theorem_6.kinked_instance().point
    at = kappa(0.05, glm)
    assert method.needed(glm, w, 0.05) == theorem_6.iterations(
        0.05, at, np.linalg.norm(w - glm.w_star))
    before, after = method.run(glm, w, 1, 0.05)
    assert np.linalg.norm(after - before) == pytest.approx(theorem_6.step(0.05, at))


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


# ---- the methods with momentum, to the letter --------------------------------------------------


def some_problems(n=6, m=5, d=3):
    rng = np.random.default_rng(3)
    f = GLMObjective(rng.standard_normal((n, m, d)), rng.standard_normal((n, m)),
                     GeneralizedReLU(0.5))
    return f, rng.standard_normal((n, d)), rng.standard_normal((n, d))


def test_accelerated_glmtron_is_nesterov_s_method():
    """t₁ = 1, tₖ₊₁ = (1 + √(1 + 4tₖ²))/2; the step from v goes on by (tₖ − 1)/tₖ₊₁ of the last."""
    f, w, _ = some_problems()
    eta, t, points, v = 0.2, 1.0, [w], w
    for _ in range(6):
        points.append(v - eta * algorithms.without_g(f, v))
        t, last = (1 + (1 + 4 * t * t) ** 0.5) / 2, t
        v = points[-1] + (last - 1) / t * (points[-1] - points[-2])
    found = algorithms.accelerated_glmtron(f, w, T=6, eta=eta)
    np.testing.assert_allclose(np.moveaxis(found, -2, 0), points, rtol=1e-12)


def test_between_finds_the_point_that_is_asked_for():
    """A (f(y) − f(w)) ≤ η ⟨G(y), v − y⟩ on the segment; v itself where f(v) ≤ f(w)."""
    f, w, v = some_problems(n=40)
    for A, eta in ((0.0, 0.1), (1.0, 0.1), (3.0, 0.4), (50.0, 1.0)):
        A, eta = np.full((40, 1), A), np.full((40, 1), eta)
        y = algorithms._between(f, w, v, A, eta)
        s = np.sum((y - w) * (v - w), -1) / np.sum((v - w) ** 2, -1)
        np.testing.assert_allclose(y, w + s[:, None] * (v - w), atol=1e-12)
        assert np.all((s > 0) & (s <= 1))
        ahead = np.sum(f.subgradient(y) * (v - y), -1)
        assert np.all(A[:, 0] * (f.error(y) - f.error(w)) <= eta[:, 0] * ahead + 1e-9)
        below = f.error(v) <= f.error(w)
        assert below.any() and not below.all()
        assert np.all(np.isclose(s, 1) == (below | (A[:, 0] == 0)))


def test_quasar_acceleration_moves_by_its_two_sequences():
    """η² = (A + γη)/L before each step, and w, v, A move as the docstring says."""
    f, w, _ = some_problems()
    gamma, L = np.linspace(0.2, 0.9, 6)[:, None], 7.0
    points, v, A = [w], w, np.zeros((6, 1))
    for _ in range(5):
        eta = np.array([[max(np.roots([L, -g, -a]))] for g, a in np.hstack([gamma, A])])
        y = algorithms._between(f, points[-1], v, A, eta)
        points.append(y - f.subgradient(y) / L)
        v, A = v - eta * f.subgradient(y), A + gamma * eta
    found = algorithms.quasar_accelerated(f, w, T=5, gamma=gamma[:, 0], L=L)
    np.testing.assert_allclose(np.moveaxis(found, -2, 0), points, rtol=1e-10)


def test_a_zero_gradient_is_no_step():
    """At the optimum of one problem of a stack; the others go on."""
    f, w, _ = some_problems()
    f = GLMObjective(f.X, f.X @ w[0], GeneralizedReLU(1.0))
    w = np.repeat(w[:1], 6, axis=0) + np.array([0, 1, 0, 0, 0, 1])[:, None]
    found = algorithms.normalised(f, w, T=3, eta=0.1)
    rests = np.all(found == w[:, None], axis=(1, 2))
    np.testing.assert_array_equal(rests, [True, False, True, True, True, False])
    steps = np.linalg.norm(np.diff(found, axis=1), axis=-1)
    np.testing.assert_allclose(steps[~rests], 0.1, rtol=1e-12)


def test_what_no_method_takes():
    f, w, _ = some_problems()
    for changes, named in (({"T": 0}, "T is 0"), ({"T": 1.5}, "T is 1.5"), ({"eta": 0}, "eta is 0"),
                           ({"w": w[..., :2]}, "w has")):
        given = {"w": w, "T": 1, "eta": 0.1} | changes
        for method in (algorithms.glmtron, algorithms.accelerated_glmtron):
            with pytest.raises(InputError, match=named):
                method(f, given["w"], T=given["T"], eta=given["eta"])
    assert algorithms.glmtron(f, w, T=1, eta=0.1).shape == (6, 2, 3)
