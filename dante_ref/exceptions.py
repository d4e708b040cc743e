"""What can go wrong, by name. Every error the package raises on purpose is one of these."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


class DanteError(Exception):
    """Base class: `except DanteError` catches everything that dante_ref raises on purpose."""


class InputError(DanteError, ValueError):
    """An argument is not acceptable; the message names it, what was given and what is allowed."""


class AssumptionError(InputError):
    """An instance violates an assumption of a definition or theorem; the message names it."""


class DivergenceError(DanteError, ArithmeticError):
    """Training left the finite numbers; the message names the layer and the iteration.

    layer (l of W_l), iteration, and weights, the last finite ones of all layers, where known.
    """

    def __init__(
        self, message: str, *, layer: int | None = None, iteration: int | None = None,
        weights: "list[NDArray[Any]] | None" = None,
    ) -> None:
        super().__init__(message)
        self.layer, self.iteration, self.weights = layer, iteration, weights


class DataError(DanteError):
    """A data set's file is truncated, altered or another variant; the message names it."""


class MissingDataError(DataError):
    """A data set isn't here and can't be fetched; the message says which file to put where."""
