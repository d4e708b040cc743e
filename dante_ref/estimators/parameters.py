"""The parameters' documentation, written once for the three estimators."""

from inspect import cleandoc
from typing import Any, TypeVar

T = TypeVar("T")

PARAMETERS = """\
Parameters
----------
hidden_layer_sizes : int or tuple of int, default=(100,)
    Units of the hidden layers (d'), from the input to the output.
activation : str or Activation, default='generalized_relu'
    Of the hidden layers (phi_1): 'generalized_relu' (a = 0.01, b = 1), 'sigmoid' (MLPRegressor's
    'logistic'), 'tanh', 'identity', or an Activation such as GeneralizedReLU(a=0.1, b=1.0).
output_activation : str or Activation, default='identity'
    Of the last layer (phi_2), the same.
schedule : str, default='greedy_pairs'
    'greedy_pairs': Algorithm 3, which with one hidden layer is Algorithm 2; 'dante': Algorithm 2,
    one hidden layer; 'round_robin': section 3.4's other scheme; 'backprop': all layers at once, the
    paper's baseline.
rule : str or Rule, default='sgd'
    'sgd', 'momentum', 'adagrad', 'rmsprop', 'adam' (Table 5), or a rules.Rule with constants of
    its own.
normalise : {'matrix', 'columns', None}, default='matrix'
    The direction: 'matrix', G / ‖G‖_F (SNGD, Algorithm 1); 'columns', each column of G by its
    own norm, a GLM each (section 5.3); None, G.
eta : float or None, default=None
    With 'sgd' and normalise='matrix' the length of each step, MLPRegressor's learning_rate_init.
    None: by rule, see base.ETA (chosen on small data sets; do tune it), or that of a Rule.
batch_size : int, default=20
    Samples of a minibatch (b), drawn with replacement.
inner_iter : int or 'auto', default='auto'
    Minibatch iterations of one layer's turn (T_SNGD), with 'backprop' of all layers'; 'auto': an
    epoch's, ceil(m / b), at least 100.
max_iter : int, default=200
    Alternations at most (T_AM's place): each layer's turn comes once in one. With 'greedy_pairs'
    for each pair, one pair after the other.
tol : float or None, default=1e-4
    (eps's place.) Training stops when for n_iter_no_change alternations in a row the error, or
    with early_stopping the score, isn't better than the best by more than tol. None: max_iter
    alternations. Algorithm 2's own condition looks at one change alone, and at T_AM from below;
    see algorithms.dante.
n_iter_no_change : int, default=10
    See tol.
early_stopping : bool, default=False
    Set aside validation_fraction of the samples, look at the score on them, and keep the weights
    that had the best one. A warm fit on the same samples sets the same ones aside if random_state
    is a whole number, and never ends below the score that it began with. partial_fit sets none
    aside.
validation_fraction : float, default=0.1
    See early_stopping.
fit_intercept : bool
    Append a column of ones to X. The paper has no biases, so this is all there is: a bias for each
    unit of the first layer, W_1's last row.
warm_start : bool, default=False
    fit goes on from the last one: weights, rule's memory, random numbers, loss_curve_ and n_iter_.
    fit with max_iter=3 and again with 2 are one with 5 (greedy_pairs with several hidden layers
    begins with the outer pair again).
random_state : None, int, numpy Generator or RandomState, default=None
    Of the first weights, the minibatches and the split.
verbose : bool or int, default=False
    A progress bar on stderr.
{own}
Attributes
----------
network_ : training.network.Network
    What was trained; what it was trained as decides its answers, whatever the parameters say later.
coefs_ : list of ndarray
    Its weights W_1, ..., W_L, of shapes (n_{l-1}, n_l); n_0 counts the column of ones.
loss_ : float
    The training error after the last alternation.
loss_curve_ : list of float
    And after each.
n_iter_ : int
    Alternations made.
validation_scores_ : list of float
    With early_stopping: the score after each alternation.
best_validation_score_ : float
    The best of them, or what a warm fit began with.
{attributes}n_features_in_ : int
    Features of X.
feature_names_in_ : ndarray of str
    Their names, where X has them.

Notes
-----
Names are MLPRegressor's where it has an equivalent. There is no alpha: no penalty is part of the
paper's error.

A fit that is refused changes nothing. Ctrl-C, and a DivergenceError, leave an estimator that can
predict: with early_stopping its best weights, else its last finite ones. partial_fit or a warm fit
goes on from them.

What is proved (sections 5.1 to 5.6) is about one layer's problem, squared error and inputs in the
unit ball; about the alternation nothing is. Sparse X is refused.

References
----------
.. [1] S. Kudugunta, V. B. Sinha, A. R. Sankar, S. T. Chavali, P. Kar, V. N. Balasubramanian,
   "DANTE: Deep AlterNations for Training nEural networks", 2019.
.. [2] E. Hazan, K. Y. Levy, S. Shalev-Shwartz, "Beyond Convexity: Stochastic Quasi-Convex
   Optimization", NIPS 2015.

Examples
--------
{example}"""

