"""The exercises of the notebooks, by number: what is right, and which mistakes have a name.

Right answers come from the same functions that the notebooks import.
"""

from fractions import Fraction

import numpy as np

from ..activations import GeneralizedReLU
from ..arrays import Array
from ..experiments.paper import DANTE_LOSS, ETA
from ..experiments.statistics import decide
from ..norms import norm
from ..objectives import GLMObjective
from ..slqc import SLQC
from ..theorems import (
    kantorovich,
    section_5_3,
    terms,
    theorem_1,
    theorem_2,
    theorem_2_refuted,
    theorem_2_repaired,
    theorem_4,
    theorem_4_refuted,
    theorem_4_repaired,
    theorem_6,
    theorem_6_columns,
)
from ..training.work import phase_flops
from .exercise import Exercise

FORMULA = "a function, made with def or lambda"


# 0. The map

_BELOW_0 = GeneralizedReLU(0.1, 1.0).phi(-2.0)


def _two_samples(a: float = 0.5) -> float:
    X, y = np.array([[0.4, 0.3], [-0.6, 0.0]]), np.array([0.5, 0.0])
    return float(GLMObjective(X, y, GeneralizedReLU(a, 1.0)).error(np.array([1.0, 0.0])))


_ERROR = _two_samples()

MAP = {
    "0.1": Exercise(_BELOW_0, "Left of 0 the slope is a.", {
        "that is the piece with slope b; on which side of 0 is the argument?": -2.0,
        "that is the ordinary ReLU; here a > 0.": 0.0,
        "that is the slope there, not the value.": 0.1,
        "a positive slope times a negative argument: which sign?": -_BELOW_0,
    }),
    "0.2": Exercise(_ERROR, "Mean over samples of the squared differences.", {
        "that is the sum of the squares; the error is their mean.": 2 * _ERROR,
        "one of the inner products is negative: which slope holds there?": _two_samples(a=1.0),
        "that is the ordinary ReLU; here a > 0.": 0.1**2 / 2,
        "that is the mean of the differences; square each first.": (0.1 + 0.3) / 2,
        "no root is taken: the error is the mean of the squares itself.": np.sqrt(_ERROR),
    }),
    "0.3": Exercise(64 * 32 + 32 * 64, "Both layers: W1 is 64 x 32 and W2 is 32 x 64.", {
        "that is one layer; an alternation moves both.": 64 * 32,
        "you counted biases; the paper's networks have none.": 64 * 32 + 32 + 32 * 64 + 64,
    }),
}

# 1. Quasi-convexity


def _kappa_emp(eps: float, norm: float, progress: float) -> Array:
    return SLQC(np.asarray(np.inf), np.asarray(norm), np.asarray(progress)).kappa_emp(eps)


_POINT, _CENTRE = np.array([4.0, 2.0]), np.array([1.0, 1.0])
_GRADIENT = np.array([3.0, 4.0])
_PROGRESS = float(_GRADIENT @ (_POINT - _CENTRE))

