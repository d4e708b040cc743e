"""Step rules: how far and whereto a layer moves, given its direction (Table 5 and section 3.3.1).

The direction is G, the minibatch's subgradient (SGD), or G / ‖G‖_F (SNGD, DANTE). A rule is a
frozen set of constants; what it remembers of one layer is a dictionary of arrays, `start(W)`, which
a checkpoint can hold. `step(G, memory)` overwrites the direction G by the step: W <- W - G.

Formulas and defaults are those of torch.optim, with eta for its lr. t = 1, 2, ... counts the steps
of the layer.
"""

from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

import numpy as np

from .. import checks
from ..arrays import Array
from ..exceptions import InputError

Memory = dict[str, Array]


@dataclass(frozen=True)
class Rule(ABC):
    """What every step rule offers.

    Raises InputError unless eta and eps are > 0 and what decays a mean is in [0, 1).
    """

    eta: float
    name: ClassVar[str]
    remembers: ClassVar[tuple[str, ...]] = ()  # arrays like W, from 0

    def __post_init__(self) -> None:
        for constant, value in asdict(self).items():
            if constant in ("eta", "eps"):
                vars(self)[constant] = checks.number(constant, value, above=0)
            elif constant in ("mu", "alpha", "beta1", "beta2"):
                vars(self)[constant] = checks.number(constant, value, at_least=0, below=1)
            else:
                checks.switch(constant, value)
                vars(self)[constant] = bool(value)

    def start(self, W: Array) -> Memory:
        """What the rule remembers of a layer with weights W before its first step."""
        return {name: np.zeros_like(W) for name in self.remembers}

    @abstractmethod
    def step(self, G: Array, memory: Memory) -> None:
        """Overwrite the direction G by the step, and remember what the next step needs."""

    def config(self) -> dict[str, Any]:
        """The rule as JSON holds it."""
        return {"name": self.name, **asdict(self)}


@dataclass(frozen=True)
class SGD(Rule):
    """step = eta G. On the normalised direction: Algorithm 1's step."""

    eta: float = 0.001
    name: ClassVar[str] = "sgd"

    def step(self, G: Array, memory: Memory) -> None:
        G *= self.eta


@dataclass(frozen=True)
class Momentum(Rule):
    """v_t = mu v_{t-1} + G, v_0 = 0; step = eta v_t, or with nesterov eta (G + mu v_t)."""

    eta: float = 0.001
    mu: float = 0.9
    nesterov: bool = False
    name: ClassVar[str] = "momentum"
    remembers = ("v",)

    def step(self, G: Array, memory: Memory) -> None:
        v = memory["v"]
        v *= self.mu
        v += G
        if self.nesterov:
            G += self.mu * v
            G *= self.eta
        else:
            np.multiply(v, self.eta, out=G)


@dataclass(frozen=True)
class Adagrad(Rule):
    """s_t = s_{t−1} + G², s₀ = 0; step = η G/(√s_t + ε)."""

    eta: float = 0.01
    eps: float = 1e-10
    name: ClassVar[str] = "adagrad"
    remembers = "s", "scratch"

    def step(self, G: Array, memory: Memory) -> None:
        s, scratch = memory["s"], memory["scratch"]
        s += np.multiply(G, G, out=scratch)
        _divide_by_root(G, s, 1.0, self.eps, scratch)
        G *= self.eta


@dataclass(frozen=True)
class RMSProp(Rule):
    """s_t = α s_{t−1} + (1 − α) G², s₀ = 0; step = η G/(√s_t + ε)."""

    eta: float = 0.01
    alpha: float = 0.99
    eps: float = 1e-8
    name: ClassVar[str] = "rmsprop"
    remembers = "s", "scratch"

    def step(self, G: Array, memory: Memory) -> None:
        s, scratch = memory["s"], memory["scratch"]
        _average(s, np.multiply(G, G, out=scratch), self.alpha)
        _divide_by_root(G, s, 1.0, self.eps, scratch)
        G *= self.eta


@dataclass(frozen=True)
class Adam(Rule):
    """m_t = β₁ m_{t−1} + (1 − β₁) G, s_t = β₂ s_{t−1} + (1 − β₂) G², both from 0;
    step = η m_t/(1 − β₁ᵗ)/(√(s_t/(1 − β₂ᵗ)) + ε).
    """

    eta: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    name: ClassVar[str] = "adam"
    remembers = "m", "s", "scratch"

    def start(self, W: Array) -> Memory:
        return super().start(W) | {"t": np.zeros((), np.int64)}

    def step(self, G: Array, memory: Memory) -> None:
        m, s, t, scratch = (memory[key] for key in ("m", "s", "t", "scratch"))
        t += 1
        _average(s, np.multiply(G, G, out=scratch), self.beta2)
        _average(m, G, self.beta1)
        np.copyto(G, m)
        _divide_by_root(G, s, 1 / (1 - self.beta2 ** int(t)), self.eps, scratch)
        G *= self.eta / (1 - self.beta1 ** int(t))


def _average(mean: Array, new: Array, keep: float) -> None:
    """mean <- keep mean + (1 - keep) new; `new` is used up."""
    mean *= keep
    new *= 1 - keep
    mean += new


def _divide_by_root(
    G: Array, s: Array, scale: float, eps: float, scratch: Array
) -> None:
    """G ← G/(√(scale s) + ε)."""
    np.sqrt(s, out=scratch)
    scratch *= float(np.sqrt(scale))
    scratch += eps
    G /= scratch


RULES: dict[str, type[Rule]] = {
    rule.name: rule for rule in (SGD, Momentum, Adagrad, RMSProp, Adam)
}


def make_rule(name: str, **constants: float) -> Rule:
    """The rule called `name` (a key of RULES); InputError for an unknown name or constant."""
    checks.one_of("rule", name, RULES)
    known = [field.name for field in fields(RULES[name])]
    unknown = sorted(constants.keys() - set(known))
    if unknown:
        raise InputError(
            f"rule {name!r} has no {', '.join(unknown)}; allowed are {', '.join(known)}"
        )
    return RULES[name](**constants)
