"""DanteRegressor and DanteClassifier: deep feedforward networks, as in Figure 3."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from scipy.special import log_softmax
from sklearn.base import ClassifierMixin, MultiOutputMixin, RegressorMixin
from sklearn.metrics import accuracy_score, mean_squared_error, r2_score
from sklearn.utils import check_array
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d

from .. import checks
from ..arrays import Array
from ..exceptions import InputError
from ..training.losses import make_loss
from .base import DanteEstimator, WeightedSamples, in_range, sample_weights
from .parameters import documented
from .targets import TargetScaler, class_weights


@documented
@dataclass(eq=False, repr=False, kw_only=True)
class DanteRegressor(RegressorMixin, MultiOutputMixin, DanteEstimator):  # type: ignore[misc]
    """A network for regression trained by DANTE: err = 1/m Σᵢ ‖yᵢ − network(xᵢ)‖².

    y (m,) or (m, n). normalize_y (as in GaussianProcessRegressor) shifts and divides each target to
    mean 0 and variance 1 for the training, where loss_curve_ is in these units, and back for
    predictions: a step of fixed length eta knows no other scale. A `partial_fit` keeps the first
    call's shift and divisor.

    Samples are copied into memory, equal ones together, as `distinct` says.

    {parameters}
    """

    normalize_y: bool = True

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train on X (m, d), float32 or float64 (kept; all else becomes float64), y (m,) or (m, n).

        {weights}
        """
        return self._train(X, y, sample_weight)

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """One more alternation (of each pair of layers) on these samples, else as `fit`."""
        return self._train(X, y, sample_weight, once=True)

    def _gather(
        self, X: Any, y: Any, sample_weight: Any, *, going_on: bool, once: bool
    ) -> WeightedSamples:
        inputs, targets = self._valid(
            X, y, reset=not going_on, multi_output=True, y_numeric=True
        )
        checks.not_dates("y", targets)
        targets = targets.astype(np.float64)
        self._one_output = targets.ndim == 1
        weight = sample_weights(sample_weight, len(inputs))
        return WeightedSamples(inputs, targets.reshape(len(targets), -1), weight)

    def predict(self, X: Any) -> Array:
        """The network's answer to X (m, d): (m,) or (m, n), as y was.

        float64 where y was scaled, as y is; else of X's dtype.
        """
        return self._predict(self._given(X))

    @np.errstate(under="ignore")
    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """R² of the answers to X (m, d), the mean over outputs, weighted by sample_weight (m,).

        Taken in the units of the training, where the squares of no y overflow or vanish.
        """
        answer = self.predict(X)
        checks.not_masked("y", y)
        checks.not_dates("y", y)
        y = check_array(y, ensure_2d=False, dtype=np.float64, input_name="y")
        weight = None if sample_weight is None else sample_weights(sample_weight, len(y))
        y, answer = (A.reshape(len(A), -1) for A in (y, answer))
        checks.shape_is("y", y, answer.shape, "(m, outputs)")
        scaled = (self.y_scaler_.transform(A) for A in (y, answer))
        return float(r2_score(*scaled, sample_weight=weight))

    def _predict(self, X: Array) -> Array:
        Y = self.y_scaler_.inverse_transform(
            self._blockwise(X, self.network_.forward, self._inputs)
        )
        return Y[:, 0] if self._one_output else Y

    @np.errstate(under="ignore")
    def _targets(self, y: Array, weight: Array | None, *, fresh: bool) -> Array:
        if fresh:
            self.y_scaler_ = TargetScaler.of(y, weight) if self.normalize_y else TargetScaler()
        elif self.normalize_y == self.y_scaler_.is_identity:
            raise InputError(
                f"normalize_y is {self.normalize_y}; allowed in going on is what training began "
                f"with, {not self.normalize_y} (a new one: fit with warm_start=False)"
            )
        return self.y_scaler_.transform(y).astype(self.network_.dtype)

    def _n_outputs(self, X: Array, y: Any) -> int:
        return int(y.shape[1])

    @np.errstate(under="ignore")
    def _validation_score(self, samples: WeightedSamples) -> float:
        """R²; where the y set aside are all equal, and R² isn't defined, -MSE of the scaled y."""
        answer = self._predict(samples.X).reshape(samples.y.shape)
        y, answer = (self.y_scaler_.transform(A) for A in (samples.y, answer))
        score = mean_squared_error if (y == y[0]).all() else r2_score
        value = float(score(y, answer, sample_weight=samples.weight))
        return -value if score is mean_squared_error else value


def _sorted(name: str, labels: Array) -> Array:
    """Each label once."""
    try:
        return np.unique(labels)
    except TypeError:
        kinds = sorted({type(label).__name__ for label in labels})
        raise InputError(
            f"{name} holds labels of the types {', '.join(kinds)}; allowed are labels that can be "
            "sorted, as of one type"
        ) from None