QUASI_CONVEXITY = {
    "1.1": Exercise(
        _kappa_emp, "Large gradients don't help: twice the gradient is twice the progress.", {
        "that is the largest radius r; which kappa belongs to it?":
            lambda eps, norm, progress: progress / norm,
        "kappa = eps/r, not eps times r.": lambda eps, norm, progress: eps * progress / norm,
        "the gradient's length is missing: look at the right side of the inequality.":
            lambda eps, norm, progress: eps / progress,
        "that is 1/r; what links r and kappa?": lambda eps, norm, progress: norm / progress,
        "upside down: a smaller ball is a larger kappa.":
            lambda eps, norm, progress: 1 / _kappa_emp(eps, norm, progress),
    }, arguments=((0.1, 2.0, 0.5), (0.3, 1.0, 0.25), (1.0, 5.0, 3.0)), asks=FORMULA),
    "1.2": Exercise(
        terms.worst_v(_GRADIENT, _CENTRE, 0.5),
        "The worst point lies along the gradient, on the ball's rim.", {
        "that is the best point: it lies against the gradient.":
            terms.worst_v(-_GRADIENT, _CENTRE, 0.5),
        "that is outside the ball: the gradient has length 5.": _CENTRE + 0.5 * _GRADIENT,
        "the ball's centre is z, not the origin.": terms.worst_v(_GRADIENT, 0 * _CENTRE, 0.5),
    }, asks="a list of two numbers"),
    "1.3": Exercise(
        _kappa_emp(1.0, 5.0, _PROGRESS),
        "Exactly the ball that touches the line across the gradient.", {
        "eps is 1; f(x) - f(z) only decides whether clause 1 holds.":
            2 * _kappa_emp(1.0, 5.0, _PROGRESS),
        "0 would be right if clause 1 held; is f(x) - f(z) <= eps here?": 0.0,
        "that is the largest radius r; which kappa belongs to it?":
            1 / _kappa_emp(1.0, 5.0, _PROGRESS),
        "the product needed is that with x - z, not with x.":
            _kappa_emp(1.0, 5.0, float(_GRADIENT @ _POINT)),
        "the gradient's length is missing.": _kappa_emp(1.0, 1.0, _PROGRESS),
    }),
}

# 2. Theorem 1


def _lower(g: float, a: float, b: float) -> float:
    return (g**2 + a * b) / (a + b)


_PAPER, _SHARP = theorem_1.kappa_paper(0.5, 3.0, 2.0), kantorovich.kappa_sharp(0.04, 0.25, 1.0)

THEOREM_1 = {
    "2.1": Exercise(_PAPER, "It grows with b³ and with 1/a.", {
        "b stands to a higher power than the first.": _PAPER / 9,
        "b stands to a higher power than the second.": _PAPER / 3,
        "a factor 2 is missing: the formula's own, or W.": _PAPER / 2,
        "a belongs in the denominator.": _PAPER * 0.5**2,
    }),
    "2.2": Exercise(_SHARP, "It shrinks as the square root of eps.", {
        "the mean of the slopes is asked, not their sum.": 2 * _SHARP,
        "turn b and a around in the root.": _SHARP / 4,
        "the root is missing.": 0.625 * 0.04 / 0.25,
        "under the root stands more than eps.": 0.625 * np.sqrt(0.04),
    }),
    "2.3": Exercise(
        _lower, "A parabola in g: it meets g at both ends, and is below it between them.", {
        "that is g itself; a bound with g² is asked.": lambda g, a, b: g,
        "true, but weaker: use both g >= a and g <= b.": lambda g, a, b: a,
        "a sign: (g − a)(b − g) = gb − g² − ab + ag.": lambda g, a, b: (g**2 - a * b) / (a + b),
        "that bounds (a + b) g; asked is a bound on g.": lambda g, a, b: g**2 + a * b,
        "a pair of brackets is missing.": lambda g, a, b: g**2 + a * b / (a + b),
    }, arguments=((0.5, 0.1, 1.0), (0.1, 0.1, 1.0), (0.7, 0.2, 0.9)), asks=FORMULA),
}

# 3. Noise

NOISE = {
    "3.1": Exercise(
        float(theorem_2_refuted.corner_failure_probability(3, Fraction(0))),
        "More than half of three tosses: as often as not.", {
        "that is two heads of three; three heads count too.": 3 / 8,
        "that is three heads; are two of three not more than half?": 1 / 8,
    }),
    "3.2": Exercise(
        theorem_2.sample_size(1.0, 1.0, 2.0, 0.1, 0.05)
        / theorem_2.sample_size(1.0, 1.0, 1.0, 0.1, 0.05),
        "W⁴ is a heavy price; the repair doesn't pay it.", {
        "W enters with a higher power.": 2.0,
        "W enters squared twice.": 4.0,
        "one power more.": 8.0,
    }),
    "3.3": Exercise(
        theorem_2_repaired.sample_size(1.0, 1.0, 0.05, 0.05)
        / theorem_2_repaired.sample_size(1.0, 1.0, 0.1, 0.05),
        "1/ε, where the paper has 1/ε².", {
        "that is the paper's 1/ε²; look at the repaired formula.": 4.0,
        "the other way round: a smaller eps needs more samples.": 0.5,
    }),
}

