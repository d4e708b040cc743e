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


IN, OUT, AT, PHI = np.ones((3, 4)), np.ones((4, 2)), np.ones(3), Sigmoid()


@pytest.mark.parametrize("refused, said", [
    (lambda: literal.g1(IN, AT, None), "phi1 is None; allowed is of type Activation"),
    (lambda: literal.g1(IN, np.ones(2), PHI),
     "x has shape (2,); allowed is (..., d) with d = 3, as for W1, x"),
    (lambda: literal.g1(IN[None], AT, PHI), "W1 has 3 axes, shape (1, 3, 4); allowed is 2"),
    (lambda: literal.g1(IN, AT[None], PHI), "x has 2 axes, shape (1, 3); allowed is 1"),
    (lambda: literal.g2(IN, OUT, AT, None, PHI), "phi1 is None; allowed is of type Activation"),
    (lambda: literal.g2(IN, OUT, AT, PHI, None), "phi2 is None; allowed is of type Activation"),
    (lambda: literal.g2(IN, np.ones((3, 2)), AT, PHI, PHI),
     "W2 has shape (3, 2); allowed is (..., d', d'') with d' = 4, as for W1, W2, x"),
    (lambda: literal.g2(IN, OUT, np.ones(2), PHI, PHI),
     "x has shape (2,); allowed is (..., d) with d = 3, as for W1, W2, x"),
])
def test_the_diagonal_matrices_name_what_does_not_fit(refused, said):
    with pytest.raises(InputError) as caught:
        refused()
    assert str(caught.value) == said


def test_g1_and_g2_are_diagonal_matrices_of_slopes():
    """⟨W₁, x⟩ = (2, −1, 0) and ⟨W₂, φ₁⟨W₁, x⟩⟩ = (−2 − 1/4, 2): b, a, g(0) = b; a, b."""
    W1, x = np.array([[2.0, -1.0, 0.0]]), np.ones(1)
    W2 = np.array([[-1.0, 1.0], [0.5, 0.0], [7.0, 8.0]])
    phi1, phi2 = GeneralizedReLU(0.5, 1.0), GeneralizedReLU(0.25, 3.0)
    np.testing.assert_array_equal(literal.g1(W1, x, phi1), np.diag([1.0, 0.5, 1.0]))
    np.testing.assert_array_equal(literal.g2(W1, W2, x, phi1, phi2), np.diag([0.25, 3.0]))
