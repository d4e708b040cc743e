"""Training: one loop for every schedule, step rule and direction (sections 3.3, 3.4 and 4).

    schedule (which layers move)  x  rule (how far)  x  direction (whereto): G normalised, or G

DANTE is Dante with the plain rule on the normalised direction; SGD+AltMin (Table 3) the same with
normalise=None; the baseline Backprop with normalise=None; Table 5's variants change the rule.
`algorithms` is the literal specification: the tests hold this to it. A step is in `step`.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, Literal, Self

import numpy as np

from .. import checks
from ..algorithms.sngd import ITERATES, Normalise, check_normalise
from ..arrays import Array, blocks
from ..exceptions import DivergenceError, InputError
from . import blas, mapped
from .feed import Feed, per_block
from .network import Network
from .rules import Memory, Rule, make_rule
from .schedules import Phase, Schedule
from .step import Step


@dataclass
class Progress:
    """How far a training is: all that a checkpoint holds beside arrays and the rng.

    phases, in_phase  phases done; minibatch iterations done in the present phase
    iterations        minibatch iterations done in all
    zero_gradients    steps skipped because a minibatch's gradient was zero
    errors            what the schedule has asked for, in turn: errors on all samples
    """

    phases: int = 0
    in_phase: int = 0
    iterations: int = 0
    zero_gradients: int = 0
    errors: list[float] = field(default_factory=list)

    def copy(self) -> "Progress":
        return replace(self, errors=list(self.errors))


Watcher = Callable[["Training"], object]


class Training:
    """A network in training on X (m, n_0) and Y (m, n_L), of the weights' dtype.

    X, Y           arrays; or numpy.memmap or a .npy's path, read where they lie (`mapped`)
    schedule       a `schedules` object; the network's weights move in place as it says
    rule           a `rules` rule
    normalise      the direction: 'matrix', G / ‖G‖_F (DANTE); 'columns', each column of G by its
                   own norm, one GLM each (section 5.3); None, G
    b              samples of a minibatch, drawn independently: Uniform(S), or with probability
                   proportional to sample_weight (m,), whose error is then the weighted mean
    random_state   of the minibatches; None, a whole number or a Generator
    iterate        what a phase of one layer hands on: 'last', or 'best', the first w_t with the
                   least error on its own minibatch (Theorem 6's output of Algorithm 1)
    memories       what the rule remembers of the layers, to go on from another Training's

    A zero gradient has no direction: the step is skipped and counted in progress.zero_gradients.
    Raises InputError for bad arguments.

    Minibatches come in blocks. A block is made whole or not at all: what interrupts one, and what
    leaves the finite numbers, is put back to its start.
    """

    def __init__(
        self, network: Network, X: Array, Y: Array, schedule: Schedule, *, rule: Rule,
        normalise: Normalise = "matrix", b: int, random_state: Any = None,
        sample_weight: Array | None = None, iterate: Literal["last", "best"] = "last",
        memories: dict[tuple[int, Rule], Memory] | None = None,
    ):
        checks.of_type("network", network, Network)
        checks.of_type("rule", rule, Rule)
        if isinstance(schedule, type) or not hasattr(schedule, "phases"):
            raise InputError(f"schedule is {schedule!r}; allowed is an object with phases")
        self.network, self.schedule, self.rule = network, schedule, rule
        check_normalise(normalise)
        self.normalise: Normalise = normalise
        checks.one_of("iterate", iterate, ITERATES)
        self.iterate = iterate
        self.X = mapped.samples("X", X, network.sizes[0], network.dtype)
        self.Y = self.X if Y is X else mapped.samples("Y", Y, network.sizes[-1], network.dtype)
        self.m = len(self.X)
        checks.shape_is("Y", self.Y, (self.m, network.sizes[-1]), "(m, n_L)")
        network.loss.check_targets(self.Y)
        self.b = checks.whole_number("b", b, at_least=1)
        self.rng = checks.generator(random_state)
        self._phase_rng = self.rng.bit_generator.state  # at the present phase's start
        self.cumulative: Array | None = None
        if sample_weight is not None:
            sample_weight = checks.weights("sample_weight", sample_weight, self.m)
            cumulative = np.cumsum(sample_weight / sample_weight.max())
            self.cumulative = cumulative / cumulative[-1]
        self.sample_weight = sample_weight
        self.memories = {} if memories is None else memories
        self.turn: Memory = {}  # of a phase whose best iterate is asked for: W, and its error
        self.progress = Progress()
        self.phase = Phase((), 0)  # the present one
        # Before a block: its arrays with their numbers, the progress, the rng.
        self._undo: tuple[list[tuple[Array, Array]], Progress, Any] | None = None

    # ---- the loop -------------------------------------------------------------------------

    def run(self, *, watch: Watcher | None = None, every: int = 1,
            tick: Callable[[], object] | None = None, after_block: Watcher | None = None,
            after_phase: Watcher | None = None) -> Self:
        """Train to the end of the schedule, from wherever `progress` is; the training, done.

        watch(training) is called after each minibatch iteration whose number is a multiple of
        `every`, and tick() after each, in which the weights may be behind (`late`).
        after_block(training) is called after each block and after_phase(training) after each
        phase; in these `state` may be saved.

        KeyboardInterrupt, and what a watcher raises, comes through with the training at its last
        block's end: `state` may be saved, or `run` be called again to go on. Raises
        DivergenceError, naming layer and iteration and holding the last finite weights, when a step
        leaves the finite numbers; there is nothing to go on from then, but the network has these
        weights. Raises InputError unless `every` is a whole number >= 1.
        """
        every = checks.whole_number("every", every, at_least=1)
        self._put_back()
        asked = iter(tuple(self.progress.errors))  # answered before a restart

        def error() -> float:
            known = next(asked, None)
            if known is None:
                known = self._error()
                self.progress.errors.append(known)
            return known

        def after_step(step: Step) -> None:
            if watch and self.progress.iterations % every == 0:
                with step.settled():
                    watch(self)
            if tick:
                tick()

        done = self.progress.phases
        quiet = np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore")
        with quiet:
            try:
                for number, phase in enumerate(self.schedule.phases(self.network.L, error)):
                    if number >= done:
                        self.phase = phase
                        self._run_phase(after_step, after_block)
                        self.progress = replace(self.progress, phases=number + 1, in_phase=0)
                        if after_phase:
                            after_phase(self)
            finally:
                self._put_back()
        return self

    def _error(self) -> float:
        error = self.network.error_unchecked(self.X, self.Y, self.sample_weight)
        if not math.isfinite(error):
            raise self._step_diverged(self.network.L)
        return error

    def _run_phase(
        self, after_step: Callable[[Step], object], after_block: Watcher | None
    ) -> None:
        phase = self.phase
        if not phase.layers or not {*phase.layers} <= {*range(1, self.network.L + 1)}:
            raise InputError(
                f"a phase's layers are {phase.layers}; allowed are one or more of 1 to "
                f"{self.network.L}"
            )
        best = self.iterate == "best" and len(phase.layers) == 1
        step = Step(
            self.network, phase.layers, self.b, phase.iterations, self.m, values=best,
            without_g=phase.without_g,
        )
        if self.progress.in_phase == 0:
            self._phase_rng = self.rng.bit_generator.state
        feed = Feed(
            self.network, self.X, self.Y, step.lowest - 1, self.b, self._drawn, step.W_above
        )
        W = self.network.weights[phase.layers[0] - 1]
        if best and self.progress.in_phase == 0:
            self.turn = {"W": W.copy(), "value": np.array(math.inf)}
        while self.progress.in_phase < phase.iterations:
            left = phase.iterations - self.progress.in_phase
            self._run_block(step, feed, min(feed.per_block, left), after_step)
            if after_block:
                after_block(self)
        if best:
            W[...] = self.turn["W"]

    def _run_block(
        self, step: Step, feed: Feed, count: int, after_step: Callable[[Step], object]
    ) -> None:
        """`count` iterations. A block that leaves the finite numbers is made again step by step."""
        for searching in (False, True):
            self._remember()
            for A, targets in feed.minibatches(self.draw(count)):
                if searching:
                    self._remember()
                self._iterate(step, A, targets)
                if searching:
                    step.settle()
                    self._check_finite()
                else:
                    after_step(step)
            step.settle()
            if self.is_finite():
                break
            self._put_back()
        self._undo = None

    def _iterate(self, step: Step, A: Array, targets: Any) -> None:
        """One minibatch iteration: each layer of the phase is moved."""
        normalise = self.phase.normalise
        if normalise == "own":
            normalise = self.normalise
        progress = self.progress
        for l, A_below, D in step.backward(A, targets):
            if step.values and step.value < self.turn["value"]:
                self.turn["value"][...] = step.value
                self.turn["W"][...] = self.network.weights[l - 1]
            rule = self.phase.rule_of(l, self.rule)
            moved = step.move(l, A_below, D, rule, normalise, self.memory(l, rule))
            progress.zero_gradients += not moved
        progress.iterations += 1
        progress.in_phase += 1

    def draw(self, count: int) -> Array:
        """Rows of `count` minibatches: (count, b), the same numbers as drawn one by one."""
        if self.cumulative is None:
            return self.rng.integers(self.m, size=(count, self.b))
        u = self.rng.random((count, self.b))
        return np.searchsorted(self.cumulative, u, side="right")

    def _drawn(self) -> Array:
        """The rows that the present phase draws from its start to its end, each once."""
        now, drawn = self.rng.bit_generator.state, np.zeros(self.m, bool)
        self.rng.bit_generator.state = self._phase_rng
        try:
            for part in blocks(self.phase.iterations, per_block(self.b)):
                drawn[self.draw(part.stop - part.start)] = True
        finally:
            self.rng.bit_generator.state = now
        return np.flatnonzero(drawn)

    def memory(self, l: int, rule: Rule) -> Memory:
        """What `rule` remembers of layer l."""
        if (l, rule) not in self.memories:
            self.memories[l, rule] = rule.start(self.network.weights[l - 1])
        return self.memories[l, rule]

    # ---- faults ---------------------------------------------------------------------------

    def _moving(self) -> dict[int, list[Array]]:
        """By layer, from the top: the arrays that the phase changes."""
        return {
            l: [self.network.weights[l - 1],
                *(A for key, A in self.memory(l, self.phase.rule_of(l, self.rule)).items()
                  if key != "scratch")]
            for l in sorted(self.phase.layers, reverse=True)
        }

    def _remember(self) -> None:
        """Keep what a block changes."""
        arrays = [*chain(*self._moving().values()), *self.turn.values()]
        self._undo = (
            [(A, A.copy()) for A in arrays], self.progress.copy(), self.rng.bit_generator.state
        )

    def _put_back(self) -> None:
        """Undo what has been done of a block that isn't whole. (Interrupted, it can be repeated.)
        """
        if self._undo is not None:
            arrays, self.progress, self.rng.bit_generator.state = self._undo
            for A, before in arrays:
                A[...] = before
            self._undo = None

    def is_finite(self) -> bool:
        """Whether the present phase's numbers are. Within a block they need not be."""
        return all(map(_all_finite, chain(*self._moving().values())))

    def _check_finite(self) -> None:
        for l, arrays in self._moving().items():
            if not all(map(_all_finite, arrays)):
                self._put_back()
                raise self._step_diverged(l)

    def _step_diverged(self, l: int) -> DivergenceError:
        i = self.progress.iterations + 1
        return self.diverged(l, i, f" at minibatch iteration {i}; the weights before it are kept")

    def diverged(self, l: int, iteration: int, what: str) -> DivergenceError:
        """The error that says so of layer l, with the present weights."""
        return DivergenceError(
            f"training left the finite numbers in layer W{l}{what}. A smaller step (eta) or "
            "smaller inputs may help",
            layer=l, iteration=iteration, weights=[W.copy() for W in self.network.weights],
        )

    # ---- to go on from --------------------------------------------------------------------

    def state(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """(JSON, arrays) to go on from, to the last bit. Not valid after DivergenceError."""
        self._put_back()
        rules = list(dict.fromkeys(rule for _, rule in self.memories))
        arrays = {f"W{l}": W for l, W in enumerate(self.network.weights, 1)}
        arrays |= {f"turn.{key}": A for key, A in self.turn.items()}
        for (l, rule), memory in self.memories.items():
            for key, array in memory.items():
                if key != "scratch":
                    arrays[f"memory.{l}.{rules.index(rule)}.{key}"] = array
        state = {
            "progress": vars(self.progress.copy()), "rules": [rule.config() for rule in rules],
            "rng": self.rng.bit_generator.state, "phase_rng": self._phase_rng,
        }
        return state, arrays

    def restore(self, state: dict[str, Any], arrays: dict[str, Array]) -> None:
        """Go to a `state` of the same training; InputError if it isn't one."""
        try:
            weights = kept_weights(self.network, arrays, "W")
            rules = [make_rule(**config) for config in state["rules"]]
            memories: dict[tuple[int, Rule], Memory] = {}
            for name, array in arrays.items():
                if name.startswith("memory."):
                    _, layer, i, key = name.split(".")
                    W, rule = weights[int(layer) - 1], rules[int(i)]
                    memory = memories.setdefault((int(layer), rule), rule.start(W))
                    array = checks.real_array(name, array)
                    checks.shape_is(name, array, memory[key].shape, "the layer's shape")
                    memory[key] = array.astype(memory[key].dtype)
            turn = {key: arrays[f"turn.{key}"] for key in ("W", "value") if f"turn.{key}" in arrays}
            if turn:
                shapes = [W.shape for W in weights]
                if checks.real_array("turn.W", turn["W"]).shape not in shapes:
                    raise InputError(f"turn.W has shape {turn['W'].shape}; allowed are {shapes}")
                turn["value"] = np.array(float(turn["value"]))
            progress = Progress(**state["progress"])
            for name in ("phases", "in_phase", "iterations", "zero_gradients"):
                checks.whole_number(name, getattr(progress, name))
            rng = np.random.default_rng()
            rng.bit_generator.state = state["phase_rng"]  # refused here if it is none
            rng.bit_generator.state = state["rng"]
        except InputError:
            raise
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise InputError(
                f"there is no state to go on from ({type(error).__name__}: {error})"
            ) from None
        for W, new in zip(self.network.weights, weights, strict=True):
            W[...] = new
        self.memories, self.turn, self.progress, self.rng = memories, turn, progress, rng
        self._phase_rng = state["phase_rng"]
        self._undo = None


def _all_finite(A: Array) -> bool:
    """Whether all of A is; the sum of squares says so in a pass, unless it overflows."""
    return math.isfinite(blas.dot(A, A)) or bool(np.isfinite(A).all())


def kept_weights(network: Network, arrays: Mapping[str, Array], name: str) -> list[Array]:
    """name1, name2, ... of `arrays`, of the network's shapes; else KeyError or InputError."""
    weights = []
    for l, W in enumerate(network.weights, 1):
        weights.append(checks.real_array(f"{name}{l}", arrays[f"{name}{l}"]))
        checks.shape_is(f"{name}{l}", weights[-1], W.shape, f"(n_{l - 1}, n_{l})")
    return weights
