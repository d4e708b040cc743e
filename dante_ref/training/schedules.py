"""Which layers move when: Algorithms 2 and 3, the round robin of section 3.4, backpropagation.

A schedule yields phases. In a phase some layers move for some minibatch iterations, all others are
held. It is given `error()`, the network's error on all samples with the present weights, for the
stopping conditions that need it; it is asked for only where eps > 0, as it costs a pass over the
data. Layers are numbered 1..L, as the paper's W_1, W_2.

`algorithms.dante` and `algorithms.deep` say what the printed loops leave open; `GreedyPairs` is the
loop of `algorithms.deep`, and the tests hold it to that page.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar, Literal, Protocol

import numpy as np

from .. import checks
from ..algorithms.dante import check_loop
from ..algorithms.deep import pairs
from ..algorithms.sngd import Normalise, check_normalise
from ..exceptions import InputError
from .rules import Rule


@dataclass(frozen=True)
class Phase:
    """`layers` (of 1..L) move together for `iterations` minibatch iterations, the rest are held.

    rule, one or one for each of `layers`, and normalise take the place of the training's own, where
    given. without_g leaves g out of the last layer's residual (`losses.WithoutG`).
    """

    layers: tuple[int, ...]
    iterations: int
    rule: Rule | tuple[Rule, ...] | None = None
    normalise: Normalise | Literal["own"] = "own"
    without_g: bool = False

    def __post_init__(self) -> None:
        checks.whole_number("iterations", self.iterations)
        if isinstance(self.rule, tuple):
            checks.one_each("rules", self.rule, len(self.layers))
        for rule in self.rule if isinstance(self.rule, tuple) else (self.rule,):
            if rule is not None:
                checks.of_type("rule", rule, Rule)
        if self.normalise != "own":
            check_normalise(self.normalise)

    def rule_of(self, l: int, own: Rule) -> Rule:
        """Layer l's rule; own: the training's."""
        if isinstance(self.rule, tuple):
            return self.rule[self.layers.index(l)]
        return self.rule or own


Error = Callable[[], float]


class Schedule(Protocol):
    """See this module's text. One that can be made longer names the field for it in LENGTH."""

    @property
    def name(self) -> str:
        """What it is called."""

    def phases(self, L: int, error: Error) -> Iterator[Phase]:
        """The phases in turn, for a network of L layers; InputError if it can't be one."""


@dataclass(frozen=True)
class _Alternating(ABC):
    """The loop of Algorithms 2 and 3: while change >= eps or t < T_AM, at most `cap` times.

    T_SNGD: iterations of one layer's turn. `max_alternations` defaults to 10 T_AM; eps = 0 leaves
    the stopping to it alone.
    """

    T_SNGD: int
    T_AM: int = 1
    eps: float = 0.0
    max_alternations: int | None = None
    LENGTH: ClassVar[str] = "max_alternations"
    name: ClassVar[str]

    def __post_init__(self) -> None:
        # Python's own numbers, as JSON holds them.
        T_AM, eps, cap = check_loop(self.T_AM, self.eps, self.max_alternations)
        T_SNGD = checks.whole_number("T_SNGD", self.T_SNGD, at_least=1)
        vars(self).update(T_SNGD=T_SNGD, T_AM=T_AM, eps=eps)
        if self.max_alternations is not None:
            vars(self).update(max_alternations=cap)

    @property
    def cap(self) -> int:
        return check_loop(self.T_AM, self.eps, self.max_alternations)[2]

    @abstractmethod
    def phases(self, L: int, error: Error) -> Iterator[Phase]: ...

    def config(self) -> dict[str, Any]:
        """The schedule as JSON holds it."""
        return {"name": self.name, **asdict(self)}


@dataclass
class _Loop:
    """`t` and `change` at the head of the while loop; `rounds()` yields t until it ends."""

    schedule: _Alternating
    error: Error
    t: int = 1
    change: float = np.inf
    value: float = np.nan

    def rounds(self) -> Iterator[int]:
        s, cap = self.schedule, self.schedule.cap
        watches = s.eps > 0
        if watches and np.isnan(self.value):
            self.value = self.error()
        while (self.change >= s.eps or self.t < s.T_AM) and self.t <= cap:
            yield self.t
            if watches:
                previous, self.value = self.value, self.error()
                self.change = abs(self.value - previous)
            self.t += 1


@dataclass(frozen=True)
class RoundRobin(_Alternating):
    """Section 3.4's other scheme: layers 1, 2, ..., L, one after the other, again and again."""

    name: ClassVar[str] = "round_robin"

    def order(self, L: int) -> tuple[int, ...]:
        """The layers of one alternation, in turn."""
        return tuple(range(1, L + 1))

    def phases(self, L: int, error: Error) -> Iterator[Phase]:
        order = self.order(L)
        for _ in _Loop(self, error).rounds():
            for l in order:
                yield Phase((l,), self.T_SNGD)