def _has_probabilities(classifier: "DanteClassifier") -> bool:
    """What was fitted decides, else what is asked for."""
    fitted = hasattr(classifier, "network_")
    loss = classifier.network_.loss.name if fitted else classifier.loss
    if loss != "cross_entropy":
        raise AttributeError(f"loss is {loss!r}; 'cross_entropy' gives probabilities")
    return True


@documented
@dataclass(eq=False, repr=False, kw_only=True)
class DanteClassifier(ClassifierMixin, DanteEstimator):  # type: ignore[misc]
    """A network for classification trained by DANTE.

    loss='cross_entropy': softmax on the last layer's scores, for which the paper believes that its
    results extend, and proves nothing; in the last layer alone it is convex, hence SLQC on bounded
    weights (see training.losses). loss='squared': the paper's squared error, on targets that are 1
    for a sample's class and 0 for the others. The largest output is the class either way.

    Samples are copied into memory, equal ones together, as `distinct` says.

    {parameters}
    """

    loss: str = "cross_entropy"
    class_weight: Mapping[Any, float] | str | None = None

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train on X (m, d), float32 or float64 (kept; all else becomes float64), labels y (m,).

        {weights}
        """
        return self._train(X, y, sample_weight)

    def partial_fit(
        self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None
    ) -> Self:
        """One more alternation (of each pair of layers) on these samples, else as `fit`.

        classes: all labels there will be; the first call needs them, others may repeat them.
        """
        return self._train(X, y, sample_weight, classes, once=True)

    def _gather(
        self, X: Any, y: Any, sample_weight: Any, classes: Any = None, *, going_on: bool,
        once: bool,
    ) -> WeightedSamples:
        if once and classes is None:
            if not going_on:
                raise InputError("classes is None; the first partial_fit needs all classes")
            classes = self.classes_
        inputs, labels = self._valid(X, y, reset=not going_on)
        labels = column_or_1d(labels, warn=True)
        known = _sorted("y", labels)
        check_classification_targets(labels)
        if classes is not None:
            known = _sorted("classes", column_or_1d(classes))
        if going_on and not np.array_equal(known, self.classes_):
            if once:
                raise InputError(
                    f"classes are {known}; allowed are the first call's {self.classes_}"
                )
            raise InputError(
                f"y holds the classes {known}; allowed with warm_start are the last fit's, "
                f"{self.classes_}"
            )
        unknown = np.setdiff1d(labels, known)
        if len(unknown):
            raise InputError(f"y holds {unknown}; allowed are the classes {known}")
        self.classes_: Array = known
        codes = np.searchsorted(known, labels)
        weight = sample_weights(sample_weight, len(inputs))
        weight = weight * class_weights(self.class_weight, known, codes, weight, once)[codes]
        if not weight.any():
            raise InputError(
                "sample_weight and class_weight are 0 for every sample; allowed is not all 0"
            )
        return WeightedSamples(inputs, codes.reshape(-1, 1), in_range(weight))

    def decision_function(self, X: Any) -> Array:
        """The last layer's scores (m, classes); for two classes their difference, (m,)."""
        scores = self._scores(self._given(X))
        return scores[:, 1] - scores[:, 0] if len(self.classes_) == 2 else scores

    def predict(self, X: Any) -> Array:
        """The class of each row of X (m, d): (m,)."""
        check_is_fitted(self)
        answer: Array = self.classes_[self._scores(self._given(X)).argmax(axis=1)]
        return answer

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """The accuracy on X (m, d) with labels y (m,), weighted by sample_weight (m,)."""
        answer = self.predict(X)
        checks.not_masked("y", y)
        weight = None if sample_weight is None else sample_weights(sample_weight, len(answer))
        return float(accuracy_score(y, answer, sample_weight=weight))

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> Array:
        """The softmax of the scores, (m, classes): with loss='cross_entropy' alone."""
        return self._blockwise(self._given(X), self.network_.forward, self._inputs)

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]
    def predict_log_proba(self, X: Any) -> Array:
        """The logarithms of `predict_proba`, without its underflow."""
        scores = self._scores(self._given(X))
        with np.errstate(under="ignore"):
            answer: Array = log_softmax(scores, axis=1)
        return answer

    def _scores(self, X: Array) -> Array:
        return self._blockwise(X, self.network_.scores, self._inputs)

    def _loss_name(self) -> str:
        return make_loss(self.loss).name

    def _targets(self, y: Array, weight: Array | None, *, fresh: bool) -> Array:
        return np.eye(len(self.classes_), dtype=self.network_.dtype)[y[:, 0]]

    def _n_outputs(self, X: Array, y: Any) -> int:
        return len(self.classes_)

    def _validation_score(self, samples: WeightedSamples) -> float:
        answer = self._scores(samples.X).argmax(axis=1)
        return float(accuracy_score(samples.y[:, 0], answer, sample_weight=samples.weight))
