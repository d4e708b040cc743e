"""What a theta decodes to: each block where it belongs, each assumption by construction."""

import numpy as np
import pytest
from scipy.special import expit

from dante_ref.activations import GeneralizedReLU
from dante_ref.exceptions import InputError
from dante_ref.norms import into_ball
from dante_ref.problems import IdealisedLayer
from dante_ref.proofs.families import (
    GLMFamily,
    LayerFamily,
    NoisyGLMFamily,
    Recast,
    TwoLayerFamily,
    _factor,
    _pick,
    _slopes,
)

PHI = GeneralizedReLU(0.25, 0.5)


def test_slopes_are_equal_at_0_and_fall_towards_the_smallest():
    """a/b = smallest^(|t|/(1 + |t|)), and b is given."""
    found = _slopes(np.array([[0.0], [1.0], [-1.0], [3.0], [1e9]]), 0.01, np.array([1.0] * 4 + [3]))
    np.testing.assert_allclose(found.a, [1, 0.1, 0.1, 0.01**0.75, 0.03], rtol=1e-6)
    np.testing.assert_allclose(found.b, [1, 1, 1, 1, 3])
    assert np.array_equal(_slopes(np.zeros((2, 1)), 0.5).b, [1, 1])


def test_a_factor_is_1_at_0_and_within_a_quarter_and_4():
    found = _factor(np.array([[0.0], [1.0], [-1.0], [3.0], [1e9], [-1e9]]))
    np.testing.assert_allclose(found, [1, 2, 0.5, 4**0.75, 4, 0.25], rtol=1e-6)


def blocks_of(family, theta):
    """The blocks by hand, each as many numbers as its shape holds, one after the other."""
    parts = np.split(theta, np.cumsum([np.prod(s) for s in family.blocks.values()])[:-1], axis=1)
    return {name: part.reshape(len(theta), *shape)
            for (name, shape), part in zip(family.blocks.items(), parts, strict=True)}


FAMILIES = {
    "glm": (GLMFamily(3, 2, W_max=2.0), ["slope", "X", "w", "w_star"], 1 + 6 + 2 + 2),
    "glm with phi": (GLMFamily(3, 2, PHI), ["X", "w", "w_star"], 6 + 2 + 2),
    "noisy": (NoisyGLMFamily(3, 2), ["slope", "X", "w", "w_star", "steepness", "size", "labels"],
              1 + 6 + 2 + 2 + 1 + 1 + 3),
    "layer": (LayerFamily(3, 2, 4, W_max=2.0), ["slope", "X", "W", "W_star"], 1 + 6 + 8 + 8),
    "network": (TwoLayerFamily(3, 2, 4, 5), ["slope", "X", "W1", "W1_star", "W2_star"],
                1 + 6 + 8 + 8 + 20),
    "network, own W2": (TwoLayerFamily(3, 2, 4, 5, PHI, outer_free=True),
                        ["X", "W1", "W1_star", "W2_star", "W2"], 6 + 8 + 8 + 20 + 20),
}


@pytest.mark.parametrize("family, names, size", FAMILIES.values(), ids=FAMILIES)
def test_theta_is_its_blocks_each_in_its_ball(family, names, size):
    """What lies in its ball stays where it is, so small blocks are decoded to themselves."""
    assert (list(family.blocks), family.size) == (names, size)
    theta = 0.05 * np.random.default_rng(0).standard_normal((4, size))
    blocks, instance = blocks_of(family, theta), family.decode(theta)
    problem = instance.problem
    point = next(name for name in ("w", "W", "W1") if name in blocks)
    assert np.array_equal(instance.point, blocks[point]) and len(instance.point) == 4
    for name in names:
        if name in ("w_star", "W_star", "W1_star", "W2_star", "W2"):
            assert np.array_equal(getattr(problem, name), blocks[name])
        if name == "X" and not isinstance(family, NoisyGLMFamily):
            assert np.array_equal(problem.X, blocks["X"])
    if isinstance(family, TwoLayerFamily):
        assert problem.phi1 is problem.phi2
        assert problem.W1_max == problem.W2_max == 1
        assert np.array_equal(problem.W2, blocks.get("W2", blocks["W2_star"]))
    elif not isinstance(family, NoisyGLMFamily):
        assert problem.W_max == family.W_max
    phi = problem.phi1 if isinstance(family, TwoLayerFamily) else problem.activation
    if family.activation:
        assert phi is PHI
    elif not isinstance(family, NoisyGLMFamily):
        assert np.array_equal(phi.a, _slopes(blocks["slope"], 1e-3).a) and np.all(phi.b == 1)
    one = instance[2]
    assert np.array_equal(one.point, instance.point[2])
    assert set(one.arrays()) == {*problem.arrays(), problem.point_name}


