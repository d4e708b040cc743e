"""DanteRegressor and DanteClassifier: deep feedforward networks, as in Figure 3."""

from typing import Any, Self

import numpy as np
from scipy.special import log_softmax
from sklearn.base import ClassifierMixin, MultiOutputMixin, RegressorMixin
from sklearn.metrics import accuracy_score, r2_score
from sklearn.preprocessing import StandardScaler
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from ..activations import Activation
from ..algorithms.sngd import Normalise
from ..arrays import Array
from ..exceptions import InputError
from ..training.losses import make_loss
from ..training.rules import Rule
from .base import DTYPES, DanteEstimator, Samples, sample_weights
from .parameters import documented


@documented
class DanteRegressor(RegressorMixin, MultiOutputMixin, DanteEstimator):  # type: ignore[misc]
    """A network for regression trained by DANTE: err = 1/m sum_i ||y_i - network(x_i)||^2.

    y (m,) or (m, n). normalize_y (as in GaussianProcessRegressor) shifts and divides each target to
    mean 0 and variance 1 for the training, where loss_curve_ is in these units, and back for
    predictions: a step of fixed length eta knows no other scale. A `partial_fit` keeps the first
    call's shift and divisor.

    Samples are copied into memory, equal ones together, as `distinct` says.

    {parameters}
    """

    def __init__(
        self,
        hidden_layer_sizes: int | tuple[int, ...] = (100,),
        activation: str | Activation = "generalized_relu",
        *,
        output_activation: str | Activation = "identity",
        normalize_y: bool = True,
        schedule: str = "greedy_pairs",
        rule: str | Rule = "sgd",
        normalise: Normalise = "matrix",
        eta: float | None = None,
        batch_size: int = 20,
        inner_iter: int | str = "auto",
        max_iter: int = 200,
        tol: float | None = 1e-4,
        n_iter_no_change: int = 10,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        fit_intercept: bool = True,
        warm_start: bool = False,
        random_state: Any = None,
        verbose: bool = False,
    ):
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.output_activation = output_activation
        self.normalize_y = normalize_y
        self.schedule = schedule
        self.rule = rule
        self.normalise = normalise
        self.eta = eta
        self.batch_size = batch_size
        self.inner_iter = inner_iter
        self.max_iter = max_iter
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.fit_intercept = fit_intercept
        self.warm_start = warm_start
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train on X (m, d), float32 or float64 (kept; all else becomes float64), y (m,) or (m, n).

        {weights}
        Raises InputError for bad parameters, ValueError or TypeError for bad data,
        DivergenceError when training leaves the finite numbers.
        """
        return self._fit(X, y, sample_weight, going_on=self._going_on())

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """One more alternation (of each pair of layers) on these samples, else as `fit`."""
        return self._fit(X, y, sample_weight, going_on=hasattr(self, "network_"), once=True)

    def _fit(
        self, X: Any, y: Any, sample_weight: Any, *, going_on: bool, once: bool = False
    ) -> Self:
        X, y = validate_data(
            self, X, y, reset=not going_on, dtype=DTYPES, multi_output=True, y_numeric=True
        )
        y = y.astype(np.float64)
        self._one_output = y.ndim == 1
        weight = sample_weights(sample_weight, len(X))
        return self._train(Samples(X, y.reshape(len(y), -1), weight), going_on=going_on, once=once)

    def predict(self, X: Any) -> Array:
        """The network's answer to X (m, d): (m,) or (m, n), as y was."""
        return self._predict(self._given(X))

    def _predict(self, X: Array) -> Array:
        Y = self._blockwise(X, self.network_.forward, self._inputs)
        if self.normalize_y:
            Y = self.y_scaler_.inverse_transform(Y).astype(Y.dtype, copy=False)
        return Y[:, 0] if self._one_output else Y

    def _prepare(self, samples: Samples) -> None:
        if not self.normalize_y:
            return
        with np.errstate(over="ignore", invalid="ignore"):
            self.y_scaler_ = StandardScaler().fit(samples.y, sample_weight=samples.weight)
        if not np.isfinite(self.y_scaler_.scale_).all():
            raise InputError("y is so large that its variance isn't finite; allowed is smaller y")

    def _targets(self, y: Array, dtype: np.dtype[Any]) -> Array:
        y = self.y_scaler_.transform(y) if self.normalize_y else y
        return y.astype(dtype)

    def _n_outputs(self, samples: Samples) -> int:
        return int(samples.y.shape[1])

    def _validation_score(self, samples: Samples) -> float:
        answer = self._predict(samples.X).reshape(samples.y.shape)
        return float(r2_score(samples.y, answer, sample_weight=samples.weight))


def _has_probabilities(classifier: "DanteClassifier") -> bool:
    if classifier.loss != "cross_entropy":
        raise AttributeError(f"loss is {classifier.loss!r}; 'cross_entropy' gives probabilities")
    return True


