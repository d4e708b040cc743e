"""dante_ref: the executable companion to 'DANTE: Deep AlterNations for Training nEural networks'.

What a user types first stands here; it is imported when it is asked for, so that `import dante_ref`
alone costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .activations import GeneralizedReLU, Identity, Sigmoid, Tanh
    from .algorithms.dante import dante
    from .algorithms.sngd import sngd
    from .estimators import DanteAutoencoder, DanteClassifier, DanteRegressor
    from .proofs.families import GLMFamily, LayerFamily, NoisyGLMFamily, TwoLayerFamily
    from .proofs.search import search

    __version__: str

_FROM = {
    "DanteAutoencoder": "estimators", "DanteClassifier": "estimators",
    "DanteRegressor": "estimators",
    "GLMFamily": "proofs.families", "LayerFamily": "proofs.families",
    "NoisyGLMFamily": "proofs.families", "TwoLayerFamily": "proofs.families",
    "GeneralizedReLU": "activations", "Identity": "activations", "Sigmoid": "activations",
    "Tanh": "activations",
    "dante": "algorithms.dante", "search": "proofs.search", "sngd": "algorithms.sngd",
}

__all__ = [
    "DanteAutoencoder", "DanteClassifier", "DanteRegressor", "GLMFamily", "GeneralizedReLU",
    "Identity", "LayerFamily", "NoisyGLMFamily", "Sigmoid", "Tanh", "TwoLayerFamily",
    "__version__", "dante", "search", "sngd",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        value: Any = version(__name__)
    elif name in _FROM:
        value = getattr(import_module(f".{_FROM[name]}", __name__), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value  # asked for once
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
