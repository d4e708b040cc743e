"""What can go wrong, by name. Every error the package raises on purpose is one of these."""

from collections.abc import Collection
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


class DanteError(Exception):
    """Base class: `except DanteError` catches everything that dante_ref raises on purpose."""


class InputError(DanteError, ValueError):
    """An argument is not acceptable; the message names it, what was given and what is allowed.

    names: of the stored options that differ, where that is the matter.
    """

    def __init__(self, message: str, names: Collection[str] = ()) -> None:
        super().__init__(message)
        self.names = tuple(names)


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


def hint(said: str, names: Collection[str]) -> str:
    """How a message on an unknown name ends: with the nearest name, or with all there are."""
    near = get_close_matches(said, names, n=1)
    return f"did you mean {near[0]}?" if near else f"allowed are {', '.join(names)}"