OWN = {
    "DanteAutoencoder": ("", ""),
    "DanteRegressor": ("""\
normalize_y : bool, default=True
    Train on each target shifted and divided to mean 0 and variance 1.
""", """\
y_scaler_ : TargetScaler
    The shift mean_ and the divisor scale_ of each target.
"""),
    "DanteClassifier": ("""\
loss : {'cross_entropy', 'squared'}, default='cross_entropy'
    See above.
class_weight : dict, 'balanced' or None, default=None
    A factor of the sample weights for each class, 1 where it isn't named; 'balanced': every class
    weighs the same in all.
""", """\
classes_ : ndarray
    The labels, sorted.
"""),
}
"""Parameters and attributes of one estimator alone."""

EXAMPLES = {
    "DanteAutoencoder": """\
>>> from sklearn.datasets import load_digits
>>> from dante_ref.estimators import DanteAutoencoder
>>> X = load_digits().data / 16
>>> auto = DanteAutoencoder(8, max_iter=5, tol=None, random_state=0).fit(X)
>>> auto.transform(X).shape, auto.inverse_transform(auto.transform(X)).shape
((1797, 8), (1797, 64))
>>> auto.n_iter_, auto.score(X) == -auto.loss_
(5, True)""",
    "DanteRegressor": """\
>>> from sklearn.datasets import load_diabetes
>>> from dante_ref.estimators import DanteRegressor
>>> X, y = load_diabetes(return_X_y=True)
>>> model = DanteRegressor(20, max_iter=5, tol=None, random_state=0).fit(X, y)
>>> model.predict(X[:3]).shape, model.score(X, y) > 0.2
((3,), True)""",
    "DanteClassifier": """\
>>> from sklearn.datasets import load_digits
>>> from dante_ref.estimators import DanteClassifier
>>> X, y = load_digits(return_X_y=True)
>>> model = DanteClassifier(20, max_iter=5, tol=None, random_state=0).fit(X / 16, y)
>>> model.predict_proba(X[:3] / 16).shape, model.score(X / 16, y) > 0.8
((3, 10), True)""",
}

WEIGHTS = """\
sample_weight (m,) or None: a minibatch's samples are drawn with probability in proportion to it,
and loss_curve_ is the weighted mean. To the last bit a sample of weight 2 is a sample given
twice, one of weight 0 is left out (without early_stopping, which splits the samples given).

Raises InputError for bad parameters, ValueError or TypeError for bad data, DivergenceError when
training leaves the finite numbers."""


def documented(cls: "type[T]") -> "type[T]":
    """Put the parameters, attributes and an example into the class's docstring, WEIGHTS into fit's.

    Without the source's indentation: from Python 3.13 on docstrings come without it.
    """
    fit: Any = vars(cls)["fit"]
    if cls.__doc__ and fit.__doc__:  # None under python -OO
        fit.__doc__ = cleandoc(fit.__doc__).replace("{weights}", WEIGHTS)
        own, attributes = OWN[cls.__name__]
        cls.__doc__ = cleandoc(cls.__doc__)
        for name, part in (
            ("{parameters}", PARAMETERS), ("{own}", own), ("{attributes}", attributes),
            ("{example}", EXAMPLES[cls.__name__]),
        ):
            cls.__doc__ = cls.__doc__.replace(name, part)
    return cls
