"""Estimators: scikit-learn's own checks, and what their docstrings promise."""

import re
import warnings
from hashlib import blake2b

import joblib
import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_digits
from sklearn.exceptions import ConvergenceWarning, DataConversionWarning, NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks
from trainings import Once

from dante_ref.activations import GeneralizedReLU
from dante_ref.estimators import DanteAutoencoder, DanteClassifier, DanteRegressor, base, distinct
from dante_ref.estimators.base import WeightedSamples
from dante_ref.estimators.distinct import distinct_samples
from dante_ref.estimators.rounds import Patience, Rounds, turns
from dante_ref.exceptions import DivergenceError, InputError
from dante_ref.training.engine import Training
from dante_ref.training.network import Network
from dante_ref.training.rules import SGD, Momentum, make_rule
from dante_ref.training.schedules import Dante, GreedyPairs, Phase

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
ALL = (DanteAutoencoder, DanteRegressor, DanteClassifier)
SHORT = dict(hidden_layer_sizes=(5,), max_iter=3, tol=None, inner_iter=20, random_state=0)
EIGHT = dict(hidden_layer_sizes=(8,), max_iter=5)


@parametrize_with_checks([
    DanteAutoencoder(**EIGHT), DanteRegressor(**EIGHT), DanteClassifier(**EIGHT),
    DanteClassifier(loss="squared", **EIGHT),
])
def test_scikit_learn_finds_nothing(estimator, check):
    check(estimator)


@pytest.mark.slow
@parametrize_with_checks([
    *(kind() for kind in ALL),
    DanteClassifier(loss="squared", max_iter=30), DanteRegressor(normalize_y=False, max_iter=30),
    DanteClassifier(schedule="backprop", normalise=None, max_iter=30),
    DanteRegressor((20, 20, 20), schedule="round_robin", rule="adam", max_iter=30),
    DanteAutoencoder((20, 10, 20), fit_intercept=True, rule="momentum", max_iter=10),
])
def test_scikit_learn_finds_nothing_with_defaults_and_others(estimator, check):
    check(estimator)


@pytest.mark.slow
@parametrize_with_checks([DanteRegressor(early_stopping=True)])
def test_scikit_learn_finds_nothing_with_early_stopping(estimator, check):
    if check.func.__name__ == "check_sample_weight_equivalence_on_dense_data":
        pytest.skip("a sample twice may be split, one of weight 2 not: sample_weight says so")
    check(estimator)


@pytest.fixture(scope="module")
def data():
    """X (60, 4), labels (60,) and two real targets (60, 2) that depend on X smoothly."""
    rng = np.random.default_rng(5)
    X = rng.normal(size=(60, 4))
    y = np.column_stack([np.tanh(X[:, 0]) + X[:, 1], 10 + X[:, 2] * X[:, 3]])
    return X, np.array(["a", "b", "c"])[(X[:, 0] > 0) + 1 * (X[:, 1] > 0.5)], y


def fitted(kind, data, **parameters):
    X, labels, y = data
    return kind(**SHORT | parameters).fit(X, labels if kind is DanteClassifier else y)


def same(one, other):
    return all(
        np.array_equal(V, W) for V, W in zip(one.coefs_, other.coefs_, strict=True)
    )


def targets(kind, data):
    return data[1] if kind is DanteClassifier else data[2]


# ---- defaults learn ---------------------------------------------------------------------------


def test_defaults_learn_digits_and_diabetes():
    X, X_test, y, y_test = train_test_split(*load_digits(return_X_y=True), random_state=0)
    assert DanteClassifier(random_state=0).fit(X, y).score(X_test, y_test) > 0.95
    X, X_test, y, y_test = train_test_split(*load_diabetes(return_X_y=True), random_state=0)
    assert DanteRegressor(random_state=0).fit(X, y).score(X_test, y_test) > 0.1


def test_the_autoencoder_beats_the_mean_by_far():
    X = load_digits().data / 16
    auto = DanteAutoencoder(16, random_state=0, max_iter=20).fit(X)
    spread = np.mean(np.sum((X - X.mean(axis=0)) ** 2, axis=1))
    assert -auto.score(X) < spread / 2
    H = auto.transform(X)
    back = auto.inverse_transform(H)
    assert H.shape == (len(X), 16) and back.shape == X.shape
    assert auto.score(X) == pytest.approx(-np.mean(np.sum((back - X) ** 2, axis=1)), rel=1e-12)


# ---- it is the engine's training, nothing else ------------------------------------------------


@pytest.mark.parametrize("schedule, hidden, of_paper", [
    ("dante", (5,), Dante(20, max_alternations=3)),
    ("greedy_pairs", (5,), Dante(20, max_alternations=3)),  # with one hidden layer Algorithm 2
    ("greedy_pairs", (5, 2, 5), GreedyPairs(20, max_alternations=3)),
])
def test_weights_are_those_of_the_papers_algorithm(data, schedule, hidden, of_paper):
    X, _, _ = distinct_samples(data[0], None, np.ones(60))  # in the order that `fit` gives them
    auto = fitted(DanteAutoencoder, data, schedule=schedule, hidden_layer_sizes=hidden)
    rng = np.random.default_rng(0)
    activations = (GeneralizedReLU(),) * len(hidden) + auto.network_.activations[-1:]
    network = Network.initial((4, *hidden, 4), activations, random_state=rng)
    Training(network, X, X, of_paper, rule=SGD(0.05), b=20, random_state=rng).run()
    for V, W in zip(auto.coefs_, network.weights, strict=True):
        np.testing.assert_array_equal(V, W)


