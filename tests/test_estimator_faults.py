"""Estimators where a fit fails, weights are 0, y is far out, or parameters change after the fit."""

from copy import deepcopy
from fractions import Fraction

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, r2_score
from sklearn.model_selection import train_test_split

from dante_ref.activations import GeneralizedReLU
from dante_ref.estimators import DanteAutoencoder, DanteClassifier, DanteRegressor
from dante_ref.estimators.targets import TargetScaler, class_weights
from dante_ref.exceptions import DivergenceError, InputError
from dante_ref.training.engine import Training

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
ALL = (DanteAutoencoder, DanteRegressor, DanteClassifier)
SHORT = dict(hidden_layer_sizes=(5,), max_iter=3, tol=None, inner_iter=20, random_state=0)


@pytest.fixture(scope="module")
def data():
    """X (60, 4), labels (60,) and a real target (60,) that depend on X."""
    X = np.random.default_rng(5).normal(size=(60, 4))
    return X, (X[:, 0] > 0) + 1 * (X[:, 1] > 0.5), np.tanh(X[:, 0]) + X[:, 1]


def y_of(kind, data):
    return data[1] if kind is DanteClassifier else data[2]


def same(one, other):
    return all(np.array_equal(V, W) for V, W in zip(one.coefs_, other.coefs_, strict=True))


# ---- the same bits wherever X lies -------------------------------------------------------------


@pytest.mark.parametrize("repeated", [False, True], ids=["distinct", "with equal rows"])
@pytest.mark.parametrize("more", [{}, {"early_stopping": True}, {"fit_intercept": True}],
                         ids=["plain", "early stopping", "intercept"])
def test_a_mapped_x_leads_to_the_same_bits(tmp_path, data, more, repeated):
    X = np.vstack([data[0], data[0][:7]]) if repeated else data[0]
    np.save(tmp_path / "X.npy", X)
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    fortran = np.asfortranarray(X)
    one, other, third = (DanteAutoencoder(**SHORT, **more).fit(A) for A in (X, mapped, fortran))
    assert same(one, other) and same(one, third)
    assert one.loss_curve_ == other.loss_curve_ == third.loss_curve_
    assert one.score(X) == other.score(mapped)


def test_jobs_do_not_change_the_result():
    """joblib maps arrays of more than 1 MiB into memory for its processes."""
    X = np.random.default_rng(0).random((9000, 16))
    assert X.nbytes > 1 << 20
    fit = joblib.delayed(lambda A: DanteAutoencoder(**SHORT).fit(A).coefs_)
    alone, = joblib.Parallel(n_jobs=1)([fit(X)])
    for coefs in joblib.Parallel(n_jobs=2)([fit(X), fit(X)]):
        assert all(np.array_equal(V, W) for V, W in zip(alone, coefs, strict=True))


# ---- a fit that fails --------------------------------------------------------------------------


def everything(estimator):
    return {
        name: [W.copy() for W in value.weights] if name == "network_" else value
        for name, value in vars(estimator).items() if name.endswith("_") and name != "_state"
    }


BAD = [
    {"max_iter": 0}, {"eta": -1.0}, {"hidden_layer_sizes": (0,)}, {"batch_size": 0},
    {"random_state": "x"}, {"schedule": "newton"}, {"normalise": "yes"},
    {"early_stopping": True, "validation_fraction": 2.0},
]


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: next(iter(bad)))
@pytest.mark.parametrize("kind", ALL)
def test_refused_parameters_change_nothing(kind, bad, data):
    X, y = data[0], y_of(kind, data)
    one = kind(**SHORT).fit(X, y)
    before, answer = everything(one), one.score(X, y)
    parameters = one.get_params()
    other = X[:40, :3], (np.where(y > 1, 7, 9) if kind is DanteClassifier else 5 * y + 3)[:40]
    with pytest.raises(InputError):
        one.set_params(**bad).fit(*other)
    one.set_params(**parameters)
    np.testing.assert_equal(everything(one), before)
    assert one.score(X, y) == answer


