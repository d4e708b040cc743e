"""Section 5's subgradients: the literal form and the objectives' agree, on every shape."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_objectives import activations, agree, draw, small

from dante_ref import literal
from dante_ref.activations import GeneralizedReLU, Sigmoid
from dante_ref.exceptions import InputError
from dante_ref.objectives import (
    GLMObjective,
    InnerLayerObjective,
    LayerObjective,
    NetworkObjective,
)


@given(seed=st.integers(0, 10**6), m=small, d=small, k=small, n=small, p=activations, q=activations)
def test_the_two_forms_agree_on_random_shapes(seed, m, d, k, n, p, q):
    X, W1, W2, Y = draw(seed, (m, d), (d, k), (k, n), (m, n))
    for slow, f, W in (
        (literal.glm, GLMObjective(X, Y[:, 0], p), W1[:, 0]),
        (literal.layer, LayerObjective(X, Y, p), W1 @ W2),
        (literal.inner_single, InnerLayerObjective(X, Y[:, :1], (W2[:, :1],), (p, q)), W1),
        (literal.inner, InnerLayerObjective(X, Y, (W2,), (p, q)), W1),
        (literal.inner_diagonal, InnerLayerObjective(X, Y, (W2,), (p, q)), W1),
    ):
        agree(slow(f, W), f.subgradient(W), f"literal.{slow.__name__} and the objective's")


@given(seed=st.integers(0, 10**6), p=activations, q=activations)
def test_a_networks_subgradient_is_both_layers_subgradients(seed, p, q):
    X, W1, W2, Y = draw(seed, (7, 5), (5, 3), (3, 4), (7, 4))
    G1, G2 = NetworkObjective(X, Y, (p, q)).subgradient(W1, W2)
    agree(G1, literal.inner(InnerLayerObjective(X, Y, (W2,), (p, q)), W1))
    agree(G2, literal.layer(LayerObjective(p.phi(X @ W1), Y, q), W2))


def test_stacks_are_evaluated_like_single_problems():
    X, W1, W2, Y = draw(0, (6, 5, 3), (6, 3, 4), (6, 4, 2), (6, 5, 2))
    p = GeneralizedReLU(np.linspace(0.1, 0.9, 6), np.ones(6))
    f = InnerLayerObjective(X, Y, (W2,), (p, p))
    stacked, error = f.subgradient(W1), f.error(W1)
    for i in range(6):
        q = GeneralizedReLU(p.a[i], 1.0)
        one = InnerLayerObjective(X[i], Y[i], (W2[i],), (q, q))
        agree(stacked[i], literal.inner(one, W1[i]))
        agree(error[i], one.error(W1[i]))


@pytest.mark.parametrize("slow, make, W", [
    (literal.glm, lambda X, Y: GLMObjective(X, Y[..., 0], Sigmoid()), np.ones(3)),
    (literal.layer, lambda X, Y: LayerObjective(X, Y, Sigmoid()), np.ones((3, 2))),
    (literal.inner, lambda X, Y: InnerLayerObjective(X, Y, (np.ones((4, 2)),), (Sigmoid(),) * 2),
     np.ones((3, 4))),
    (literal.inner_diagonal,
     lambda X, Y: InnerLayerObjective(X, Y, (np.ones((4, 2)),), (Sigmoid(),) * 2), np.ones((3, 4))),
    (literal.inner_single, lambda X, Y: InnerLayerObjective(
        X, Y[..., :1], (np.ones((4, 1)),), (Sigmoid(),) * 2), np.ones((3, 4))),
])
def test_a_stack_is_no_single_problem(slow, make, W):
    X, Y = np.ones((5, 3)), np.ones((5, 2))
    assert slow(make(X, Y), W).shape == W.shape
    with pytest.raises(InputError, match=r"^X has 3 axes, shape \(1, 5, 3\); allowed is 2$"):
        slow(make(X[None], Y[None]), W)
    with pytest.raises(InputError, match=f"^{'w' if W.ndim == 1 else 'W'}.* axes, shape"):
        slow(make(X, Y), W[None])


def test_the_display_before_theorem_4_has_one_output():
    two = InnerLayerObjective(np.ones((5, 3)), np.ones((5, 2)), (np.ones((4, 2)),),
                              (Sigmoid(),) * 2)
    with pytest.raises(InputError, match=r"^Y has shape \(5, 2\); allowed is \(m, 1\) = \(5, 1\)$"):
        literal.inner_single(two, np.ones((3, 4)))
