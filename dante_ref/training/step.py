"""One step: a minibatch forward and back through the network, and the layers that move, moved.

    Z_l = A_{l-1} W_l,  A_l = phi_l(Z_l),  D_L = the loss's residual,
    D_{l-1} = g_{l-1} ∘ (D_l W_lᵀ),  G_l = scale A_{l-1}ᵀ D_l,  W_l ← W_l − the rule's step

`backward` is the first four, `move` the last. `Network.gradient` is the readable form of the same
numbers. Here no array is made in a step: every one is a buffer, made once for a phase's layers, on
the cache's lines (`aligned`), and the element-wise parts are `inplace`'s. The limit is then the
matrix products that a step can't avoid, and four things keep near to it:

1. What is held is computed once for each sample that the phase draws (`feed`).
2. With the plain rule G isn't scaled in a pass of its own: where ‖G‖ is known before G is, D is
   scaled, the smaller array. ‖Aᵀ D‖² = ⟨D, (A Aᵀ) D⟩ needs a b x b Gram matrix alone, and its
   terms by columns are the squares of the columns' norms.
3. With an identity output and squared error, D_{L-1} = g ∘ (H (W_L W_Lᵀ) − Y W_Lᵀ), where
   H = A_{L-1}. While layer L - 1 moves alone both matrices are made once: the shorter way, taken
   where it is fewer flops (`work.is_shorter`). Backpropagation, which moves W_L too, can't.
4. Where one layer moves by the plain rule on small minibatches, a few steps are added to W at a
   time (`late`). Within a block of minibatches W is then behind, until `settle`.
"""

import math
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any

import numpy as np
from scipy.linalg.blas import dnrm2

from ..activations import Identity
from ..algorithms.sngd import Normalise
from ..arrays import Array
from . import aligned, blas
from .inplace import ResidualInto, Targets, phi_into, times_g
from .late import Late, iterations_kept
from .losses import SquaredError, WithoutG
from .network import Network
from .rules import SGD, Memory, Rule
from .work import is_shorter

CANCELLED = 1e-3  # see Step._over_by_gram