def test_an_alternation_moves_these_layers():
    def layers(schedule, L):
        return [[phase.layers for phase in turn] for turn in turns(schedule, L, 1)]

    assert layers("greedy_pairs", 4) == [[(4,), (1,)], [(3,), (2,)]]
    assert layers("greedy_pairs", 3) == [[(3,), (1,)], [(2,)]]
    assert layers("dante", 2) == [[(2,), (1,)]]
    assert layers("round_robin", 3) == [[(1,), (2,), (3,)]]
    assert layers("backprop", 3) == [[(1, 2, 3)]]
    for schedule in ("greedy_pairs", "round_robin", "backprop"):  # each turn of T_SNGD iterations
        found = {phase.iterations for turn in turns(schedule, 3, 7) for phase in turn}
        assert found == {7}, schedule


def test_rules_by_name_and_as_objects(data):
    one = fitted(DanteRegressor, data, rule="momentum", eta=0.01)
    assert same(one, fitted(DanteRegressor, data, rule=Momentum(0.01)))
    assert same(one, fitted(DanteRegressor, data, rule=Momentum(7), eta=0.01))
    assert not same(one, fitted(DanteRegressor, data, rule=Momentum(0.01, mu=0.5)))
    assert not same(one, fitted(DanteRegressor, data, rule="momentum", normalise=None,
                                eta=0.01))


def test_the_intercept_is_a_column_of_ones(data):
    X, _, y = data
    one = DanteRegressor(**SHORT).fit(X, y)
    other = DanteRegressor(**SHORT, fit_intercept=False).fit(np.c_[X, np.ones(60)], y)
    np.testing.assert_allclose(one.loss_curve_, other.loss_curve_, rtol=0.5)  # order is by hash
    assert one.coefs_[0].shape == other.coefs_[0].shape == (5, 5)
    np.testing.assert_array_equal(
        one.predict(X), one.y_scaler_.inverse_transform(one.network_.forward(np.c_[X, np.ones(60)]))
    )
    assert DanteRegressor(**SHORT, fit_intercept=False).fit(X, y).coefs_[0].shape == (4, 5)


def test_the_autoencoders_column_of_ones_is_no_target(data):
    X = data[0]
    one = fitted(DanteAutoencoder, data, fit_intercept=True, hidden_layer_sizes=(6, 2, 6))
    assert one.network_.sizes == (5, 6, 2, 6, 4)
    back = one.inverse_transform(one.transform(X))
    np.testing.assert_array_equal(back, one.network_.forward(np.c_[X, np.ones(60)]))
    assert one.loss_ == pytest.approx(np.mean(np.sum((back - X) ** 2, axis=1)), rel=1e-12)
    assert one.score(X) == pytest.approx(-one.loss_, rel=1e-12)


# ---- scikit-learn's tools ---------------------------------------------------------------------


def test_pipeline_grid_search_and_cross_validation(data):
    X, labels, y = data
    pipe = make_pipeline(
        StandardScaler(), DanteAutoencoder(**SHORT), DanteClassifier(**SHORT | {"max_iter": 20})
    )
    grid = {"danteautoencoder__hidden_layer_sizes": [(2,), (5, 3, 5)],
            "danteclassifier__activation": ["sigmoid", GeneralizedReLU(0.1, 1.0)]}
    search = GridSearchCV(pipe, grid, cv=2, error_score="raise").fit(X, labels)
    assert len(search.cv_results_["mean_test_score"]) == 4
    assert search.score(X, labels) > np.max(np.unique(labels, return_counts=True)[1]) / 60
    scores = cross_val_score(DanteRegressor(**SHORT | {"max_iter": 30}), X, y, cv=3)
    assert scores.shape == (3,) and scores.mean() > 0


@pytest.mark.parametrize("kind", ALL)
def test_clone_pickle_and_determinism(kind, data, tmp_path):
    one = fitted(kind, data, activation=GeneralizedReLU(0.2, 1.0), rule=Momentum(0.01))
    assert same(one, clone(one).fit(data[0], targets(kind, data)))
    joblib.dump(one, tmp_path / "estimator")
    loaded = joblib.load(tmp_path / "estimator")  # our own file, written just now
    answer = "transform" if kind is DanteAutoencoder else "predict"
    np.testing.assert_array_equal(
        getattr(one, answer)(data[0]), getattr(loaded, answer)(data[0])
    )
    for estimator in (one, loaded):  # and it goes on alike
        estimator.partial_fit(data[0], targets(kind, data))
    assert same(one, loaded)
    assert not same(one, fitted(kind, data, random_state=1))


def test_random_states_of_all_kinds(data):
    def fit(random_state):
        return fitted(DanteAutoencoder, data, random_state=random_state)

    assert same(fit(np.random.default_rng(0)), fit(0))
    assert same(fit(np.random.RandomState(3)), fit(np.random.RandomState(3)))
    seed = int(np.random.RandomState(3).randint(2**31 - 1))  # as scikit-learn draws one
    assert same(fit(np.random.RandomState(3)), fit(seed))
    assert not same(fit(None), fit(None))


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_is_kept(kind, dtype, data):
    X = data[0].astype(dtype)
    more = {"normalize_y": False} if kind is DanteRegressor else {}  # scaled back, it is y's own
    estimator = kind(**SHORT, **more).fit(X, targets(kind, data))
    assert all(W.dtype == dtype for W in estimator.coefs_)
    answers = {
        DanteAutoencoder: ["transform"], DanteRegressor: ["predict"],
        DanteClassifier: ["predict_proba", "predict_log_proba", "decision_function"],
    }[kind]
    for name in answers:
        assert getattr(estimator, name)(X).dtype == dtype
    if kind is DanteAutoencoder:
        assert estimator.inverse_transform(estimator.transform(X)).dtype == dtype


