"""The fast path: minibatches through a network, and layers moved, without a new array anywhere.

The limit is the matrix products that a step can't avoid. Four things keep near to it:

1. What is held is computed once: the activations below the lowest moving layer. If a phase draws
   more rows than there are, for all samples at its start; else for a block of minibatches at a
   time, in one product (`Feed`).
2. Rows are gathered for a block of minibatches at a time; a minibatch is then a slice, no copy.
   Targets are gathered a few rows at a time, where they are subtracted, and stay in the cache.
3. Every other array is a buffer made once for a phase's layers (`Workspace`), on the cache's
   lines (`aligned`); the element-wise parts are `inplace`'s.
4. Where the step's length is known before, D is scaled and G is never made: the routine that
   multiplies A^T (-c D) adds to the weights (`Workspace._known_step`, `Blas.add_product`).

`Network.gradient` is the readable form of the same numbers.
"""

import math
from collections.abc import Iterator

import numpy as np

from . import aligned
from .blas import Blas
from .inplace import ResidualInto, Targets, gather, phi_into, times_g
from .network import Network, blocks
from .schedules import Normalise
from .steps import SGD, Memory, Rule

BLOCK_ROWS = 1024  # samples gathered at a time
HELD_BYTES = 1 << 28  # the most that the held activations of all samples may take
CANCELLED = 1e-2  # see Workspace._length_by_grams


