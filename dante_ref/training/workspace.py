"""One minibatch through a network: forward, and backward to the lowest moving layer."""

from collections.abc import Iterator

import numpy as np

from .network import Network


class Workspace:
    """The buffers of one phase: `layers` of the network move, on minibatches of b samples."""

    def __init__(self, network: Network, layers: tuple[int, ...], b: int):
        self.network, self.layers, self.b = network, layers, b
        self.lowest = min(layers)

    def frozen(self, X: np.ndarray) -> np.ndarray:
        """The activations that the lowest moving layer sees: those below it are held."""
        return self.network.activation(X, self.lowest - 1)

    def backward(
        self, A: np.ndarray, Y: np.ndarray
    ) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
        """(l, A_{l-1}, D_l) for each moving layer l, from the top: grad_Wl = 1/b A_{l-1}^T D_l.

        A (b, n) is a minibatch of `frozen`, Y its targets. W_l may be moved as soon as it is
        yielded: what the layers below need of it is computed before.
        """
        net, low = self.network, self.lowest
        inputs, Z = [A], []
        for W, phi in zip(net.weights[low - 1:], net.activations[low - 1:], strict=True):
            Z.append(inputs[-1] @ W)
            inputs.append(phi.phi(Z[-1]))
        D = net.loss.residual(Z[-1], Y, net.activations[-1])
        for l in range(net.L, low - 1, -1):
            below = None
            if l > low:
                g = net.activations[l - 2].g(Z[l - 1 - low])
                below = g * (D @ net.weights[l - 1].T)
            if l in self.layers:
                yield l, inputs[l - low], D
            D = below