@pytest.mark.parametrize("kind", ALL)
def test_refused_data_changes_nothing(kind, data):
    X, y = data[0], y_of(kind, data)
    one = kind(**SHORT).fit(X, y)
    before = everything(one)
    calls = [
        lambda: one.fit(np.full((9, 2), np.nan), y[:9]),
        lambda: one.fit(X[:, :2], y, sample_weight=-np.ones(60)),
        lambda: one.fit(X[:, :2], y, sample_weight=np.zeros(60)),
    ]
    if kind is DanteClassifier:
        calls += [lambda: one.fit(X, np.linspace(0, 1, 60)),
                  lambda: one.partial_fit(X, y, classes=[0, 1]),
                  lambda: one.partial_fit(X, y + 1)]
    for call in calls:
        with pytest.raises(ValueError):
            call()
        np.testing.assert_equal(everything(one), before)


@pytest.mark.parametrize("kind", ALL)
def test_a_first_fit_that_is_refused_leaves_an_unfitted_estimator(kind, data):
    one = kind(**SHORT | {"max_iter": 0})
    with pytest.raises(InputError):
        one.fit(data[0], y_of(kind, data))
    assert [name for name in vars(one) if name.endswith("_") or name.startswith("_")] == []


def test_ctrl_c_while_it_is_being_prepared_changes_nothing(data, monkeypatch):
    one = DanteRegressor(**SHORT).fit(data[0], data[2])
    before = everything(one)

    def pressed(self, *args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(Training, "__init__", pressed)
    with pytest.raises(KeyboardInterrupt):
        one.fit(data[0][:, :2], data[2])
    np.testing.assert_equal(everything(one), before)


@pytest.mark.parametrize("kind", ALL)
def test_a_warm_fit_never_ends_below_the_best_so_far(kind, data):
    """Steps far too long: what follows the first fit is worse."""
    X, y = data[0], y_of(kind, data)
    one = kind(**SHORT | {"max_iter": 30, "eta": 0.05}, early_stopping=True, warm_start=True,
               validation_fraction=0.4).fit(X, y)
    best, kept = one.best_validation_score_, [W.copy() for W in one.coefs_]
    one.set_params(eta=50.0, max_iter=2).fit(X, y)
    assert len(one.validation_scores_) == 32 and max(one.validation_scores_[30:]) < best
    assert one.best_validation_score_ == best
    assert all(np.array_equal(V, W) for V, W in zip(one.coefs_, kept, strict=True))
    one.set_params(eta=0.01, max_iter=20).fit(X, y)
    assert one.best_validation_score_ == max(one.validation_scores_) >= best


@pytest.mark.parametrize("kind", ALL)
def test_only_what_is_set_aside_is_a_validation_score(kind, data):
    """A partial_fit sets none aside, nor does a fit without early stopping."""
    X, y = data[0], y_of(kind, data)
    one = kind(**SHORT, early_stopping=True, validation_fraction=0.4).fit(X, y)
    scores, best = list(one.validation_scores_), one.best_validation_score_
    assert best == max(scores) != -one.partial_fit(X, y).loss_
    assert (one.validation_scores_, one.best_validation_score_) == (scores, best)
    one.set_params(early_stopping=False).fit(X, y)
    assert not hasattr(one, "validation_scores_") and not hasattr(one, "best_validation_score_")


@pytest.mark.parametrize("kind", ALL)
def test_dates_are_no_numbers(kind, data):
    """NumPy turns them into some, and NaT into -9e18."""
    X, y = data[0], y_of(kind, data)
    X_dates = (X * 1e6).astype("M8[s]")
    fitted = kind(**SHORT).fit(X, y)
    answer = fitted.inverse_transform if kind is DanteAutoencoder else fitted.predict
    for call in (lambda X: kind(**SHORT).fit(X, y), answer):
        for dates in (X_dates, pd.DataFrame(X_dates)):
            with pytest.raises(InputError, match=r"^X has dtype datetime64\[\w+\]; allowed are"):
                call(dates)
    for dates in ((y * 1e6).astype("m8[s]"), np.full(60, "NaT", "M8[D]")):
        with pytest.raises(InputError, match=r"^y has dtype \w+\[\w+\]; allowed are real"):
            DanteRegressor(**SHORT).fit(X, dates)


@pytest.mark.parametrize("begun", [False, True])
def test_another_scaling_of_y_than_training_began_with_is_refused(begun, data):
    one = DanteRegressor(**SHORT, normalize_y=begun, warm_start=True).fit(data[0], data[2])
    before = everything(one)
    for go_on in (one.fit, one.partial_fit):
        with pytest.raises(InputError, match=f"^normalize_y is {not begun}; .* {begun} "):
            one.set_params(normalize_y=not begun)
            go_on(data[0], data[2])
    np.testing.assert_equal(everything(one), before)


@pytest.mark.parametrize("a", [np.array([0.1, 0.2]), Fraction(1, 10)], ids=["a stack's", "exact"])
def test_slopes_of_a_stack_and_of_exact_arithmetic_are_refused_by_name(a, data):
    with pytest.raises(InputError, match=r"^a slope of activations\[1\] is .* type float"):
        DanteRegressor(**SHORT, activation=GeneralizedReLU(a, 1.0)).fit(data[0], data[2])


@pytest.mark.parametrize("kind", ALL)
def test_x_beyond_float32_is_too_large_not_nan(kind, data):
    X, y = data[0].astype(np.float32), y_of(kind, data)
    one = kind(**SHORT, warm_start=True).fit(X, y)
    answer = one.transform if kind is DanteAutoencoder else one.predict
    for call in (lambda X: one.fit(X, y), answer):
        with pytest.raises(InputError, match=r"^X isn't finite in the weights' float32"):
            call(1e200 * data[0])


def test_a_fit_that_diverges_at_once_has_no_error_of_an_earlier_one(data):
    one = DanteRegressor(**SHORT, normalise=None).fit(data[0], data[2])
    with pytest.raises(DivergenceError):
        one.set_params(eta=1e200).fit(data[0], data[2])
    assert one.n_iter_ == 0 and one.loss_curve_ == [] and not hasattr(one, "loss_")


# ---- y far out ---------------------------------------------------------------------------------

FAR = {"a large mean": lambda u: 1e8 + 1e-3 * u, "tiny": lambda u: 1e-170 * u,
       "huge": lambda u: 1e150 * u, "subnormal": lambda u: 1e-310 * u,
       "negative": lambda u: -1e12 + u}


@pytest.mark.parametrize("far", FAR.values(), ids=list(FAR))
def test_y_far_out_is_learned_as_well_as_y_near(far, data):
    X, _, u = data
    near = DanteRegressor(**SHORT | {"max_iter": 30}).fit(X, u)
    one = DanteRegressor(**SHORT | {"max_iter": 30}).fit(X, far(u))
    z = one.y_scaler_.transform(far(u))
    assert abs(z.mean()) < 1e-6 and abs(z.std() - 1) < 1e-6
    assert near.score(X, u) > 0.8
    assert one.score(X, far(u)) == pytest.approx(near.score(X, u), abs=0.05)


def test_the_scaling_is_weighted():
    rng = np.random.default_rng(0)
    y, weight = rng.normal(size=(30, 2)), rng.integers(0, 4, size=30).astype(float)
    weighted, repeated = TargetScaler.of(y, weight), y.repeat(weight.astype(int), axis=0)
    np.testing.assert_allclose(weighted.mean_, repeated.mean(axis=0), rtol=1e-13)
    np.testing.assert_allclose(weighted.scale_, repeated.std(axis=0), rtol=1e-13)
    assert not np.allclose(TargetScaler.of(y, None).mean_, weighted.mean_, rtol=1e-3)
    y[:, 1] = 7.0
    assert TargetScaler.of(y, weight).scale_[1] == 1.0
    assert TargetScaler.of(y, weight).mean_[1] == 7.0


def test_a_regressor_scales_y_with_its_weights(data):
    """It would go unseen if all y were scaled alike: weights are 0 where y is far away."""
    X, _, y = data
    weight, far = 1.0 * (X[:, 0] > 0), np.where(X[:, 0] > 0, y, 1e6)
    one = DanteRegressor(**SHORT).fit(X, far, sample_weight=weight + 1e-9)
    assert abs(one.y_scaler_.mean_[0] - y[X[:, 0] > 0].mean()) < 0.1


def test_time_stamps_keep_their_digits_with_float32(data):
    X, _, u = data
    one = DanteRegressor(**SHORT).fit(X.astype(np.float32), 1.7e9 + u)
    answer = one.predict(X.astype(np.float32))
    assert answer.dtype == np.float64
    assert np.min(np.diff(np.unique(answer))) < 1  # float32's steps there are 128


@pytest.mark.parametrize("far", [1e160, 1e300])
def test_y_whose_variance_is_not_finite_is_refused_by_name(far, data):
    with pytest.raises(InputError, match=r"^y is so large"):
        DanteRegressor(**SHORT).fit(data[0], far * data[2])


# ---- weights where they weigh ------------------------------------------------------------------


@pytest.mark.parametrize("kind", ALL)
def test_samples_of_weight_0_are_left_out_with_early_stopping_too(kind, data):
    X, y = data[0], y_of(kind, data)
    keep = np.arange(60) % 3 > 0
    weight = np.where(keep, 2.0, 0.0)
    one = kind(**SHORT, early_stopping=True).fit(X, y, sample_weight=weight)
    other = kind(**SHORT, early_stopping=True).fit(X[keep], y[keep])
    assert same(one, other) and one.validation_scores_ == other.validation_scores_


@pytest.mark.parametrize("positive", [1, 2, 3])
@pytest.mark.parametrize("kind", ALL)
def test_few_samples_that_weigh_are_too_few_by_name(kind, positive, data):
    X, y = data[0], y_of(kind, data)
    weight = 1.0 * (np.arange(60) < positive)
    try:
        one = kind(**SHORT, early_stopping=True).fit(X, y, sample_weight=weight)
    except InputError as error:
        assert "validation_fraction" in str(error) and str(positive) in str(error)
    else:
        assert np.isfinite(one.validation_scores_).all()


def held_out_rows(one, y=None):
    """The rows set aside: one's first random number is the seed of scikit-learn's split."""
    seed = int(np.random.default_rng(one.random_state).integers(2**31))
    return train_test_split(
        np.arange(60), test_size=one.validation_fraction, random_state=seed, stratify=y
    )[1]


def test_the_validation_r2_is_weighted(data):
    X, _, y = data
    weight = np.linspace(0.01, 5, 60) ** 2
    one = DanteRegressor(**SHORT | {"max_iter": 1}, early_stopping=True,
                         validation_fraction=0.4).fit(X, y, sample_weight=weight)
    rows = held_out_rows(one)
    answer = one.predict(X[rows])
    expected = r2_score(y[rows], answer, sample_weight=weight[rows])
    assert one.validation_scores_[0] == pytest.approx(expected, rel=1e-9)
    assert abs(expected - r2_score(y[rows], answer)) > 1e-3


def test_the_validation_accuracy_is_weighted(data):
    X, y, _ = data
    weight = np.linspace(0.01, 5, 60) ** 2
    one = DanteClassifier(**SHORT | {"max_iter": 1}, early_stopping=True,
                          validation_fraction=0.4).fit(X, y, sample_weight=weight)
    rows = held_out_rows(one, y)
    answer = one.predict(X[rows])
    assert one.validation_scores_[0] == pytest.approx(
        accuracy_score(y[rows], answer, sample_weight=weight[rows]), rel=1e-12)
    assert one.validation_scores_[0] != accuracy_score(y[rows], answer)


def test_a_score_is_weighted(data):
    X, _, y = data
    weight = np.linspace(0.01, 5, 60) ** 2
    one = DanteRegressor(**SHORT).fit(X, y)
    assert one.score(X, y, weight) == pytest.approx(
        r2_score(y, one.predict(X), sample_weight=weight), rel=1e-9)
    Y = np.column_stack([y, -3 * y + X[:, 2]])
    two = DanteRegressor(**SHORT).fit(X, Y)
    assert two.score(X, Y) == pytest.approx(r2_score(Y, two.predict(X)), rel=1e-9)


def test_an_accuracy_is_weighted(data):
    X, labels, _ = data
    one = DanteClassifier(**SHORT).fit(X, labels)
    right, weight = one.predict(X) == labels, np.linspace(0, 5, 60) ** 2
    assert right.any() and not right.all()
    assert one.score(X, labels, weight) == pytest.approx(weight[right].sum() / weight.sum())
    assert one.score(X, labels) == right.mean() != one.score(X, labels, weight)
    assert one.score(X, labels, 1.0 * right) == 1 and one.score(X, labels, 1.0 * ~right) == 0


@pytest.mark.parametrize("rows", [4, 9, 10])
@pytest.mark.parametrize("kind", ALL)
def test_a_validation_set_of_one_sample_scores(kind, rows, data):
    X, y = data[0][:rows], np.arange(rows) % 2 if kind is DanteClassifier else data[2][:rows]
    more = {"validation_fraction": 2 / rows} if kind is DanteClassifier else {}
    one = kind(**SHORT, early_stopping=True, **more).fit(X, y)
    scores = one.validation_scores_
    assert np.isfinite(scores).all() and one.best_validation_score_ == max(scores)
    if kind is DanteRegressor:
        assert len(set(scores)) == len(scores)  # it tells weights apart


# ---- class_weight ------------------------------------------------------------------------------


def test_class_weights_are_sample_weights(data):
    X, y, _ = data
    given = DanteClassifier(**SHORT, class_weight={0: 3.0, 2: 0.5}).fit(X, y)
    assert same(given, DanteClassifier(**SHORT).fit(
        X, y, sample_weight=np.array([3.0, 1.0, 0.5])[y]))
    both = DanteClassifier(**SHORT, class_weight={0: 3.0}).fit(X, y, sample_weight=X[:, 0] ** 2)
    assert same(both, DanteClassifier(**SHORT).fit(
        X, y, sample_weight=X[:, 0] ** 2 * np.array([3.0, 1.0, 1.0])[y]))


def test_balanced_classes_weigh_the_same(data):
    X, y, _ = data
    weight = np.random.default_rng(3).integers(1, 4, size=60)
    one = DanteClassifier(**SHORT, class_weight="balanced").fit(X, y, sample_weight=weight)
    total = np.bincount(y, weights=weight)
    assert same(one, DanteClassifier(**SHORT).fit(
        X, y, sample_weight=weight * (total.sum() / 3 / total)[y]))


@pytest.mark.parametrize("bad", ["even", 3, {7: 1.0}, {0: -1.0}, {0: np.nan}, [1, 2, 3],
                                 {0: 0, 1: 0, 2: 0}])
def test_bad_class_weights_are_named(bad, data):
    with pytest.raises(InputError, match="class_weight"):
        DanteClassifier(**SHORT, class_weight=bad).fit(data[0], data[1])


def test_balanced_needs_all_samples(data):
    with pytest.raises(InputError, match=r"class_weight is 'balanced'.*partial_fit"):
        DanteClassifier(**SHORT, class_weight="balanced").partial_fit(
            data[0], data[1], classes=[0, 1, 2])


# ---- what was fitted decides -------------------------------------------------------------------


@pytest.mark.parametrize("kind, changed", [
    (DanteRegressor, {"normalize_y": False}), (DanteRegressor, {"fit_intercept": False}),
    (DanteClassifier, {"fit_intercept": False}), (DanteClassifier, {"loss": "squared"}),
    (DanteAutoencoder, {"fit_intercept": True}),
    (DanteRegressor, {"hidden_layer_sizes": (2, 2), "activation": "tanh"}),
])
def test_answers_are_those_of_what_was_fitted(kind, changed, data):
    X, y = data[0], y_of(kind, data)
    one = kind(**SHORT).fit(X, y)
    ask = one.transform if kind is DanteAutoencoder else one.predict
    answer, score = ask(X), one.score(X, y)
    one.set_params(**changed)
    np.testing.assert_array_equal(ask(X), answer)
    assert one.score(X, y) == score
    if kind is DanteClassifier:
        np.testing.assert_allclose(one.predict_proba(X).sum(axis=1), 1)


def test_a_regressor_fitted_without_scaling_has_none_later(data):
    X, _, y = data
    one = DanteRegressor(**SHORT, normalize_y=False).fit(X, y)
    answer = one.predict(X)
    np.testing.assert_array_equal(one.set_params(normalize_y=True).predict(X), answer)


def test_squared_error_has_no_probabilities_whatever_loss_says_later(data):
    one = DanteClassifier(**SHORT, loss="squared").fit(data[0], data[1])
    assert not hasattr(one.set_params(loss="cross_entropy"), "predict_proba")


@pytest.mark.parametrize("early_stopping", [False, True])
@pytest.mark.parametrize("kind", ALL)
def test_only_the_ratios_of_weights_count_however_large_or_small(kind, early_stopping, data):
    """To the last bit: near 1e308 a sum of two is infinite, near 5e-324 a product has no digits."""
    X, t = data[0], y_of(kind, data)
    ratios = np.random.default_rng(0).integers(1, 4, len(X)).astype(np.float64)

    def fitted(weight):
        one = kind(**SHORT, early_stopping=early_stopping).fit(X, t, sample_weight=weight)
        score = one.score(X, t, sample_weight=weight)
        assert np.isfinite(score) and one.score(X, t, 3.0) == one.score(X, t, np.ones(len(X)))
        return [*one.coefs_, np.array([score, one.loss_])]

    plain = fitted(ratios)
    for factor in (2.0**1022, 2.0**-1074):
        for A, B in zip(plain, fitted(ratios * factor), strict=True):
            assert np.array_equal(A, B)


def test_huge_class_weights_are_ratios_too(data):
    X, c = data[:2]
    labels = np.unique(c)
    one, other = (
        DanteClassifier(**SHORT, class_weight=dict.fromkeys(labels, weight), early_stopping=True)
        .fit(X, c) for weight in (1.0, 2.0**1023)
    )
    assert np.array_equal(one.coefs_[0], other.coefs_[0])
    assert one.validation_scores_ == other.validation_scores_


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.int64, object])
def test_a_score_is_of_the_numbers_however_they_are_stored(dtype, data):
    """Of the order of 300: in float16 their squares would be infinite."""
    X, y = data[0], np.rint(100 * data[2])
    one = DanteRegressor(**SHORT, normalize_y=False).fit(X, y)
    assert one.score(X, y.astype(dtype)) == one.score(X, y)