def test_what_is_too_long_ends_on_its_sphere():
    family = TwoLayerFamily(2, 2, 2, 2, W1_max=2.0, W2_max=3.0, reach=1.5, outer_free=True)
    instance = family.decode(100 + np.zeros((2, family.size)))  # each instance on its own
    problem = instance.problem
    lengths = {"X": 1, "W1_star": 2, "W2_star": 3, "W2": 3}
    for name, length in lengths.items():
        axes = -1 if name == "X" else (-2, -1)
        np.testing.assert_allclose(np.linalg.norm(getattr(problem, name), axis=axes), length)
    np.testing.assert_allclose(np.linalg.norm(instance.point, axis=(-2, -1)), 1.5 * 2)
    for family in (LayerFamily(2, 2, 2, W_max=3.0), GLMFamily(2, 2, W_max=3.0)):
        instance = family.decode(100 + np.zeros((1, family.size)))
        assert np.linalg.norm(instance.point) == pytest.approx(3)
        assert np.linalg.norm(instance.problem.optimum) == pytest.approx(3)


@pytest.mark.parametrize("sign", [0, 1, -1])
def test_the_outer_weights_have_the_sign_that_is_asked(sign):
    family = TwoLayerFamily(2, 2, 3, outer_sign=sign, outer_free=True)
    theta = family.draw(np.random.default_rng(0), 50)
    problem, blocks = family.decode(theta).problem, blocks_of(family, theta)
    for name in ("W2_star", "W2"):
        signs = np.sign(getattr(problem, name))
        assert np.array_equal(signs, np.full_like(signs, sign) if sign else np.sign(blocks[name]))


def test_noisy_labels_have_means_that_are_probabilities():
    """Inputs are turned where the mean label is negative, shortened where it is above 1."""
    family = NoisyGLMFamily(4, 2, W_max=2.0)
    theta = family.draw(np.random.default_rng(0), 200)
    problem, blocks = family.decode(theta).problem, blocks_of(family, theta)
    W = 2.0 * _factor(blocks["size"])
    np.testing.assert_allclose(problem.W_max, W)
    np.testing.assert_allclose(problem.activation.b, _factor(blocks["steepness"]))
    a_over_b = _slopes(blocks["slope"], 1e-3).a
    np.testing.assert_allclose(problem.activation.a / problem.activation.b, a_over_b)
    np.testing.assert_allclose(problem.labels, expit(blocks["labels"]))
    np.testing.assert_allclose(problem.w_star, into_ball(blocks["w_star"], W))
    X = into_ball(blocks["X"])
    inner = np.einsum("nid,nd->ni", X, problem.w_star)
    mean = np.abs(inner) * problem.activation.b[:, None]
    turned = np.sign(inner)[..., None] * X / np.maximum(1, mean)[..., None]
    np.testing.assert_allclose(problem.X, turned, atol=1e-12)
    assert (mean > 1).any() and (inner < 0).any()
    given = NoisyGLMFamily(4, 2, PHI)
    assert given.decode(given.draw(np.random.default_rng(0), 3)).problem.activation is PHI


def test_a_family_recast_has_the_same_instances_of_another_problem():
    family = GLMFamily(3, 2, PHI)

    def as_layer(glm):
        return IdealisedLayer(glm.X, glm.w_star[..., None], glm.activation, glm.W_max)

    recast = Recast(family, as_layer)
    theta = family.draw(np.random.default_rng(0), 5)
    assert recast.blocks == family.blocks and recast.size == family.size
    found, given = recast.decode(theta), family.decode(theta)
    assert isinstance(found.problem, IdealisedLayer)
    assert np.array_equal(found.point, given.point)
    assert np.array_equal(found.problem.W_star[..., 0], given.problem.w_star)


def test_each_instance_of_a_stack_has_its_own_numbers():
    """Slopes and W too, where they are drawn; what all share stays."""
    family = NoisyGLMFamily(4, 2)
    stack = family.decode(family.draw(np.random.default_rng(0), 5))
    glm, one = stack.problem, stack[3].problem
    assert len(set(glm.W_max)) == 5
    assert (one.W_max, one.activation.a, one.activation.b) == (
        glm.W_max[3], glm.activation.a[3], glm.activation.b[3])
    some = stack[np.array([4, 1])].problem
    assert np.array_equal(some.W_max, glm.W_max[[4, 1]])
    assert np.array_equal(some.labels, glm.labels[[4, 1]])
    assert _pick(np.array(2.0), 3) == 2.0  # one number for all, as an array


@pytest.mark.parametrize("make, name", [
    (lambda W: GLMFamily(2, 2, W_max=W), "W_max"),
    (lambda W: TwoLayerFamily(2, 2, 2, W1_max=W), "W1_max"),
    (lambda W: TwoLayerFamily(2, 2, 2, W2_max=W), "W2_max"),
    (lambda W: TwoLayerFamily(2, 2, 2, reach=W), "reach"),
])
def test_bounds_may_be_one_for_each_instance_and_are_above_0(make, name):
    make(np.array([1e-3, 0.5])), make(1e-3)
    with pytest.raises(InputError, match=f"^{name} holds 0; allowed are numbers > 0$"):
        make(np.array([0.5, 0.0]))
    with pytest.raises(InputError, match=f"^{name} is 0.0; allowed is a number > 0$"):
        make(0.0)
    assert GLMFamily(2, 2, smallest_slope=1.0).smallest_slope == 1.0