# 4. Layers


def _in_outputs(Z: Array) -> float:
    return float(np.mean(np.sum(Z, axis=-1) ** 2))


def _sum_outside(residuals: Array) -> float:
    return float(np.mean(np.sum(np.asarray(residuals) ** 2, axis=-1)))


_OPPOSITE = section_5_3.counterexample()

LAYERS = {
    "4.1": Exercise(
        float(_OPPOSITE.problem.error(_OPPOSITE.point)), "Squares don't cancel; sums do.", {
        "that is the printed second display, with the sum inside the square.": 0.0,
        "that is one output; the error sums over both.": 0.25,
        "square each residual.": 1.0,
    }),
    "4.2": Exercise(
        _sum_outside, "Mean over samples, sum over outputs: the paper's normalisation.", {
        "you add the residuals before you square them: they cancel.": _in_outputs,
        "that is the mean over the outputs too; they are summed.":
            lambda Z: np.mean(np.asarray(Z) ** 2),
        "the mean over the samples is missing.": lambda Z: np.sum(np.asarray(Z) ** 2),
    }, arguments=((np.array([[1.0, -1.0], [0.5, 2.0]]),), (np.array([[0.0, 3.0, 1.0]]),)),
        asks=FORMULA),
    "4.3": Exercise(1 / 2, "So 'err >= eps' says nothing of a single output.", {
        "d' eps would be the sum if each output had eps; only the sum has.": 1.0,
        "the factor goes the other way.": 2.0,
    }),
}

# 5. The inner layer

_FAILS = theorem_4_refuted.counterexample()
_FAILING = float(_FAILS.problem.error(_FAILS.point))

INNER_LAYER = {
    "5.1": Exercise(
        theorem_4.threshold(0.5, 1.0, 1.0, 1.0),
        "Twice the proof's own bound on the error: it can't occur.", {
        "that is the bound on the error; where does kappa become positive?":
            theorem_4.error_bound(1.0, 1.0, 1.0),
        "a factor 4 is missing.": theorem_4.threshold(0.5, 1.0, 1.0, 1.0) / 4,
    }),
    "5.2": Exercise(_FAILING, "Positive, though the gradient points away from W1*.", {
        "square the residual.": np.sqrt(_FAILING),
        "that is the label, squared; subtract the network's answer first.": 1 / 64,
    }),
    "5.3": Exercise(
        theorem_4_refuted.failing_error(0.5, 1.0, 1.0, 1.0),
        "It vanishes as a -> b: a linear inner layer has no such trouble.", {
        "square it.": 0.5,
        "that is eps_0, from which on the repair holds; asked is where it surely fails.":
            theorem_4_repaired.least_eps(0.5, 1.0, 1.0, 1.0),
    }),
}

# 6. SNGD

_STEPS = theorem_6.iterations(0.01, theorem_1.kappa_paper(0.1, 1.0, 1.0), 1.0)

RATE = {
    "6.1": Exercise(_STEPS, "Four million steps, by the paper's kappa.", {
        "square kappa/eps.": 2000.0,
        "eps is squared too.": 40_000.0,
    }),
    "6.2": Exercise(
        theorem_6.iterations(0.01, kantorovich.kappa_sharp(0.01, 0.1, 1.0), 1.0),
        "The same neuron, the same guarantee, ten thousand times sooner.", {
        "that is the paper's kappa; use the sharp one.": _STEPS,
        "a number of steps is whole.": 302.5,
    }, rtol=1e-9),
    "6.3": Exercise(2.0, "ε = K b² D²/T: a 1/ε rate.", {
        "that is the paper's rate, 1/ε²; κ(ε) shrinks with ε too.": 4.0,
    }),
}

# 7. DANTE trains