def test_underflow_is_no_error_even_where_numpy_is_told_so(data):
    """What is lost is far below what is left."""
    X, y = data[0], 1e-170 * data[2]
    one = DanteRegressor(**SHORT).fit(X, y)
    tiny = np.full((1, 4), 5e-324)
    answer, scaler = one.predict(tiny), TargetScaler.of(y[:, None], None)
    with np.errstate(under="raise"):
        assert np.array_equal(one.predict(tiny), answer)
        assert TargetScaler.of(y[:, None], None).scale_ == scaler.scale_
        assert -1e-300 < DanteAutoencoder(**SHORT).fit(1e-160 * X).score(1e-160 * X) <= 0
        assert DanteRegressor(**SHORT, normalize_y=False).fit(X, y).score(X, y + X[:, 0]) < 1
        far = DanteClassifier(**SHORT).fit(X, data[1]).predict_log_proba(1e30 * X)
        assert far.min() < -1e20
    assert scaler.scale_ == pytest.approx(y.std(), rel=1e-12)


def test_each_output_is_scaled_by_itself_however_far_apart_they_are():
    u = np.random.default_rng(0).normal(size=50)
    y = np.c_[u, 1e150 * u, -1e-170 * u, np.full(50, 7.0), 1e12 + u]  # squares 640 digits apart
    for weight in (None, np.full(50, 1e200), np.full(50, 1e-200)):
        scaler = TargetScaler.of(y, weight)
        z = scaler.transform(y)
        assert not scaler.is_identity and np.array_equal(z[:, 3], np.zeros(50))
        np.testing.assert_allclose(np.delete(z, 3, axis=1).mean(axis=0), 0, atol=1e-12)
        np.testing.assert_allclose(np.delete(z, 3, axis=1).std(axis=0), 1, rtol=1e-12)
        np.testing.assert_allclose(scaler.inverse_transform(z), y, rtol=1e-15, atol=0)
    with pytest.raises(InputError, match="y is so large"):  # and no warning
        TargetScaler.of(np.array([[-1.7e308], [1.7e308], [1.7e308]]), None)