def test_feature_names(data):
    auto = fitted(DanteAutoencoder, data, hidden_layer_sizes=(6, 2, 6))
    assert list(auto.get_feature_names_out()) == ["danteautoencoder0", "danteautoencoder1"]


# ---- going on ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("rule", ["sgd", "adam"])
def test_partial_fits_and_warm_starts_are_one_fit(kind, rule, data):
    X, y = data[0], targets(kind, data)
    whole = fitted(kind, data, rule=rule, max_iter=5)
    assert len(whole.loss_curve_) == whole.n_iter_ == 5 and whole.loss_ == whole.loss_curve_[-1]

    steps = kind(**SHORT | {"rule": rule})
    for i in range(5):
        first = {"classes": np.unique(y)} if kind is DanteClassifier and i == 0 else {}
        steps.partial_fit(X, y, **first)
    assert same(steps, whole) and steps.loss_curve_ == whole.loss_curve_

    warm = kind(**SHORT | {"rule": rule, "warm_start": True}).fit(X, y)
    assert warm.n_iter_ == 3 and not same(warm, whole)
    warm.set_params(max_iter=2).fit(X, y)
    assert same(warm, whole) and warm.loss_curve_ == whole.loss_curve_ and warm.n_iter_ == 5

    warm.set_params(warm_start=False, max_iter=5).fit(X, y)  # cold
    assert same(warm, whole) and warm.n_iter_ == 5


def test_what_can_not_go_on_is_refused(data):
    X, labels, y = data
    warm = DanteRegressor(**SHORT, warm_start=True).fit(X, y)
    kept = [W.copy() for W in warm.coefs_]
    with pytest.raises(InputError, match=r"layers.*warm_start=False"):
        warm.set_params(hidden_layer_sizes=(7,)).fit(X, y)
    with pytest.raises(InputError, match="layers"):
        warm.set_params(hidden_layer_sizes=(5,)).fit(X, y[:, 0])
    assert all(np.array_equal(V, W) for V, W in zip(kept, warm.coefs_, strict=True))
    with pytest.raises(InputError, match="classes"):
        DanteClassifier(**SHORT).partial_fit(X, labels)
    classifier = DanteClassifier(**SHORT).partial_fit(X[:5], labels[:5], classes=["a", "b", "c"])
    assert list(classifier.predict_proba(X).shape) == [60, 3]
    with pytest.raises(InputError, match="'d'"):
        classifier.partial_fit(X[:2], ["a", "d"])
    with pytest.raises(InputError, match="classes"):
        classifier.partial_fit(X, labels, classes=["a", "b"])
    warm = DanteClassifier(**SHORT, warm_start=True).fit(X, labels)
    with pytest.raises(InputError, match="classes"):
        warm.fit(X, np.where(labels == "c", "d", labels))


# ---- stopping ---------------------------------------------------------------------------------


def test_patience():
    patience = Patience(tol=0.1, n_iter_no_change=2)
    values = [5, 4, 3.95, 3.8, 3.75, 3.75]  # 3.95 isn't better than 4 by 0.1; 3.8 is than 3.95
    assert [patience.worn_out(v) for v in values] == [False] * 5 + [True]
    diverging = Patience(tol=0.1, n_iter_no_change=2)
    assert [diverging.worn_out(v) for v in (np.inf, np.inf)] == [False, True]
    never = Patience(tol=None, n_iter_no_change=1)
    assert not any(never.worn_out(1.0) for _ in range(9))
    equal = Patience(tol=0.0, n_iter_no_change=2)  # an equal value isn't below the best
    assert [equal.worn_out(1.0) for _ in range(3)] == [False, False, True]


@pytest.mark.parametrize("values, taken, converged", [
    ([[3, 2, 2, 2], [9, 9, 9]], [4, 3], True),  # each turn has patience of its own
    ([[3, 2, 1, 0, -1], [9, 9, 9]], [5, 3], False),  # max_iter ended the first
    ([[3, 2, 2, 2], [9, 8, 7, 6, 5]], [4, 5], False),
])
def test_a_turn_ends_when_patience_is_worn_out_or_after_max_iter(values, taken, converged):
    first, second = Phase((1,), 7), Phase((2,), 7)
    asked, answers = [], iter(value for turn in values for value in turn)
    rounds = Rounds([[first], [second, second]], 5, 0.0, 2,
                    lambda error: asked.append(error) or next(answers))
    phases = list(rounds.phases(2, lambda: 0.25))
    assert phases == [first] * taken[0] + [second] * 2 * taken[1]
    assert asked == [0.25] * sum(taken) and rounds.converged is converged


def test_a_warning_stands_at_its_caller(data):
    with pytest.warns(ConvergenceWarning) as caught:
        fitted(DanteRegressor, data, tol=0.0)
    assert [w.filename for w in caught] == [__file__]