TRAINING = {
    "7.1": Exercise(2.0 * 50 * 10, "Two turns an alternation.", {
        "that is one layer; an alternation has two turns.": 500.0,
    }),
    "7.2": Exercise(
        lambda a, b: np.asarray(a) / np.linalg.norm(a) * -b,
        "Only the direction of the gradient is used.", {
        "downhill, please.": lambda a, b: np.asarray(a) / np.linalg.norm(a) * b,
        "that is a step of SGD: normalise it.": lambda a, b: -b * np.asarray(a),
        "the whole vector is scaled, not each entry.": lambda a, b: -b * np.sign(a),
    }, arguments=((np.array([3.0, 4.0]), 0.1), (np.array([1.0, -2.0, 2.0]), 0.5)), asks=FORMULA),
    "7.3": Exercise(0.05 * 200, "So eta times T bounds how far a layer can get.", {
        "that is one step.": 0.05,
        "that is a random walk; straight on is farther.": 0.05 * np.sqrt(200),
    }),
}

# 8. The experiments

_ADVANTAGE = decide((0.30, 0.50, 0.40), (0.35, 0.56, 0.44)).advantage
_ITERATION = phase_flops((8, 4, 8), (1, 2), 10, 1, 1000)
_BY_COLUMNS = ETA * norm(theorem_6_columns.column_direction(np.ones((2, 1024))), 2)

EXPERIMENTS = {
    "8.1": Exercise(
        _ADVANTAGE, "Seed by seed: what both share, an easy or a hard split, drops out.", {
        "a smaller error is better, so the advantage of the first is positive here.": -_ADVANTAGE,
        "that is the sum over the seeds; the mean is asked.": 3 * _ADVANTAGE,
        "the difference itself, not as a share.": 0.04 / 0.44,
    }),
    "8.2": Exercise(_ITERATION, "Five products: nothing needs to be handed down below layer 1.", {
        "that is forward alone.": 2 * 10 * (8 * 4 + 4 * 8),
        "the derivative is handed down through W2, but not through W1: what would use it?":
            3 * 2 * 10 * (8 * 4 + 4 * 8),
        "a multiplication and an addition are two flops.": _ITERATION / 2,
        "that is one sample; a minibatch has ten.": _ITERATION / 10,
    }),
    "8.3": Exercise(DANTE_LOSS / 1024, "Root of it: each pixel right to 0.5% of its range.", {
        "that is the other reading, the mean over outputs too.": DANTE_LOSS,
        "the other way round: the outputs share the sum.": DANTE_LOSS * 1024,
        "those are the pixels before it is padded.": DANTE_LOSS / 784,
        "that is a side of the image; how many pixels has it?": DANTE_LOSS / 32,
    }),
    "8.4": Exercise(
        _BY_COLUMNS, "The root of the number of columns: what the referee objects to.", {
        "that is one column, or a step of the layer with one norm.": ETA,
        "columns are perpendicular: squares of lengths add, not lengths.": 1024 * ETA,
        "that is the square of the length.": _BY_COLUMNS**2,
    }),
}

_RELU_CHORD = 1.5 * 2 - 1.5**2

PROVED = {
    "9.1": Exercise(_RELU_CHORD, "Positive, as the chord across the kink is less steep than b.", {
        "that is where both scores are on one side, the steep one.": 0,
        "that is b D Dz; D² is still to be taken away.": 1.5 * 2,
        "the other way round.": -_RELU_CHORD,
    }),
    "9.2": Exercise(
        0.5, "2/b: the certificate, multiplied out, is the difference of the two sides.", {
        "then the first terms differ by the factor b.": 2,
        "divide by b, don't multiply.": 8,
    }),
    "9.3": Exercise(200, "GLMtron without momentum is promised 10,000.", {
        "that is without momentum, b²δ²/ε.": 10_000,
        "the root of ε, not ε.": 20_000,
    }),
}

EXERCISES: dict[str, Exercise] = (
    MAP | QUASI_CONVEXITY | THEOREM_1 | NOISE | LAYERS | INNER_LAYER | RATE | TRAINING
    | EXPERIMENTS | PROVED
)
"""Every exercise by its number."""