def test_balanced_weights_by_hand_and_a_class_without_samples_weighs_1():
    """sum(w)/k of the k classes that are there, over the class's own sum."""
    classes, codes = np.arange(4), np.array([0, 0, 0, 2, 3])
    weight = np.array([1.0, 1.0, 2.0, 2.0, 0.0])
    assert class_weights("balanced", classes, codes, weight, False).tolist() == [0.75, 1, 1.5, 1]
    for unit in (1 / 8, 100.0):  # the ratios count
        found = class_weights("balanced", classes, codes, unit * weight, False)
        assert found.tolist() == [0.75, 1, 1.5, 1]
    fewer = class_weights("balanced", classes, codes[:4], weight[:4], False)
    assert fewer.tolist() == [0.75, 1, 1.5, 1]  # nor need the last one have any
    assert class_weights(None, classes, codes, weight, True).tolist() == [1, 1, 1, 1]
    assert class_weights({2: 3, 0: 0}, classes, codes, weight, True).tolist() == [0, 1, 3, 1]


@pytest.mark.parametrize("bad, partial, said", [
    ("even", False, "class_weight is 'even'; allowed are None, 'balanced' and a mapping of classes"
     " to numbers >= 0"),
    ("balanced", True, "class_weight is 'balanced'; allowed with partial_fit is a mapping, as the"
     " classes' weights in all samples aren't known"),
])
def test_a_refusal_of_class_weights_says_what_is_allowed(bad, partial, said):
    with pytest.raises(InputError) as refused:
        class_weights(bad, np.arange(2), np.array([0, 1]), np.ones(2), partial)
    assert str(refused.value) == said