def test_only_a_fit_that_was_still_falling_says_so(data):
    """Not one that converged, nor a partial_fit, nor with tol=None."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fitted(DanteRegressor, data, tol=1e9, n_iter_no_change=1)
        fitted(DanteRegressor, data, tol=None)
        DanteRegressor(**SHORT | {"tol": 0.0}).partial_fit(data[0], data[2])


@pytest.mark.parametrize("kind", ALL)
def test_a_second_fit_starts_anew_and_without_early_stopping_nothing_is_validated(kind, data):
    one = fitted(kind, data)
    assert not hasattr(one, "validation_scores_") and not hasattr(one, "best_validation_score_")
    one = fitted(kind, data, early_stopping=True)
    first = one.validation_scores_
    one.fit(data[0], targets(kind, data))
    assert one.validation_scores_ == first and len(first) == one.n_iter_ == 3


@pytest.mark.parametrize("switch", [True, np.True_], ids=repr)
def test_a_warm_start_goes_on_whichever_true_asks_for_it(switch, data):
    one = fitted(DanteRegressor, data, warm_start=switch)
    assert one.fit(data[0], data[2]).n_iter_ == 6


def test_training_stops_when_the_error_does_not_fall(data):
    one = fitted(DanteRegressor, data, tol=0.01, n_iter_no_change=4, max_iter=500)
    assert one.n_iter_ == len(one.loss_curve_) < 500
    curve = one.loss_curve_
    fell = [curve[i] < min(curve[:i]) - 0.01 for i in range(1, len(curve))]
    assert fell[-5:] == [True] + 4 * [False]
    assert "F" * 4 not in "".join("FT"[f] for f in fell[:-1])  # it would have stopped there
    with pytest.warns(ConvergenceWarning, match="max_iter=3"):
        fitted(DanteRegressor, data, tol=0.0)


@pytest.mark.parametrize("kind", ALL)
def test_early_stopping_keeps_the_best_weights(kind, data):
    X, y = data[0], targets(kind, data)
    one = fitted(kind, data, early_stopping=True, max_iter=60, tol=0.0, n_iter_no_change=5,
                 validation_fraction=0.3, eta=0.3)
    scores = one.validation_scores_
    best = int(np.argmax(scores))
    assert len(scores) == one.n_iter_ == best + 1 + 5 < 60  # five in a row not above the best
    assert one.best_validation_score_ == scores[best] == max(scores)
    again = fitted(kind, data, early_stopping=True, max_iter=best + 1, tol=None,
                   validation_fraction=0.3, eta=0.3)
    assert same(one, again)
    assert again.score(X, y) == one.score(X, y)


@pytest.mark.parametrize("kind", ALL)
def test_a_warm_fit_does_not_train_on_what_was_set_aside(kind, data, monkeypatch):
    seen = []
    run = Training.run
    monkeypatch.setattr(Training, "run", lambda self, **_: (seen.append(self.X.copy()), run(self)))
    one = fitted(kind, data, early_stopping=True, warm_start=True)
    one.fit(data[0], targets(kind, data))
    assert seen[0].shape[0] == 54 and np.array_equal(*seen)


@pytest.mark.parametrize("m, b, iterations", [(201, 2, 101), (60, 2, 100), (202, 2, 101)])
def test_a_turn_is_an_epoch_and_no_fewer_than_100_iterations(m, b, iterations):
    X = np.random.default_rng(0).normal(size=(m, 2))
    auto, told = (
        DanteAutoencoder(2, max_iter=1, tol=None, batch_size=b, random_state=0, inner_iter=n).fit(X)
        for n in ("auto", iterations)
    )
    assert all(map(np.array_equal, auto.coefs_, told.coefs_))


def test_verbose_draws_a_bar_and_silence_is_silent(data, capsys):
    one = fitted(DanteRegressor, data, verbose=True)
    shown = capsys.readouterr()
    best = min(one.loss_curve_)
    assert f"error={one.loss_:.4g}" in shown.err and f"best={best:.4g}" in shown.err
    assert "3/3" in shown.err and "alternations" in shown.err and not shown.out
    fitted(DanteRegressor, data)
    shown = capsys.readouterr()
    assert not shown.err and not shown.out
    fitted(DanteAutoencoder, data, hidden_layer_sizes=(5, 2, 5), verbose=True)
    shown = capsys.readouterr().err  # of each of two pairs of layers
    assert "6/6" in shown and re.search(r"(\d|\?| s/) ?alternations", shown)


@pytest.mark.parametrize("stop, when", [(KeyboardInterrupt, 45), (DivergenceError, 45)])
def test_a_stop_leaves_an_estimator_that_predicts_and_goes_on(data, monkeypatch, stop, when):
    draw = Training.draw

    def stopping(self, *args):
        if self.progress.iterations >= when:
            raise stop("stopped")
        return draw(self, *args)

    monkeypatch.setattr(Training, "draw", stopping)
    one = DanteRegressor(**SHORT)
    with pytest.raises(stop) as caught:
        one.fit(data[0], data[2])
    assert caught.value.__notes__ == [
        "the weights after 1 alternations and what followed are kept: partial_fit, or fit with "
        "warm_start=True, goes on from them"]
    monkeypatch.undo()
    assert np.isfinite(one.predict(data[0])).all() and one.n_iter_ == 1
    assert one.partial_fit(data[0], data[2]).n_iter_ == 2


def test_a_stop_before_anything_is_validated_keeps_the_weights_there_are(data, monkeypatch):
    def pressed(self, *args):
        raise KeyboardInterrupt

    monkeypatch.setattr(Training, "draw", pressed)
    one = DanteRegressor(**SHORT, early_stopping=True)
    with pytest.raises(KeyboardInterrupt):
        one.fit(data[0], data[2])
    assert one.validation_scores_ == [] and one.n_iter_ == 0
    assert np.isfinite(one.predict(data[0])).all()


@pytest.mark.parametrize("kind", ALL)
def test_nothing_answers_before_a_fit(kind, data):
    one, H = kind(**SHORT), np.ones((2, 5))
    names = {DanteAutoencoder: ["transform", "inverse_transform"], DanteRegressor: ["predict"],
             DanteClassifier: ["predict", "decision_function", "predict_proba",
                               "predict_log_proba"]}[kind]
    for name in names:
        with pytest.raises(NotFittedError, match=kind.__name__):
            getattr(one, name)(H)
    with pytest.raises(NotFittedError, match=kind.__name__):
        one.score(data[0], targets(kind, data))
    with pytest.raises(NotFittedError, match=kind.__name__):
        _ = one.coefs_


@pytest.mark.parametrize("kind", ALL)
def test_columns_are_known_by_their_names_in_what_follows(kind, data):
    frame, y = pd.DataFrame(data[0], columns=list("abcd")), targets(kind, data)
    one, other = kind(**SHORT).fit(frame, y), frame.rename(columns={"d": "e"})
    assert list(one.feature_names_in_) == list("abcd")
    answer = one.transform if kind is DanteAutoencoder else one.predict
    for again in (answer, lambda X: one.score(X, y), lambda X: one.partial_fit(X, y)):
        with pytest.raises(ValueError, match="feature names"):
            again(other)
    assert list(one.fit(other, y).feature_names_in_) == list("abce")  # a new fit, new names


@pytest.mark.parametrize("rule, eta", [
    ("sgd", 0.05), ("momentum", 0.005), ("adagrad", 0.03), ("rmsprop", 0.001), ("adam", 0.001)])
def test_without_eta_a_rule_has_the_one_that_is_documented(rule, eta, data):
    assert same(fitted(DanteRegressor, data, rule=rule),
                fitted(DanteRegressor, data, rule=make_rule(rule, eta=eta)))


def test_answers_are_made_in_blocks_of_bounded_memory(data, monkeypatch):
    one = fitted(DanteAutoencoder, data)
    assert max(one.network_.sizes) == 5
    for entries, rows in ((3, 1), (12, 2), (299, 59)):
        monkeypatch.setattr(base, "BLOCK_ENTRIES", entries)
        sizes = []
        answer = one._blockwise(data[0], lambda A, to=sizes: to.append(len(A)) or A, lambda A: A)
        assert set(sizes[:-1]) == {rows} and sizes[-1] <= rows
        np.testing.assert_array_equal(answer, data[0])


# ---- sample weights ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ALL)
def test_weights_are_repeats_to_the_last_bit(kind, data):
    X, y = data[0], targets(kind, data)
    weight = np.random.default_rng(1).integers(0, 4, size=60)
    order = np.random.default_rng(2).permutation(60)
    weighted = kind(**SHORT).fit(X[order], y[order], sample_weight=weight[order])
    repeated = kind(**SHORT).fit(X.repeat(weight, axis=0), y.repeat(weight, axis=0))
    assert same(weighted, repeated) and weighted.loss_curve_ == repeated.loss_curve_
    assert not same(weighted, kind(**SHORT).fit(X, y))
    assert same(kind(**SHORT).fit(X, y), kind(**SHORT).fit(X, y, sample_weight=2.0))


def test_the_autoencoders_weights(data):
    """In partial_fit, the error, the score and on the held-out samples: weighted means."""
    X = data[0]
    one = DanteAutoencoder(**SHORT).partial_fit(X, sample_weight=1.0 * (X[:, 0] > 0))
    assert same(one, DanteAutoencoder(**SHORT).partial_fit(X[X[:, 0] > 0]))
    weight = np.linspace(0.1, 3, 60)
    one = DanteAutoencoder(**SHORT).fit(X, sample_weight=weight)
    errors = np.sum((one.inverse_transform(one.transform(X)) - X) ** 2, axis=1)
    assert one.loss_ == pytest.approx(np.average(errors, weights=weight), rel=1e-12)
    assert one.score(X, sample_weight=weight) == pytest.approx(-one.loss_, rel=1e-12)
    assert one.score(X) == pytest.approx(-errors.mean(), rel=1e-12)
    early = DanteAutoencoder(**SHORT, early_stopping=True, validation_fraction=0.5)
    only = 1.0 * (np.arange(60) % 3 == 0)  # held-out samples of weight 0 have no say
    assert len(early.fit(X, sample_weight=only).validation_scores_) == 3
    assert np.isfinite(early.validation_scores_).all()


def test_a_memory_mapped_x_has_weights_too(tmp_path, data):
    np.save(tmp_path / "X.npy", data[0])
    X, weight = np.load(tmp_path / "X.npy", mmap_mode="r"), np.arange(60)
    assert same(*(DanteAutoencoder(**SHORT).fit(A, sample_weight=weight) for A in (X, data[0])))


def test_weights_in_partial_fit_and_in_the_error(data):
    X, _, y = data
    weight = np.where(X[:, 0] > 0, 1.0, 0.0)
    one = DanteRegressor(**SHORT, normalize_y=False).partial_fit(X, y, sample_weight=weight)
    other = DanteRegressor(**SHORT, normalize_y=False).partial_fit(X[weight > 0], y[weight > 0])
    assert same(one, other)
    weight = np.linspace(0.1, 3, 60)
    one = DanteRegressor(**SHORT, normalize_y=False).fit(X, y, sample_weight=weight)
    errors = np.sum((one.predict(X) - y) ** 2, axis=1)
    assert one.loss_ == pytest.approx(np.average(errors, weights=weight), rel=1e-12)


def test_distinct_samples():
    X = np.array([[1.0], [2.0], [1.0], [1.0], [3.0]])
    Y = np.array([[0], [0], [0], [5], [0]])
    given = WeightedSamples(X, Y, np.array([1.0, 0.5, 2.0, 1.0, 0.0])).of_positive_weight()
    x, y, weight = distinct_samples(given.X, given.y, given.weight)
    found = sorted(zip(x[:, 0], y[:, 0], weight, strict=True))
    assert found == [(1, 0, 3), (1, 5, 1), (2, 0, 0.5)]  # x = 3 has no weight
    assert distinct_samples(X, Y, np.array([0.5, 1, 0.5, 1, 1]))[2] is None
    alone, _, weight = distinct_samples(np.ones((3, 2)), None, np.ones(3))
    assert alone.tolist() == [[1.0, 1.0]] and weight is None  # one sample, three times


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_samples_are_hashed_only_with_weights_or_repeats(dtype, monkeypatch):
    """Whole numbers have few bits, and two rows may differ in one of them."""
    X = np.array(list(np.ndindex(8, 8, 8)), dtype)
    hashed = []
    monkeypatch.setattr(distinct, "blake2b", lambda row, **_: hashed.append(row) or blake2b(row))
    for A in (X, -X, np.asfortranarray(X)):
        x, _, weight = distinct_samples(A, None, np.full(512, 2.0))
        assert np.array_equal(x, A) and weight is None
    assert not hashed
    assert len(distinct_samples(np.vstack([X, X[300:301]]), None, np.ones(513))[0]) == 512
    distinct_samples(X[1:], None, np.arange(1, 512.0))
    assert len(hashed) == 513 + 511
    for Y in (np.zeros((512, 2)), np.arange(1024.0).reshape(512, 2)):  # X tells, and so does Y
        for A, B in ((X, Y.astype(dtype)), (np.zeros_like(X), np.arange(512.0)[:, None])):
            distinct_samples(A, B, np.ones(512))
    assert len(hashed) == 513 + 511


def test_rows_that_only_look_alike_stay_in_their_order(monkeypatch):
    monkeypatch.setattr(distinct, "_may_repeat", lambda *rows: True)
    X = np.random.default_rng(0).normal(size=(20, 2))
    for A in (X, X[:1]):
        x, _, weight = distinct_samples(A, None, np.full(len(A), 2.0))
        assert np.array_equal(x, A) and weight is None


# ---- bad arguments ----------------------------------------------------------------------------


@pytest.mark.parametrize("name, value", [
    ("hidden_layer_sizes", (5, 0)), ("hidden_layer_sizes", "ab"), ("hidden_layer_sizes", (2.5,)),
    ("activation", "relu"), ("activation", 3), ("output_activation", "softmax"),
    ("schedule", "newton"), ("rule", "lbfgs"), ("normalise", "yes"), ("normalise", True),
    ("eta", 0),
    ("eta", "fast"), ("batch_size", 0), ("batch_size", 2.5), ("inner_iter", 0),
    ("max_iter", 0), ("tol", -1), ("n_iter_no_change", 0), ("early_stopping", 1),
    ("fit_intercept", "no"), ("warm_start", None), ("random_state", "seed"),
])
@pytest.mark.parametrize("kind", ALL)
def test_bad_parameters_are_named(kind, name, value, data):
    with pytest.raises(InputError, match=rf"^{re.escape(name)}\b") as caught:
        fitted(kind, data, **{name: value})
    assert "allowed" in str(caught.value)


@pytest.mark.parametrize("kind, parameters, match", [
    (DanteAutoencoder, {"hidden_layer_sizes": (5, 5)}, "hidden_layer_sizes.*odd"),
    (DanteAutoencoder, {"hidden_layer_sizes": ()}, "hidden_layer_sizes.*odd"),
    (DanteRegressor, {"schedule": "dante", "hidden_layer_sizes": (3, 3)},
     r"^schedule is .dante. with 2 hidden layers in hidden_layer_sizes; allowed is 1 \(greedy_p"),
    (DanteRegressor, {"normalize_y": 2}, "normalize_y"),
    (DanteClassifier, {"loss": "hinge"}, "loss"),
    (DanteClassifier, {"output_activation": "sigmoid"}, "cross_entropy"),
    (DanteRegressor, {"early_stopping": True, "validation_fraction": 1.5}, "validation_fraction"),
    (DanteClassifier, {"early_stopping": True, "validation_fraction": 0.01}, "validation_fraction"),
])
def test_bad_combinations(kind, parameters, match, data):
    with pytest.raises(InputError, match=match):
        fitted(kind, data, **parameters)


@pytest.mark.parametrize("fraction", [0, 0.0, 1.0, 1.5, -0.1])
def test_a_share_is_above_0_and_below_1(fraction, data):
    said = f"^validation_fraction is {fraction}; allowed is a number > 0 and < 1$"
    with pytest.raises(InputError, match=said):
        fitted(DanteRegressor, data, early_stopping=True, validation_fraction=fraction)


@pytest.mark.parametrize("refused, said", [
    (lambda X, c, y: DanteAutoencoder((3, 2)).fit(X),
     "hidden_layer_sizes is (3, 2); allowed is an odd number of hidden layers, the middle one for "
     "the features"),
    (lambda X, c, y: DanteClassifier().partial_fit(X, c),
     "classes is None; the first partial_fit needs all classes"),
    (lambda X, c, y: DanteClassifier(class_weight=dict.fromkeys("abc", 0)).fit(X, c),
     "sample_weight and class_weight are 0 for every sample; allowed is not all 0"),
    (lambda X, c, y: DanteClassifier().fit(X, np.array(["a", 1], object)[np.arange(60) % 2]),
     "y holds labels of the types int, str; allowed are labels that can be sorted, as of one type"),
    (lambda X, c, y: DanteClassifier(class_weight={"d": 2.0}).fit(X, c),
     "class_weight has ['d']; allowed are the classes ['a' 'b' 'c']"),
    (lambda X, c, y: DanteClassifier(class_weight={"b": -2.0}).fit(X, c),
     "class_weight['b'] is -2.0; allowed is a number >= 0"),
    (lambda X, c, y: DanteClassifier(**SHORT).fit(X, c).partial_fit(X, c, classes=["a", "b"]),
     "classes are ['a' 'b']; allowed are the first call's ['a' 'b' 'c']"),
    (lambda X, c, y: DanteClassifier(**SHORT).fit(X, c).partial_fit(X[:1], ["d"]),
     "y holds ['d']; allowed are the classes ['a' 'b' 'c']"),
    (lambda X, c, y: DanteRegressor(**SHORT).fit(X, 1e300 * y),
     "y is so large that its variance isn't finite; allowed is smaller y"),
    (lambda X, c, y: DanteRegressor(schedule="dante", hidden_layer_sizes=(3, 3)).fit(X, y),
     "schedule is 'dante' with 2 hidden layers in hidden_layer_sizes; allowed is 1 (greedy_pairs "
     "and round_robin train any number)"),
    (lambda X, c, y: DanteRegressor(activation=3).fit(X, y),
     "activation is 3; allowed is a name or an Activation"),
])
def test_a_refusal_says_what_is_given_and_what_is_allowed(refused, said, data):
    with pytest.raises(InputError) as caught:
        refused(*data)
    assert str(caught.value) == said


def test_going_on_with_another_network_is_refused_by_both(data):
    warm = DanteRegressor(**SHORT, warm_start=True).fit(data[0], data[2])
    with pytest.raises(InputError) as caught:
        warm.set_params(hidden_layer_sizes=(7,)).fit(data[0], data[2])
    said = str(caught.value)
    assert said.startswith("the network in training has layers (5, 5, 2), ")
    assert "squared; the parameters and data ask for (5, 7, 2), " in said
    assert said.endswith("squared; allowed is the same (a new one: fit with warm_start=False)")
    with pytest.raises(InputError, match=r"ask for .*, \(Tanh\(\), Identity\(\)\), squared"):
        warm.set_params(hidden_layer_sizes=(5,), activation="tanh").fit(data[0], data[2])


def test_one_of_everything_is_a_training(data):
    least = dict.fromkeys(["batch_size", "inner_iter", "max_iter", "n_iter_no_change"], 1)
    one = fitted(DanteRegressor, data, hidden_layer_sizes=1, tol=0, **least)
    assert one.n_iter_ == 1 and one.network_.sizes == (5, 1, 2)


def test_labels_come_in_a_column_with_a_warning_and_classes_in_any_order(data):
    X, labels, _ = data
    with pytest.warns(DataConversionWarning):
        column = DanteClassifier(**SHORT).fit(X, labels[:, None])
    assert same(column, fitted(DanteClassifier, data))
    one, other = (DanteClassifier(**SHORT).partial_fit(X, labels, classes=classes)
                  for classes in (["c", "a", "b"], ["a", "b", "c"]))
    assert one.classes_.tolist() == ["a", "b", "c"] and same(one, other)


def test_sizes_come_as_a_number_a_list_or_an_array(data):
    one = fitted(DanteRegressor, data)
    for sizes in (5, np.int64(5), [5], np.array([5])):
        assert same(one, fitted(DanteRegressor, data, hidden_layer_sizes=sizes))


def test_a_nan_among_the_targets_is_refused_by_name(data):
    X, _, y = data
    one, hole = fitted(DanteRegressor, data), np.where(y == y.max(), np.nan, y)
    for refused in (lambda: one.score(X, hole), lambda: one.fit(X, hole)):
        with pytest.raises(ValueError, match=r"^Input y contains NaN"):
            refused()


@pytest.mark.parametrize("weight", [
    np.zeros(60), -np.ones(60), np.ones(59), np.full(60, np.nan), np.ones((60, 1)), "abc",
])
def test_bad_weights(weight, data):
    with pytest.raises(InputError, match=r"^sample_weight\b"):
        DanteRegressor(**SHORT).fit(data[0], data[2], sample_weight=weight)
    with pytest.raises(InputError, match=r"^sample_weight\b"):
        DanteAutoencoder(**SHORT).fit(data[0], sample_weight=weight)
    with pytest.raises(InputError, match=r"^sample_weight\b"):
        fitted(DanteAutoencoder, data).score(data[0], sample_weight=weight)


@pytest.mark.parametrize("kind", ALL)
def test_bad_data(kind, data):
    X, y = data[0], targets(kind, data)
    with pytest.raises(TypeError, match=r"[Ss]parse"):
        kind(**SHORT).fit(csr_array(X), y)
    with pytest.raises(ValueError, match="infinity"):
        kind(**SHORT).fit(np.where(X > 2, np.inf, X), y)
    if kind is DanteClassifier:  # directions and classes know no scale
        assert np.isfinite(kind(**SHORT).fit(X * 1e300, y).loss_)
    else:
        with pytest.raises(DivergenceError, match=r"W[12]"):
            kind(**SHORT).fit(X * 1e300, y)
    one = fitted(kind, data)
    answer = one.transform if kind is DanteAutoencoder else one.predict
    with pytest.raises(InputError, match="finite"):
        answer(np.full((1, 4), 1.7e308) * np.sign(one.coefs_[0][:4, 0]))
    small = kind(**SHORT).fit(X.astype(np.float32), y)
    with pytest.raises(InputError, match="finite"):
        (small.score if kind is DanteAutoencoder else small.predict)(np.full((1, 4), 1e300))


def test_a_huge_x_is_refused_in_words_and_without_a_warning(data):
    """Sums overflow, and differences of infinities aren't numbers."""
    one = fitted(DanteAutoencoder, data)
    said = "^X is so large that the network's {} isn't finite$"
    for x in (np.full(4, 1e200), *1.7e308 * np.sign(one.coefs_[0].T)):
        with pytest.raises(InputError, match=said.format("error")):
            one.score(x[None])
    with pytest.raises(InputError, match=said.format("answer")):
        one.transform(x[None])


