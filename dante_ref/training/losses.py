"""What a network's scores are measured by: the paper's squared error, and cross-entropy.

The last layer's scores are U = A W_L (m, n), A the activations before it. A loss offers

* `output(U, phi)`, what the network answers;
* `values(U, Y, phi)`, each sample's error, a sum over outputs: (m,). The error of section 3.2 is
  their mean;
* `residual(U, Y, phi)`, the derivative of one sample's error with respect to its scores, a row for
  each sample. The mean's 1/m isn't in it.

What is proved for which: sections 5.1 to 5.6 treat the squared error alone. For cross-entropy the
paper believes that the results extend and proves nothing. What is known there: in the last
layer's weights it is convex and Lipschitz on a bounded domain, and a convex K-Lipschitz function is
(eps, K, w*)-SLQC (Hazan et al. 2015). For the layers below, nothing is proved.
"""

from typing import ClassVar, Protocol

import numpy as np
from scipy.special import log_softmax, softmax

from .. import checks
from ..activations import Activation, Identity
from ..arrays import Array
from ..exceptions import InputError


class Loss(Protocol):
    """See this module's text."""

    name: ClassVar[str]

    def check(self, phi: Activation) -> None:
        """Raise InputError unless the loss goes with phi as the last layer's activation."""

    def check_targets(self, Y: Array) -> None:
        """Raise InputError unless Y can be this loss's targets."""

    def output(self, U: Array, phi: Activation) -> Array: ...

    def values(self, U: Array, Y: Array, phi: Activation) -> Array: ...

    def residual(self, U: Array, Y: Array, phi: Activation) -> Array: ...


class SquaredError:
    """1/m Σᵢ ‖φ(uᵢ) − yᵢ‖² (section 3.2). Y (m, n): real numbers."""

    name: ClassVar[str] = "squared"

    def check(self, phi: Activation) -> None:
        pass

    def check_targets(self, Y: Array) -> None:
        pass

    def output(self, U: Array, phi: Activation) -> Array:
        return phi.phi(U)

    def values(self, U: Array, Y: Array, phi: Activation) -> Array:
        found: Array = np.sum((phi.phi(U) - Y) ** 2, axis=1)
        return found

    def residual(self, U: Array, Y: Array, phi: Activation) -> Array:
        found: Array = 2 * phi.g(U) * (phi.phi(U) - Y)
        return found


class WithoutG(SquaredError):
    """The squared error with g left out of its residual: GLMtron's direction.

    For the last layer alone it is the gradient of a convex function (`algorithms.successors`).
    """

    def residual(self, U: Array, Y: Array, phi: Activation) -> Array:
        found: Array = 2 * (phi.phi(U) - Y)
        return found


class CrossEntropy:
    """-1/m Σᵢ ⟨yᵢ, log softmax(uᵢ)⟩. Y (m, n): a row of probabilities, often one 1.

    The softmax takes the place of the last activation, which must be the identity.
    """

    name: ClassVar[str] = "cross_entropy"

    def check(self, phi: Activation) -> None:
        if not isinstance(phi, Identity):
            raise InputError(
                f"the last activation is {phi.name}; allowed with cross_entropy is identity, "
                "as the softmax takes its place"
            )

    def check_targets(self, Y: Array) -> None:
        if Y.min() < 0:
            raise InputError(
                f"Y holds {Y.min():g}; allowed with cross_entropy are numbers >= 0, as "
                "probabilities are"
            )

    def output(self, U: Array, phi: Activation) -> Array:
        found: Array = softmax(U, axis=1)
        return found

    def values(self, U: Array, Y: Array, phi: Activation) -> Array:
        found: Array = -np.sum(Y * log_softmax(U, axis=1), axis=1)
        return found

    def residual(self, U: Array, Y: Array, phi: Activation) -> Array:
        found: Array = softmax(U, axis=1) * Y.sum(axis=1, keepdims=True) - Y
        return found


LOSSES: dict[str, Loss] = {loss.name: loss for loss in (SquaredError(), CrossEntropy())}


def make_loss(name: str) -> Loss:
    """The loss called `name`; InputError for an unknown one."""
    checks.one_of("loss", name, LOSSES)
    return LOSSES[name]
