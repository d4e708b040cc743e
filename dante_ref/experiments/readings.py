"""Readings of section 4: what its text leaves open, each choice with where it comes from.

A reading is one way to fill the gaps. `TODAY` sums errors over outputs and normalises a layer by
one Frobenius norm, which is what the theorems and Algorithm 1 say; but 4.1 says 'Mean-Squared
Error', and 5.3 that each sub-problem 'is a GLM, which can be solved effectively using SNGD'. Which
of these choices decide section 4's claims is what `dante-ref reproduce ... --readings` finds out.

'The code' is what the first author made public (github.com/sneha-rk/altmin, 2016 to 2018, Torch7).
It isn't known to have made the paper's tables.
"""

from dataclasses import dataclass, fields, replace
from typing import Any

from ..exceptions import InputError

MATRIX, COLUMNS, LAST_COLUMNS = "matrix", "columns", "columns of the last layer"
AS_PRINTED, LONG = "eta", "eta sqrt(columns)"


@dataclass(frozen=True)
class Choice:
    """A question that the text leaves open, and where each answer (a Reading's value) is from."""

    field: str
    question: str
    sources: dict[Any, str]


CHOICES = (
    Choice("normalise", "what SNGD divides by a norm", {
        MATRIX: "Algorithm 1, Definition 4 and footnote 1: G/‖G‖_F",
        COLUMNS: "5.3: each sub-problem 'is a GLM'; 3.3.2: 'each independent in its parameters'. "
                 "Each column of G by its own norm; where G is a vector the same as matrix",
        LAST_COLUMNS: "the same where it is said: W1's problem is no set of GLMs",
        None: "the code: no update of it is normalised",
    }),
    Choice("error", "a sample's error over its outputs", {
        "sum": "equations (3) to (6) and every proof",
        "mean": "4.1: 'the standard Mean-Squared Error'; the printed digits; the code. Plain "
                "gradients are divided by the number of outputs, normalised ones are the same",
    }),
    Choice("step", "the length of a normalised step", {
        AS_PRINTED: "Algorithm 1",
        LONG: "nobody: as long in Frobenius norm as a step by columns, to tell a step's length "
              "from its direction",
    }),
    Choice("gradients", "what a step's gradient is", {
        "fresh": "Algorithm 1: of one minibatch",
        "accumulated": "the code: gradients are never zeroed, so of all minibatches so far",
    }),
    Choice("iteration", "what Figure 2's x axis counts", {
        "update": "'number of minibatch iterations'; the code",
        "alternation": "an update of each layer, as many products as one of SGD's",
    }),
    Choice("T_SNGD", "minibatch iterations of one layer's turn", {
        "several": "3.3: 'several minibatches'; here 150 at full size",
        "one": "the code",
        "epoch": "the code, in other files",
    }),
    Choice("order", "the layer that moves first", {
        "W2": "Algorithm 2", "W1": "Algorithm 3 as printed; the code",
    }),
    Choice("biases", "whether layers have biases", {
        False: "3.1", True: "the code",
    }),
    Choice("start", "the initial weights", {
        "Glorot": "the paper is silent: as in training/initial.py",
        "uniform": "the code, Torch7's default: uniform within 1/√(fan-in)",
    }),
    Choice("sampling", "how a minibatch is drawn", {
        "independent": "Algorithm 1: Uniform(S)",
        "epochs": "the code: each row once an epoch, neighbouring minibatches sharing one row",
    }),
)


@dataclass(frozen=True)
class Reading:
    """An answer to each of CHOICES; the defaults are today's."""

    normalise: str | None = MATRIX
    error: str = "sum"
    step: str = AS_PRINTED
    gradients: str = "fresh"
    iteration: str = "update"
    T_SNGD: str = "several"
    order: str = "W2"
    biases: bool = False
    start: str = "Glorot"
    sampling: str = "independent"

    def __post_init__(self) -> None:
        for choice in CHOICES:
            value = getattr(self, choice.field)
            if value not in choice.sources:
                allowed = ", ".join(map(str, choice.sources))
                raise InputError(f"{choice.field} is {value!r}; allowed are {allowed}")

    @property
    def differences(self) -> dict[str, Any]:
        """What it answers otherwise than TODAY."""
        return {f.name: getattr(self, f.name) for f in fields(self)
                if getattr(self, f.name) != f.default}

    @property
    def literal(self) -> bool:
        """Whether only the literal loop of `released` has it, not the engine."""
        return self.gradients != "fresh" or self.biases or self.sampling != "independent"


TODAY = Reading()
AS_RELEASED = Reading(
    None, "mean", gradients="accumulated", T_SNGD="one", order="W1", biases=True, start="uniform",
    sampling="epochs",
)

CROSSED = {
    "sum-matrix": TODAY, "mean-matrix": Reading(error="mean"),
    "sum-columns": Reading(COLUMNS), "mean-columns": Reading(COLUMNS, "mean"),
    "sum-columns-last": Reading(LAST_COLUMNS), "sum-long": Reading(step=LONG),
    "mean-long": Reading(error="mean", step=LONG),
    "as-released": AS_RELEASED,
}
"""normalise x error, the fairness rows, and what the code computes."""

SECONDARY: dict[str, dict[str, Any]] = {
    "one-minibatch": {"T_SNGD": "one"}, "epoch-turns": {"T_SNGD": "epoch"},
    "w1-first": {"order": "W1"}, "alternations": {"iteration": "alternation"},
    "biases": {"biases": True}, "uniform-start": {"start": "uniform"},
    "epochs": {"sampling": "epochs"}, "accumulated": {"gradients": "accumulated"},
}
"""Choices made one at a time, from each of BASES."""

TUNED = ("sum-matrix", "sum-columns", "sum-long")
"""Under which learning rates are tuned too. A mean is a sum at 1/n_L of the plain rate, so tuned it
is a sum. Long steps have another ratio of the layers' rates, that of columns."""

BASES = ("sum-matrix", "sum-columns")

READINGS: dict[str, Reading] = CROSSED | {
    f"{base}+{name}": replace(CROSSED[base], **change)
    for base in BASES for name, change in SECONDARY.items()
}


def named(names: list[str]) -> dict[str, Reading]:
    """The readings of these names in turn, all of READINGS for 'all'; InputError for others."""
    for name in names:
        if name != "all" and name not in READINGS:
            raise InputError(
                f"--readings is {name!r}; allowed are all, {', '.join(READINGS)}"
            )
    return dict(READINGS) if "all" in names else {name: READINGS[name] for name in names}