def test_an_autoencoder_knows_its_columns_and_its_hidden_units(data):
    one = DanteAutoencoder(**SHORT).partial_fit(pd.DataFrame(data[0], columns=list("abcd")))
    for again in (one.partial_fit, one.set_params(warm_start=True).fit, one.transform):
        with pytest.raises(ValueError, match="feature names"):
            again(pd.DataFrame(data[0], columns=list("abce")))
    with pytest.raises(InputError, match=r"^X has shape \(60, 4\); allowed is \(m, hidden"):
        one.inverse_transform(data[0])
    kept = one.__sklearn_tags__().transformer_tags.preserves_dtype
    assert kept == ["float64", "float32"]


def test_a_huge_y_is_refused_by_name(data):
    with pytest.raises(InputError, match=r"^y "):
        DanteRegressor(**SHORT).fit(data[0], data[2] * 1e300)


def test_squared_error_has_no_probabilities(data):
    one = fitted(DanteClassifier, data, loss="squared")
    assert not hasattr(one, "predict_proba")
    scores = one.decision_function(data[0])
    np.testing.assert_array_equal(one.predict(data[0]), one.classes_[scores.argmax(axis=1)])
    Y = (data[1][:, None] == one.classes_).astype(float)
    assert one.loss_ == pytest.approx(np.mean(np.sum((scores - Y) ** 2, axis=1)), rel=1e-12)