@documented
class DanteClassifier(ClassifierMixin, DanteEstimator):  # type: ignore[misc]
    """A network for classification trained by DANTE.

    loss='cross_entropy': softmax on the last layer's scores, for which the paper believes that its
    results extend, and proves nothing; in the last layer alone it is convex, hence SLQC on bounded
    weights (see training.losses). loss='squared': the paper's squared error, on targets that are 1
    for a sample's class and 0 for the others. The largest output is the class either way.

    Samples are copied into memory, equal ones together, as `distinct` says.

    {parameters}
    classes_             the labels, sorted
    """

    def __init__(
        self,
        hidden_layer_sizes: int | tuple[int, ...] = (100,),
        activation: str | Activation = "generalized_relu",
        *,
        output_activation: str | Activation = "identity",
        loss: str = "cross_entropy",
        schedule: str = "greedy_pairs",
        rule: str | Rule = "sgd",
        normalise: Normalise = "matrix",
        eta: float | None = None,
        batch_size: int = 20,
        inner_iter: int | str = "auto",
        max_iter: int = 200,
        tol: float | None = 1e-4,
        n_iter_no_change: int = 10,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        fit_intercept: bool = True,
        warm_start: bool = False,
        random_state: Any = None,
        verbose: bool = False,
    ):
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.output_activation = output_activation
        self.loss = loss
        self.schedule = schedule
        self.rule = rule
        self.normalise = normalise
        self.eta = eta
        self.batch_size = batch_size
        self.inner_iter = inner_iter
        self.max_iter = max_iter
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.fit_intercept = fit_intercept
        self.warm_start = warm_start
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train on X (m, d), float32 or float64 (kept; all else becomes float64), labels y (m,).

        {weights}
        Raises InputError for bad parameters, ValueError or TypeError for bad data,
        DivergenceError when training leaves the finite numbers.
        """
        going_on = self._going_on()
        X, y = self._labelled(X, y, reset=not going_on)
        classes = np.unique(y)
        if going_on and not np.array_equal(classes, self.classes_):
            raise InputError(
                f"y holds the classes {classes}; allowed with warm_start are the last fit's, "
                f"{self.classes_}"
            )
        return self._fit(X, y, classes, sample_weight, going_on=going_on)

    def partial_fit(
        self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None
    ) -> Self:
        """One more alternation (of each pair of layers) on these samples, else as `fit`.

        classes: all labels there will be; the first call needs them, others may repeat them.
        """
        going_on = hasattr(self, "network_")
        if classes is not None:
            classes = np.unique(column_or_1d(classes))
        elif going_on:
            classes = self.classes_
        else:
            raise InputError("classes is None; the first partial_fit needs all classes")
        if going_on and not np.array_equal(classes, self.classes_):
            raise InputError(f"classes are {classes}; allowed are the first call's {self.classes_}")
        X, y = self._labelled(X, y, reset=not going_on)
        return self._fit(X, y, classes, sample_weight, going_on=going_on, once=True)

    def _labelled(self, X: Any, y: Any, *, reset: bool) -> tuple[Array, Array]:
        X, y = validate_data(self, X, y, reset=reset, dtype=DTYPES)
        y = column_or_1d(y, warn=True)
        check_classification_targets(y)
        return X, y

    def _fit(
        self, X: Array, y: Array, classes: Array, sample_weight: Any, *, going_on: bool,
        once: bool = False,
    ) -> Self:
        unknown = np.setdiff1d(y, classes)
        if len(unknown):
            raise InputError(f"y holds {unknown}; allowed are the classes {classes}")
        weight = sample_weights(sample_weight, len(X))
        self.classes_ = classes
        codes = np.searchsorted(classes, y).reshape(-1, 1)
        return self._train(Samples(X, codes, weight), going_on=going_on, once=once)

    def decision_function(self, X: Any) -> Array:
        """The last layer's scores (m, classes); for two classes their difference, (m,)."""
        scores = self._scores(self._given(X))
        return scores[:, 1] - scores[:, 0] if len(self.classes_) == 2 else scores

    def predict(self, X: Any) -> Array:
        """The class of each row of X (m, d): (m,)."""
        check_is_fitted(self)
        answer: Array = self.classes_[self._scores(self._given(X)).argmax(axis=1)]
        return answer

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> Array:
        """The softmax of the scores, (m, classes): with loss='cross_entropy' alone."""
        return self._blockwise(self._given(X), self.network_.forward, self._inputs)

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]
    def predict_log_proba(self, X: Any) -> Array:
        """The logarithms of `predict_proba`, without its underflow."""
        answer: Array = log_softmax(self._scores(self._given(X)), axis=1)
        return answer

    def _scores(self, X: Array) -> Array:
        return self._blockwise(X, self.network_.scores, self._inputs)

    def _loss_name(self) -> str:
        return make_loss(self.loss).name

    def _targets(self, y: Array, dtype: np.dtype[Any]) -> Array:
        return np.eye(len(self.classes_), dtype=dtype)[y[:, 0]]

    def _n_outputs(self, samples: Samples) -> int:
        return len(self.classes_)

    def _strata(self, samples: Samples) -> Array:
        labels: Array = samples.y[:, 0]
        return labels

    def _validation_score(self, samples: Samples) -> float:
        answer = self._scores(samples.X).argmax(axis=1)
        return float(accuracy_score(samples.y[:, 0], answer, sample_weight=samples.weight))