class Step:
    """The buffers of a phase: `layers` (of 1..L) move, on minibatches of b samples.

    iterations, m  the phase's minibatch iterations, and the samples that there are
    values         whether `value` is to be the minibatch's error before the latest step
    without_g      whether g is left out of the last layer's residual (cross-entropy's has none)
    W_above        W_L where the shorter way is taken, else None; targets are then Y W_Lᵀ
    """

    def __init__(
        self, network: Network, layers: tuple[int, ...], b: int, iterations: int, m: int,
        values: bool = False, without_g: bool = False,
    ):
        self.network, self.layers, self.b, self.values = network, layers, b, values
        self.lowest, self.value, L = min(layers), math.nan, network.L
        dtype, sizes = network.dtype, network.sizes
        # By layer: scores Z, activations P, and D, the derivative with respect to the scores, which
        # on top takes the place of the scores.
        self._Z, self._P, self._D = (
            {l: aligned.empty((b, sizes[l]), dtype) for l in range(self.lowest, top + 1)}
            for top in (L, L - 1, L - 1)
        )
        self._D[L] = self._Z[L]
        squared = isinstance(network.loss, SquaredError)
        loss = WithoutG() if without_g and squared else network.loss
        self._residual_into = ResidualInto(loss, network.activations[-1], self._Z[L])
        self.W_above: Array | None = None
        if is_linear(network) and not values and is_shorter(sizes, layers, b, iterations, m):
            self.W_above = W = network.weights[-1]
            self._WW = aligned.empty((len(W), len(W)), dtype)
            blas.product(W, W.T, self._WW)
            self._residual_into = ResidualInto(SquaredError(), Identity(), self._D[L - 1])
        self.scale = 1.0 / (self._residual_into.c * b)
        self._G = {l: aligned.empty(network.weights[l - 1].shape, dtype) for l in layers}
        # Where a b x b Gram matrix costs less than to measure G and to scale it.
        self._by_gram = {l for l, G in self._G.items() if b**2 * sum(G.shape) < 4 * G.size}
        self._AA = aligned.empty((b, b) if self._by_gram else (0, 0), dtype)
        self._AAD = {l: aligned.empty((b, sizes[l]), dtype) for l in self._by_gram}
        # Not with L = 1, where one phase is all: a longer one's blocks end elsewhere.
        moves, alone = network.weights[self.lowest - 1], len(layers) == 1 < L and not values
        late = alone and iterations_kept(moves.shape, b) > 1
        self.late = Late(moves, b, self._G[self.lowest]) if late else None

    def backward(self, A: Array, targets: Targets) -> Iterator[tuple[int, Array, Array]]:
        """(l, A_{l-1}, D_l) for each moving layer l, from the top: ∇_W_l = scale A_{l-1}ᵀ D_l.

        A (b, n) is a minibatch as the lowest moving layer sees it. W_l may be moved and D_l used up
        as soon as they are yielded: what the layers below need is computed before.
        """
        if self.W_above is not None:
            yield self._shorter_way(A, targets)
            return
        net, low, L = self.network, self.lowest, self.network.L
        inputs = {low: A, **{l + 1: self._P[l] for l in range(low, L)}}
        for l in range(low, L + 1):
            self._scores(l, inputs[l])
            if l < L:
                phi_into(net.activations[l - 1], self._Z[l], self._P[l])
        if self.values:
            Y = targets.part(slice(None), np.empty_like(self._Z[L]))
            self.value = float(np.mean(net.loss.values(self._Z[L], Y, net.activations[-1])))
        self._residual_into(targets)
        for l in range(L, low - 1, -1):
            if l > low:
                blas.product(self._D[l], net.weights[l - 1].T, self._D[l - 1])
                D = self._D[l - 1]
                times_g(net.activations[l - 2], D, self._Z[l - 1], self._P[l - 1], out=D)
            if l in self.layers:
                yield l, inputs[l], self._D[l]

    def _scores(self, l: int, A: Array) -> None:
        """Z_l ← A W_l."""
        if self.late and l == self.lowest:
            self.late.scores(A, self._Z[l])
        else:
            blas.product(A, self.network.weights[l - 1], self._Z[l])

    def _shorter_way(self, A: Array, targets: Targets) -> tuple[int, Array, Array]:
        """`backward` of layer L − 1 alone, with H (W_L W_Lᵀ) − Y W_Lᵀ for D_L W_Lᵀ."""
        l, phi = self.lowest, self.network.activations[self.lowest - 1]
        Z, H, D = self._Z[l], self._P[l], self._D[l]
        self._scores(l, A)
        phi_into(phi, Z, H)
        blas.product(H, self._WW, D)
        self._residual_into(targets)
        times_g(phi, D, Z, H, out=D)
        return l, A, D

    def move(
        self, l: int, A: Array, D: Array, rule: Rule, normalise: Normalise, memory: Memory
    ) -> bool:
        """Move W_l by the rule on G = scale Aᵀ D, normalised or not. D is used up.

        False where G is 0, or with columns all of G: the layer and the memory are left alone. A
        column that is 0 has no direction of its own and is 0 in the rule's.
        """
        W, G, plain = self.network.weights[l - 1], self._G[l], type(rule) is SGD
        over: float | Array | None  # what G is multiplied by, None before it is known
        if normalise is None:
            if not (A.any() and D.any()):
                return False
            over = self.scale
        else:
            by_gram = plain and l in self._by_gram
            over = self._over_by_gram(l, A, D, normalise) if by_gram else None
        if over is not None and plain:
            if self.late:
                self.late.add(-rule.eta * over, A, D)
            else:
                D *= -rule.eta * over
                blas.add_product(A.T, D, W, scratch=G)
            return True
        blas.product(A.T, D, G)
        if over is None:
            over = over_norms(G, normalise)
            if over is None:
                return False
        if plain and isinstance(over, float):
            blas.add(-rule.eta * over, G, W)
            return True
        G *= over
        rule.step(G, memory)
        blas.add(-1.0, G, W)
        return True

    def settle(self) -> None:
        """Make W whole, where it is behind."""
        if self.late:
            self.late.settle()

    def settled(self) -> AbstractContextManager[None]:
        """W is whole while this lasts; after it all bits are as before."""
        return self.late.settled() if self.late else nullcontext()

    def _over_by_gram(
        self, l: int, A: Array, D: Array, normalise: Normalise
    ) -> float | Array | None:
        """1 / ‖Aᵀ D‖_F, or 1 / each column's norm, without Aᵀ D; None where it is imprecise.

        ⟨d, A Aᵀ d⟩ is at most ‖A Aᵀ‖ ‖d‖², and rounding errors are in proportion to that. So
        where it is below CANCELLED of it (or has over- or underflowed) it is left to be found from
        G itself.
        """
        AA, AAD = self._AA, self._AAD[l]
        blas.product(A, A.T, AA)
        blas.product(AA, D, AAD)
        if normalise == "columns":
            squares, sizes = (np.einsum("ij,ij->j", D, E) for E in (AAD, D))
        else:
            squares, sizes = (blas.dot(D, E) for E in (AAD, D))
        bounds = CANCELLED * norm(AA) * sizes
        precise = (squares > bounds) & (squares > least(D.dtype)) & np.isfinite(bounds)
        if not precise.all():
            return None
        return 1 / (np.sqrt(squares) if normalise == "columns" else math.sqrt(squares))


def is_linear(network: Network) -> bool:
    """Whether the output is the identity and the error squared: the shorter way is open."""
    squared = isinstance(network.loss, SquaredError)
    return squared and isinstance(network.activations[-1], Identity)


@cache
def least(dtype: np.dtype[Any]) -> float:
    """A sum of squares above this has lost nothing that counts to underflow."""
    info = np.finfo(dtype)
    return float(info.tiny) / float(info.eps) ** 2


def norm(A: Array) -> float:
    """‖A‖_F, also where squares over- or underflow."""
    square = blas.dot(A, A)
    if least(A.dtype) < square < math.inf:
        return math.sqrt(square)
    return float(dnrm2(A.reshape(-1)))


def over_norms(G: Array, normalise: Normalise) -> float | Array | None:
    """1 / ‖G‖_F, or 1 / each column's norm, 0 for 0; None where all are 0.

    So small a norm that its digits are lost, below the least normal number, counts as 0.
    """
    tiny = np.finfo(G.dtype).tiny
    if normalise == "matrix":
        length = norm(G)
        return None if length < tiny else 1 / length
    squares = np.einsum("ij,ij->j", G, G)
    norms = np.sqrt(squares)
    for j in np.flatnonzero(~((squares > least(G.dtype)) & (squares < math.inf))):
        norms[j] = norm(G[:, j])
    over: Array = np.divide(1, norms, out=np.zeros_like(norms), where=~(norms < tiny))
    return over if over.any() else None