def test_before_a_fit_the_loss_that_is_asked_for_says_whether_there_are_probabilities():
    assert hasattr(DanteClassifier(), "predict_proba")
    assert not hasattr(DanteClassifier(loss="squared"), "predict_proba")


def test_where_r2_is_not_defined_a_regressor_is_validated_by_its_error(data):
    """Held-out y that are all equal: minus the weighted mean square, in the training's units."""
    one = DanteRegressor(**SHORT).fit(data[0], data[2][:, 0])
    X, weight = data[0][:3], np.array([1.0, 2.0, 1.0])
    found = one._validation_score(WeightedSamples(X, np.full((3, 1), 2.0), weight))
    squares = ((one.predict(X) - 2) / one.y_scaler_.scale_) ** 2
    assert found == pytest.approx(-np.average(squares, weights=weight), rel=1e-9)


def test_cross_entropy_is_that_of_the_probabilities(data):
    one = fitted(DanteClassifier, data)
    mine = one.predict_proba(data[0])[np.arange(60), np.searchsorted(one.classes_, data[1])]
    assert one.loss_ == pytest.approx(-np.mean(np.log(mine)), rel=1e-12)
    np.testing.assert_allclose(
        one.predict_log_proba(data[0]), np.log(one.predict_proba(data[0])), rtol=1e-9
    )