@dataclass(frozen=True)
class Dante(RoundRobin):
    """Algorithm 2: W_2 moves with W_1 held, then W_1 with W_2 held. One hidden layer.

    With the plain direction in place of the normalised one it is Table 3's SGD+AltMin.
    """

    name: ClassVar[str] = "dante"

    def order(self, L: int) -> tuple[int, ...]:
        if L != 2:
            raise InputError(
                f"the network has {L} layers of weights; allowed with Algorithm 2 is 2 "
                "(GreedyPairs and RoundRobin train deeper ones)"
            )
        return 2, 1


@dataclass(frozen=True)
class DanteWithoutG(Dante):
    """Algorithm 2 with GLMtron's direction for W_2, G without g; W_1's is G as it was."""

    name: ClassVar[str] = "dante_without_g"

    def phases(self, L: int, error: Error) -> Iterator[Phase]:
        for phase in super().phases(L, error):
            yield replace(phase, without_g=phase.layers == (L,))


@dataclass(frozen=True)
class DanteFinetuned(RoundRobin):
    """Algorithm 2, or round robin if deeper, with backprop on all layers at regular times.

    The paper's future work (section 6): after each `every` alternations `T_finetune` iterations
    by `finetune_rule` on the plain gradient of all layers.
    """

    every: int = 1
    T_finetune: int = 1
    finetune_rule: Rule | None = None
    name: ClassVar[str] = "dante_finetuned"

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("every", "T_finetune"):
            vars(self)[name] = checks.whole_number(name, getattr(self, name), at_least=1)
        if self.finetune_rule is not None:
            checks.of_type("finetune_rule", self.finetune_rule, Rule)

    def phases(self, L: int, error: Error) -> Iterator[Phase]:
        everything = self.order(L)
        for t in _Loop(self, error).rounds():
            for l in (2, 1) if L == 2 else everything:
                yield Phase((l,), self.T_SNGD)
            if t % self.every == 0:
                yield Phase(everything, self.T_finetune, self.finetune_rule, normalise=None)

    def config(self) -> dict[str, Any]:
        rule = self.finetune_rule
        return super().config() | {"finetune_rule": rule.config() if rule else None}


@dataclass(frozen=True)
class GreedyPairs(_Alternating):
    """Algorithm 3: pairs of layers from the outside in, each by the loop of Algorithm 2.

    first: 'v' (the layer nearer the output, as Algorithm 2) or 'u' (as printed in Algorithm 3);
    literal: t is not reset, see `algorithms.deep`; sweeps: how often to go from the outside in.
    """

    first: str = "v"
    literal: bool = False
    sweeps: int = 1
    name: ClassVar[str] = "greedy_pairs"

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.one_of("first", self.first, ("u", "v"))
        checks.switch("literal", self.literal)
        vars(self)["sweeps"] = checks.whole_number("sweeps", self.sweeps, at_least=1)

    def phases(self, L: int, error: Error) -> Iterator[Phase]:
        loop = _Loop(self, error)
        for pair in pairs(L, self.first) * self.sweeps:
            if not self.literal:
                loop = _Loop(self, error, value=loop.value)
            for _ in loop.rounds():
                for l in pair:
                    yield Phase((l,), self.T_SNGD)


@dataclass(frozen=True)
class Backprop:
    """The baseline of section 4: all layers in each of T iterations."""

    T: int
    name: ClassVar[str] = "backprop"
    LENGTH: ClassVar[str] = "T"

    def __post_init__(self) -> None:
        vars(self)["T"] = checks.whole_number("T", self.T, at_least=1)

    def phases(self, L: int, error: Error) -> Iterator[Phase]:
        yield Phase(tuple(range(1, L + 1)), self.T)

    def config(self) -> dict[str, Any]:
        return {"name": self.name, **asdict(self)}


Named = _Alternating | Backprop

SCHEDULES: dict[str, type[Any]] = {
    kind.name: kind for kind in (
        Dante, DanteWithoutG, DanteFinetuned, GreedyPairs, RoundRobin, Backprop,
    )
}


def make_schedule(
    name: str, *, L: int, T_SNGD: int, iterations: int, T_AM: int = 1, eps: float = 0.0,
    **options: Any,
) -> Named:
    """The schedule called `name` that makes `iterations` minibatch iterations, if eps lets it.

    L is the number of layers of weights. All but 'backprop' go in rounds: T_SNGD iterations of each
    layer, and with 'dante_finetuned' as many of all of them, by options' finetune_rule. Raises
    InputError for an unknown name, and unless the iterations are whole rounds.
    """
    checks.one_of("schedule", name, SCHEDULES)
    T_SNGD = checks.whole_number("T_SNGD", T_SNGD, at_least=1)
    iterations = checks.whole_number("iterations", iterations, at_least=1)
    if name == Backprop.name:
        return Backprop(iterations)
    if name == DanteFinetuned.name:
        options = {"every": 1, "T_finetune": T_SNGD} | options
    turn = (L + (name == DanteFinetuned.name)) * T_SNGD
    if iterations % turn:
        raise InputError(
            f"iterations is {iterations}; allowed is a multiple of {turn}, one round of {name} "
            f"with {L} layers of weights"
        )
    made: Named = SCHEDULES[name](
        T_SNGD=T_SNGD, T_AM=T_AM, eps=eps, max_alternations=iterations // turn, **options
    )
    return made
