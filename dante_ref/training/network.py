"""A deep feedforward network, section 3.4: x -> φ_L⟨W_L, ... φ₁⟨W₁, x⟩⟩, and its error.

The readable form: forward, error and all subgradients by backpropagation, each in a few lines.
`step` computes the same numbers fast; the tests hold the two together.

There are no biases, as in the paper. A constant column in X gives the first layer one.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from .. import checks
from ..activations import Activation, GeneralizedReLU
from ..arrays import Array, blocks
from ..exceptions import InputError
from ..objectives import derivatives, predict
from . import aligned
from .initial import initial_weights
from .losses import make_loss

BLOCK_ENTRIES = 1 << 20  # of the widest layer, when all samples are passed through in blocks


class Network:
    """Layers φ_l⟨W_l, .⟩, l = 1..L, and the loss on top.

    weights      W_l (n_{l-1}, n_l), C-ordered, all float32 or all float64. The list holds own
                 copies; `engine` moves them in place.
    activations  phi_1..phi_L, or one for all layers
    loss         'squared' (the paper's; mean over samples, sum over outputs) or 'cross_entropy' on
                 a softmax output. `losses` says what is proved for which.

    Raises InputError for weights that are not finite or whose shapes don't follow on each other,
    and for such samples.
    """

    def __init__(
        self, activations: Activation | Sequence[Activation], weights: Sequence[Array],
        loss: str = "squared",
    ):
        if not len(weights):
            raise InputError("weights is empty; allowed is one matrix or more")
        checked = [checks.real_array(f"W{l}", W, ndim=2) for l, W in enumerate(weights, 1)]
        dtype = np.result_type(*checked)
        self.weights = [aligned.copy(W, dtype) for W in checked]
        for l, (before, W) in enumerate(pairwise(self.weights), 2):
            checks.shape_is(f"W{l}", W, (before.shape[1], W.shape[1]), f"(n_{l - 1}, n_{l})")
        if isinstance(activations, Activation):
            activations = (activations,) * self.L
        self.activations = tuple(activations)
        for l, phi in enumerate(self.activations, 1):
            checks.of_type(f"activations[{l}]", phi, Activation)
            if isinstance(phi, GeneralizedReLU):
                for slope in (phi.a, phi.b):  # theirs may be Fractions, or a stack's
                    checks.of_type(f"a slope of activations[{l}]", slope, float)
        if len(self.activations) != self.L:
            raise InputError(
                f"there are {len(self.activations)} activations; allowed is one for each of the "
                f"{self.L} layers, or a single one"
            )
        self.loss = make_loss(loss)
        self.loss.check(self.activations[-1])

    @classmethod
    def initial(
        cls, sizes: Sequence[int], activations: Activation | Sequence[Activation],
        loss: str = "squared", *, random_state: Any = None, dtype: Any = np.float64,
    ) -> "Network":
        """A network with layers of these sizes n_0, n_1, ..., n_L and the weights of `initial`."""
        dtype, weights = checks.float_type("dtype", dtype), initial_weights(sizes, random_state)
        return cls(activations, [W.astype(dtype) for W in weights], loss)

    @property
    def L(self) -> int:
        """The number of layers of weights; hidden layers are one fewer."""
        return len(self.weights)

    @property
    def sizes(self) -> tuple[int, ...]:
        """n_0, n_1, ..., n_L."""
        return (len(self.weights[0]), *(W.shape[1] for W in self.weights))

    @property
    def dtype(self) -> np.dtype:
        return self.weights[0].dtype

    @staticmethod
    def _samples(name: str, value: Array, columns: int) -> Array:
        array = checks.real_array(name, value, ndim=2)
        checks.shape_is(name, array, (len(array), columns), f"(m, {columns})")
        return array

    def checked(self, X: Array, Y: Array) -> tuple[Array, Array]:
        """X (m, n_0) and Y (m, n_L); InputError unless finite, so shaped, and Y the loss's."""
        X, Y = self._samples("X", X, self.sizes[0]), self._samples("Y", Y, self.sizes[-1])
        checks.shape_is("Y", Y, (len(X), self.sizes[-1]), "(m, n_L)")
        self.loss.check_targets(Y)
        return X, Y

    def activation(self, X: Array, l: int) -> Array:
        """What layer l hands on: φ_l⟨W_l, ... φ₁⟨W₁, x⟩⟩, X itself for l = 0. (m, n_l)."""
        X = self._samples("X", X, self.sizes[0])
        if checks.whole_number("l", l) > self.L:
            raise InputError(f"l is {l}; allowed are 0 to {self.L}")
        return predict(X, self.weights[:l], self.activations[:l])

    def scores(self, X: Array) -> Array:
        """U, the last layer's scores before phi_L: (m, n_L)."""
        return self._scores(self._samples("X", X, self.sizes[0]))

    def _scores(self, X: Array) -> Array:
        return predict(X, self.weights[:-1], self.activations[:-1]) @ self.weights[-1]

    def forward(self, X: Array) -> Array:
        """The network's answer: (m, n_L)."""
        return self.loss.output(self.scores(X), self.activations[-1])

    def error(
        self, X: Array, Y: Array, sample_weight: Array | None = None
    ) -> float:
        """The loss over all samples, X (m, n_0), Y (m, n_L), in blocks of bounded memory.

        The mean over samples, or the mean weighted by sample_weight (m,).
        """
        X, Y = self.checked(X, Y)
        if sample_weight is not None:
            sample_weight = checks.weights("sample_weight", sample_weight, len(X))
        return self.error_unchecked(X, Y, sample_weight)

    def error_unchecked(self, X: Array, Y: Array, sample_weight: Array | None = None) -> float:
        """`error`, of a training's samples, which have been checked and may be many."""
        m, rows = len(X), max(1, BLOCK_ENTRIES // max(self.sizes))
        weight = np.ones(m) if sample_weight is None else sample_weight / np.max(sample_weight)
        phi = self.activations[-1]
        return sum(
            float(weight[part] @ self.loss.values(self._scores(X[part]), Y[part], phi))
            for part in blocks(m, rows)
        ) / float(weight.sum())

    def gradient(self, X: Array, Y: Array) -> list[Array]:
        """[∇_W₁ err, ..., ∇_W_L err], by backpropagation: see `objectives.derivatives`."""
        X, Y = self.checked(X, Y)
        phi = self.activations[-1]
        layers = derivatives(
            X, self.weights, self.activations, lambda Z: self.loss.residual(Z, Y, phi)
        )
        return [A.T @ D / len(X) for A, D in layers][::-1]

    def copy(self) -> "Network":
        """The same network with weights of its own."""
        return Network(self.activations, self.weights, self.loss.name)