@pytest.mark.parametrize("kind", ALL)
def test_a_partial_fit_is_weighted_and_whole_numbers_are_trained_in_float64(kind, data):
    X, y = np.rint(5 * data[0]).astype(np.int64), y_of(kind, data)
    twice = np.random.default_rng(0).integers(1, 3, len(X))
    more = {"classes": np.unique(y)} if kind is DanteClassifier else {}

    def fitted(times, weight):
        rows = np.repeat(np.arange(len(X)), times)
        return kind(**SHORT).partial_fit(X[rows], y[rows], sample_weight=weight, **more)

    weighted, repeated, even = fitted(1, twice), fitted(twice, None), fitted(1, None)
    assert same(weighted, repeated) and not same(weighted, even)
    assert {W.dtype for W in weighted.coefs_} == {np.dtype(np.float64)}


@pytest.mark.parametrize("kind", ALL)
def test_masked_entries_are_refused_wherever_they_come(kind, data):
    """scikit-learn would take the numbers beneath the mask."""
    X, y = data[0], y_of(kind, data)
    masked, labels = np.ma.masked_greater(X, np.median(X)), np.ma.masked_equal(y, np.max(y))
    fitted = kind(**SHORT).fit(X, y)
    calls = [("X", lambda: kind(**SHORT).fit(masked, y)), ("X", lambda: fitted.score(masked, y))]
    if kind is DanteAutoencoder:
        hidden = np.ma.masked_less(fitted.transform(X), 1e9)
        calls += [("X", lambda: fitted.transform(masked)),
                  ("X", lambda: fitted.inverse_transform(hidden))]
    else:
        calls += [("y", lambda: kind(**SHORT).fit(X, labels)),
                  ("X", lambda: fitted.predict(masked)), ("y", lambda: fitted.score(X, labels))]
    for name, call in calls:
        with pytest.raises(InputError, match=rf"^{name} has masked entries"):
            call()


