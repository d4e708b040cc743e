"""DanteAutoencoder: the deep autoencoder of sections 3.3 and 3.4, as a transformer."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import check_array
from sklearn.utils.validation import check_is_fitted

from .. import checks
from ..arrays import Array
from ..exceptions import InputError
from ..training.network import Network
from .base import DTYPES, DanteEstimator, WeightedSamples, sample_weights
from .parameters import documented


@documented
@dataclass(eq=False, repr=False, kw_only=True)
class DanteAutoencoder(
    ClassNamePrefixFeaturesOutMixin, TransformerMixin,  # type: ignore[misc]
    DanteEstimator,
):
    """An autoencoder trained by DANTE: err = 1/m Σᵢ ‖xᵢ − network(xᵢ)‖² (section 3.2).

    `transform` gives the middle hidden layer's activations, `inverse_transform` decodes them,
    `score` is -err. With one hidden layer and the default schedule it is Algorithm 2, with 3, 5,
    ... hidden layers Algorithm 3; an even number has no middle and is refused.

    Equal samples are copied together, as `distinct` says. Where there are none, no intercepts (the
    default here, as in the paper), early_stopping or sample_weight, X in C order is left where it
    is: a numpy.memmap needn't fit into memory, and leads to the same bits as an array. Other data
    larger than memory, and paths: `Training`.

    {parameters}
    """

    fit_intercept: bool = False

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Train on X (m, d), float32 or float64 (kept; all else becomes float64). y is ignored.

        {weights}
        """
        return self._train(X, sample_weight)

    def partial_fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """One more alternation (of each pair of layers) on X (m, d), else as `fit`."""
        return self._train(X, sample_weight, once=True)

    def _gather(
        self, X: Any, sample_weight: Any, *, going_on: bool, once: bool
    ) -> WeightedSamples:
        checked = self._valid(X, reset=not going_on)
        return WeightedSamples(checked, None, sample_weights(sample_weight, len(checked)))

    def transform(self, X: Any) -> Array:
        """The middle hidden layer's activations of X (m, d): (m, hidden units)."""
        X = self._given(X)
        return self._blockwise(X, lambda A: self.network_.activation(A, self._middle), self._inputs)

    def inverse_transform(self, X: Any) -> Array:
        """The decoder's answer (m, d) to hidden activations X (m, hidden units)."""
        check_is_fitted(self)
        checks.not_masked("X", X)
        checks.not_dates("X", X)
        X = check_array(X, dtype=DTYPES)
        net, n = self.network_, self._middle
        checks.shape_is("X", X, (len(X), net.sizes[n]), "(m, hidden units)")
        decoder = Network(net.activations[n:], net.weights[n:], net.loss.name)
        return self._blockwise(X, decoder.forward, lambda A: A)

    def score(self, X: Any, y: Any = None, sample_weight: Any = None) -> float:
        """-1/m Σᵢ ‖xᵢ − network(xᵢ)‖², or the mean weighted by sample_weight (m,), negated.

        Greater is better. y is ignored.
        """
        X = self._given(X)
        weight = sample_weights(sample_weight, len(X))
        return self._validation_score(WeightedSamples(X, None, weight))

    def _validation_score(self, samples: WeightedSamples) -> float:
        X = self._cast(samples.X)
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            error = self.network_.error_unchecked(self._inputs(X), X, samples.weight)
        if not np.isfinite(error):
            raise InputError("X is so large that the network's error isn't finite")
        return -error

    @property
    def _middle(self) -> int:
        return self.network_.L // 2

    @property
    def _n_features_out(self) -> int:
        return self.network_.sizes[self._middle]

    def _hidden(self) -> tuple[int, ...]:
        hidden = super()._hidden()
        if len(hidden) % 2 == 0:
            raise InputError(
                f"hidden_layer_sizes is {self.hidden_layer_sizes!r}; allowed is an odd number of "
                "hidden layers, the middle one for the features"
            )
        return hidden

    def _n_outputs(self, X: Array, y: Any) -> int:
        return int(X.shape[1])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