def test_a_subnormal_gradient_still_gives_a_step_of_length_eta():
    X = np.array([[1.0, 0.0], [0.0, 1.0]])
    network = Network((GeneralizedReLU(1.0, 1.0),) * 2, [np.eye(2), 1e-309 * np.eye(2)])
    before = network.weights[0].copy()
    step_of_layer_1 = Once(*turns("round_robin", 2, 1)[0][:1])
    Training(
        network, X, np.ones((2, 2)), step_of_layer_1, rule=SGD(0.25), b=400, random_state=0
    ).run()
    assert np.linalg.norm(network.weights[0] - before) == pytest.approx(0.25, rel=1e-12)


def test_a_memory_mapped_x_is_trained_without_a_copy(tmp_path, data, monkeypatch):
    in_order, _, _ = distinct_samples(data[0], None, np.ones(60))
    np.save(tmp_path / "X.npy", in_order)
    X = np.load(tmp_path / "X.npy", mmap_mode="r")
    seen = []
    run = Training.run
    monkeypatch.setattr(Training, "run", lambda self, **_: (seen.append(self.X), run(self)))
    mapped = DanteAutoencoder(**SHORT).fit(X)
    assert np.shares_memory(seen[0], X) and same(mapped, fitted(DanteAutoencoder, data))


def test_minmax_pipeline_has_feature_names():
    pipe = make_pipeline(MinMaxScaler(), DanteAutoencoder(**SHORT)).fit(load_digits().data[:50])
    assert len(pipe.get_feature_names_out()) == 5


def test_two_classes_have_one_score_positive_for_the_second(data):
    X, labels, _ = data
    one = DanteClassifier(**SHORT).fit(X, labels == "a")
    score = one.decision_function(X)
    assert score.shape == (60,) and 0 < (score > 0).sum() < 60
    np.testing.assert_array_equal(one.predict(X), score > 0)