def test_labels_of_several_types_are_refused_by_name(data):
    X, mixed = data[0], np.array(["a", 1], dtype=object)[np.arange(len(data[0])) % 2]
    with pytest.raises(InputError, match="y holds labels of the types int, str; allowed are"):
        DanteClassifier(**SHORT).fit(X, mixed)
    with pytest.raises(InputError, match="classes holds labels of the types"):
        DanteClassifier(**SHORT).partial_fit(X, data[1], classes=np.array([0, "b"], dtype=object))


def test_a_score_on_other_outputs_is_refused_by_shape(data):
    X, y = data[0], data[2]
    model = DanteRegressor(**SHORT).fit(X, np.c_[y, y])
    for other in (y, np.c_[y, y, y]):
        with pytest.raises(InputError, match=r"y has shape .*allowed is \(m, outputs\)"):
            model.score(X, other)


@pytest.mark.parametrize("sizes", [iter([3]), {3, 2}, {3: 2}], ids=lambda x: type(x).__name__)
def test_hidden_layers_have_an_order_and_stay(sizes, data):
    """An iterator would be empty at the second fit, a set has no order."""
    with pytest.raises(InputError, match="hidden_layer_sizes is"):
        DanteRegressor(sizes).fit(data[0], data[2])


@pytest.mark.parametrize("more", [{"rule": "adam"}, {"early_stopping": True}], ids=str)
@pytest.mark.parametrize("kind", ALL)
def test_a_mapped_estimator_goes_on_as_one_in_memory(kind, more, data, tmp_path):
    """joblib.load(mmap_mode="r"), and what Parallel hands to its processes, is read-only."""
    X, y = data[0], y_of(kind, data)
    model = kind(**SHORT, **more, warm_start=True).fit(X, y)
    joblib.dump(model, tmp_path / "model")
    for go_on in ("fit", "partial_fit"):
        mapped = joblib.load(tmp_path / "model", mmap_mode="r")
        assert not mapped.coefs_[0].flags.writeable
        before = (tmp_path / "model").read_bytes()
        assert same(getattr(mapped, go_on)(X, y), getattr(deepcopy(model), go_on)(X, y))
        assert (tmp_path / "model").read_bytes() == before
