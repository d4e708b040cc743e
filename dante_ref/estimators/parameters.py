"""The parameters' documentation, written once for the three estimators."""

from textwrap import indent
from typing import Any, TypeVar

T = TypeVar("T")

PARAMETERS = """\
Parameters
----------
Names are MLPRegressor's where it has an equivalent; the paper's symbol stands in brackets.

hidden_layer_sizes   units of the hidden layers, from the input to the output (d')
activation           of the hidden layers (phi_1): 'generalized_relu' (a = 0.01, b = 1),
                     'sigmoid' (MLPRegressor's 'logistic'), 'tanh', 'identity', or an Activation
                     such as GeneralizedReLU(a=0.1, b=1.0)
output_activation    of the last layer (phi_2), the same
schedule             'greedy_pairs': Algorithm 3, which with one hidden layer is Algorithm 2;
                     'dante': Algorithm 2, one hidden layer; 'round_robin': section 3.4's other
                     scheme; 'backprop': all layers at once, the paper's baseline
rule                 'sgd', 'momentum', 'adagrad', 'rmsprop', 'adam' (Table 5), or a rules.Rule
                     with constants of its own
normalise            the direction: 'matrix', G / ||G||_F (SNGD, Algorithm 1); 'columns', each
                     column of G by its own norm, a GLM each (section 5.3); None, G
eta                  with 'sgd' and normalise='matrix' the length of each step, MLPRegressor's
                     learning_rate_init. None: by rule, see base.ETA (chosen on small data sets;
                     do tune it), or that of a Rule
batch_size           (b) samples of a minibatch, drawn with replacement
inner_iter           (T_SNGD) minibatch iterations of one layer's turn, with 'backprop' of all
                     layers'; 'auto': an epoch's, ceil(m / b), at least 100
max_iter             (T_AM's place) alternations at most: each layer's turn comes once in one.
                     With 'greedy_pairs' for each pair, one pair after the other
tol, n_iter_no_change
                     (eps's place) training stops when for n_iter_no_change alternations in a row
                     the error, or with early_stopping the score, isn't better than the best by
                     more than tol. None: max_iter alternations. Algorithm 2's own condition looks
                     at one change alone, and at T_AM from below; see algorithms.dante
early_stopping       set aside validation_fraction of the samples, look at the score on them, and
                     keep the weights that had the best one. A warm fit on the same samples sets
                     the same ones aside if random_state is a whole number. partial_fit sets none
fit_intercept        append a column of ones to X. The paper has no biases, so this is all there
                     is: a bias for each unit of the first layer, W_1's last row
warm_start           fit goes on from the last one: weights, rule's memory, random numbers,
                     loss_curve_ and n_iter_. fit with max_iter=3 and again with 2 are one with 5
                     (greedy_pairs with several hidden layers begins with the outer pair again)
random_state         None, a whole number, a numpy Generator or RandomState
verbose              a progress bar on stderr

There is no alpha: no penalty is part of the paper's error.

Attributes
----------
network_             the training.Network; coefs_ are its weights W_1, ..., W_L
loss_, loss_curve_   the training error after the last, and after each, alternation
n_iter_              alternations made
validation_scores_, best_validation_score_
                     with early_stopping: after each alternation, and the best
n_features_in_, feature_names_in_
                     as everywhere in scikit-learn

Ctrl-C, and a DivergenceError, leave an estimator that can predict: with early_stopping its best
weights, else its last finite ones. partial_fit or a warm fit goes on from them.

What is proved (sections 5.1 to 5.6) is about one layer's problem, squared error and inputs in the
unit ball; about the alternation nothing is. Sparse X is refused."""

WEIGHTS = """\
sample_weight (m,) or None: a minibatch's samples are drawn with probability in proportion to it,
        and loss_curve_ is the weighted mean. To the last bit a sample of weight 2 is a sample given
        twice, one of weight 0 is left out (without early_stopping, which splits the samples given).
"""


def documented(cls: "type[T]") -> "type[T]":
    """Put PARAMETERS into the class's docstring, WEIGHTS into its fit's."""
    if cls.__doc__:  # None under python -OO
        fit: Any = vars(cls)["fit"]
        fit.__doc__ = fit.__doc__.replace("{weights}", WEIGHTS)
        cls.__doc__ = cls.__doc__.replace("    {parameters}", indent(PARAMETERS, "    "))
    return cls