class Feed:
    """Minibatches for one phase: the activations that the lowest moving layer sees, and targets.

    X, Y are all samples (they may be memory-mapped), `below` the number of held layers, `drawn`
    how many rows the phase will draw.
    """

    def __init__(
        self, network: Network, X: np.ndarray, Y: np.ndarray, below: int, b: int, drawn: int
    ):
        self.network, self.below, self.b = network, below, b
        self.per_block = max(1, BLOCK_ROWS // b)
        rows = self.per_block * b
        self._blas = Blas(network.dtype)
        sizes = network.sizes
        self._Z, self._P = (
            [aligned.empty((rows, n), network.dtype) for n in sizes[1:below + 1]] for _ in range(2)
        )
        n = sizes[below]
        if below and drawn > len(X) and len(X) * n * network.dtype.itemsize <= HELD_BYTES:
            held = aligned.empty((len(X), n), network.dtype)
            for part in blocks(len(X), rows):
                held[part] = self._activation(np.ascontiguousarray(X[part]))
            X, self.below = held, 0
        self._X, self._Y = X, Y
        self._A = aligned.empty((rows, X.shape[1]), network.dtype)
        self._own_targets = Y is X  # an autoencoder's lowest layer: what it sees is what it is told

    def _activation(self, A: np.ndarray) -> np.ndarray:
        """What the held layers make of these rows."""
        rows = len(A)
        for l in range(self.below):
            Z, P = self._Z[l][:rows], self._P[l][:rows]
            self._blas.product(A, self.network.weights[l], Z)
            phi_into(self.network.activations[l], Z, P)
            A = P
        return A

    def minibatches(self, rows: np.ndarray) -> Iterator[tuple[np.ndarray, Targets]]:
        """(A, targets) for each of the minibatches whose rows are given, (count, b)."""
        flat = rows.reshape(-1)
        X = self._A[:len(flat)]
        gather(self._X, flat, X)
        A = self._activation(X)
        for part in blocks(len(flat), self.b):
            yield A[part], Targets(X[part]) if self._own_targets else Targets(self._Y, flat[part])


class Workspace:
    """The buffers in which `layers` (of 1..L) of the network move, on minibatches of b samples."""

    def __init__(self, network: Network, layers: tuple[int, ...], b: int):
        self.network, self.layers, self.b = network, layers, b
        self.lowest = min(layers)
        dtype, sizes = network.dtype, network.sizes
        self._blas = Blas(dtype)
        # By layer: scores Z, activations P, and D, the derivative with respect to the scores, which
        # on top takes the place of the scores.
        self._Z, self._P, self._D = (
            {l: aligned.empty((b, sizes[l]), dtype) for l in range(self.lowest, top + 1)}
            for top in (network.L, network.L - 1, network.L - 1)
        )
        top = self._D[network.L] = self._Z[network.L]
        self._residual_into = ResidualInto(network.loss, network.activations[-1], top)
        self._lift = 2.0 ** (-np.finfo(dtype).minexp // 2)
        # Rules sum squares of gradients. If a sum overflowed, G / inf = 0 would stop the layer
        # without a word: of lengths up to this, 2^32 squares can be summed.
        self._longest = float(np.finfo(dtype).max) ** 0.5 / 2**16
        self._G: dict[int, np.ndarray] = {}
        grams = b if any(self._grams_are_cheap(l) for l in layers) else 0
        self._AA, self._DD = (aligned.empty((grams, grams), dtype) for _ in range(2))
        self.scale = 1.0 / (self._residual_into.c * b)

    def backward(
        self, A: np.ndarray, targets: Targets
    ) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
        """(l, A_{l-1}, D_l) for each moving layer l, from the top: grad_Wl = scale A_{l-1}^T D_l.

        A (b, n) is a minibatch as the lowest moving layer sees it. W_l may be moved and D_l used up
        as soon as they are yielded: what the layers below need is computed before.
        """
        net, low, blas, L = self.network, self.lowest, self._blas, self.network.L
        inputs = {low: A, **{l + 1: self._P[l] for l in range(low, L)}}
        for l in range(low, L + 1):
            blas.product(inputs[l], net.weights[l - 1], self._Z[l])
            if l < L:
                phi_into(net.activations[l - 1], self._Z[l], self._P[l])
        self._residual_into(targets)
        for l in range(L, low - 1, -1):
            if l > low:
                blas.product(self._D[l], net.weights[l - 1], self._D[l - 1], B_T=True)
                times_g(net.activations[l - 2], self._D[l - 1], self._Z[l - 1], self._P[l - 1])
            if l in self.layers:
                yield l, inputs[l], self._D[l]

    def move(
        self, l: int, A: np.ndarray, D: np.ndarray, rule: Rule, normalise: Normalise,
        memory: Memory, farthest: float,
    ) -> float:
        """Move W_l by the rule on G = scale A^T D, normalised or not; the step's length or a bound.

        0 means that G is 0. Where the length isn't finite, or isn't below `farthest`, W_l is left
        alone; that length is returned, or infinity where a rule's squares might overflow.
        """
        W, blas = self.network.weights[l - 1], self._blas
        if normalise == "columns":
            return self._move_columns(l, A, D, rule, memory, farthest)
        normalised = normalise == "matrix"
        plain = type(rule) is SGD
        if plain:
            step, c = self._known_step(l, A, D, rule.eta, normalised)
            if c is not None and 0 < step < farthest:
                np.multiply(D, -c, out=D)  # smaller than G
                blas.add_product(A, D, W)
                return step
        G = self._direction(l)
        blas.product(A, D, G, A_T=True)
        length = blas.norm(G)
        if length == 0 or not math.isfinite(length):
            return length
        if normalised and length < 1 / self._lift:  # 1 / length might overflow
            np.multiply(G, self._lift, out=G)
            length = blas.norm(G)
        if plain:
            c = rule.eta / length if normalised else rule.eta * self.scale
            step = c * length
            if step < farthest:
                blas.add(-c, G, W)
            return step
        if not normalised and length * self.scale > self._longest:
            return math.inf
        np.multiply(G, 1 / length if normalised else self.scale, out=G)
        rule.step(G, memory)
        step = blas.norm(G)
        if step < farthest:
            np.subtract(W, G, out=W)
        return step

    def _move_columns(
        self, l: int, A: np.ndarray, D: np.ndarray, rule: Rule, memory: Memory, farthest: float
    ) -> float:
        """`move` with each column of G divided by its own norm; a column of zeros stays.

        A plain step scales D's columns instead of G's. Where b is small the norms are known before
        G is: ||A^T d||^2 = <d, A A^T d>.
        """
        W, blas = self.network.weights[l - 1], self._blas
        plain = type(rule) is SGD
        if plain and self._grams_are_cheap(l):
            squares = self._squares_by_gram(A, D)
            step = rule.eta * math.sqrt(D.shape[1])
            if squares is not None and step < farthest:
                np.multiply(D, -rule.eta / np.sqrt(squares), out=D)
                blas.add_product(A, D, W)
                return step
        G = self._direction(l)
        blas.product(A, D, G, A_T=True)
        squares = np.einsum("ij,ij->j", G, G)
        if not np.isfinite(squares).all():
            return math.inf
        if not squares.min() > blas.least:  # a column is 0, or its square underflows
            largest = np.abs(G).max(axis=0)
            np.divide(G, largest, out=G, where=largest > 0)
            squares = np.einsum("ij,ij->j", G, G)
        norms = np.sqrt(squares)
        moving = norms > 0
        if not moving.any():
            return 0.0
        over = np.divide(1, norms, out=np.zeros_like(norms), where=moving)
        np.multiply(G, over, out=G)
        if plain:
            step = rule.eta * math.sqrt(np.count_nonzero(moving))
            if step < farthest:
                blas.add(-rule.eta, G, W)
            return step
        rule.step(G, memory)
        step = blas.norm(G)
        if step < farthest:
            np.subtract(W, G, out=W)
        return step

    def _squares_by_gram(self, A: np.ndarray, D: np.ndarray) -> np.ndarray | None:
        """The squares of the columns of A^T D; None where they are imprecise, as in
        `_length_by_grams`."""
        blas, AA = self._blas, self._AA
        blas.product(A, A, AA, B_T=True)
        squares = np.einsum("ij,ij->j", D, AA @ D)
        bounds = blas.norm(AA) * np.einsum("ij,ij->j", D, D)
        precise = (squares > blas.least) & (squares > CANCELLED * bounds) & np.isfinite(bounds)
        return squares if precise.all() else None

    def _known_step(
        self, l: int, A: np.ndarray, D: np.ndarray, eta: float, normalised: bool
    ) -> tuple[float, float | None]:
        """(length of the step c A^T D or a bound of it, c), c None where G has to be seen first."""
        if not normalised:  # ||A^T D|| <= ||A|| ||D|| is enough to know that the step is safe
            c = eta * self.scale
            return c * self._blas.norm(A) * self._blas.norm(D), c
        length = self._length_by_grams(A, D) if self._grams_are_cheap(l) else None
        return eta, None if length is None else eta / length

    def _direction(self, l: int) -> np.ndarray:
        if l not in self._G:
            W = self.network.weights[l - 1]
            self._G[l] = aligned.empty(W.shape, W.dtype)
        return self._G[l]

    def _grams_are_cheap(self, l: int) -> bool:
        """Whether two b x b Gram matrices cost less than to measure G and to scale it."""
        n, k = self.network.weights[l - 1].shape
        return self.b**2 * (n + k) < 4 * n * k

    def _length_by_grams(self, A: np.ndarray, D: np.ndarray) -> float | None:
        """||A^T D||_F without A^T D: the root of <A A^T, D D^T>. None where that is imprecise.

        The inner product of two positive semidefinite matrices is at most the product of their
        norms, and rounding errors are in proportion to that. So where it is below CANCELLED of it
        (or has over- or underflowed) the length is left to be found from G itself.
        """
        blas, AA, DD = self._blas, self._AA, self._DD
        blas.product(A, A, AA, B_T=True)
        blas.product(D, D, DD, B_T=True)
        a, d, square = blas.norm(AA), blas.norm(DD), blas.dot(AA, DD)
        precise = min(a, d, square) > blas.least and CANCELLED * a * d < square < math.inf
        return math.sqrt(square) if precise else None
