"""Training: one loop for every schedule, step rule and direction (sections 3.3, 3.4 and 4).

    schedule (which layers move)  x  rule (how far)  x  direction (whereto): G normalised, or G

DANTE is Dante with the plain rule SGD on the normalised direction; SGD+AltMin (Table 3) the same
with normalise=None; the baseline Backprop with normalise=None; Table 5's variants change the
rule. `sngd`, `dante` and `backprop` are the literal specification: the tests hold this to them.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np

from .. import checks
from ..exceptions import DivergenceError, InputError
from . import mapped
from .interrupts import Interrupts
from .network import Network
from .schedules import Normalise, Phase, Schedule
from .steps import Memory, Rule, make_rule
from .workspace import Feed, Workspace


@dataclass
class Progress:
    """How far a training is: all that a checkpoint holds beside weights, memories and the rng.

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


Watcher = Callable[["Training"], None]


class Training:
    """A network in training on X (m, n_0) and Y (m, n_L), of the weights' dtype.

    X, Y           arrays; or numpy.memmap or a .npy's path, read where they lie (`mapped`)
    schedule       a `schedules` object; the network's weights move in place as it says
    rule           a `steps` rule
    normalise      the direction: 'matrix', G / ||G||_F (DANTE); 'columns', each column of G by its
                   own norm, one GLM each (section 5.3); None, G
    b              samples of a minibatch, drawn independently: Uniform(S), or with probability
                   proportional to sample_weight (m,), whose error is then the weighted mean
    random_state   of the minibatches; None, a whole number or a Generator
    memories       what the rule remembers of the layers, to go on from another Training's

    A zero gradient has no direction: the step is skipped and counted in progress.zero_gradients.
    Raises InputError for bad arguments.
    """

    def __init__(
        self, network: Network, X: np.ndarray, Y: np.ndarray, schedule: Schedule, *, rule: Rule,
        normalise: Normalise = "matrix", b: int, random_state: Any = None,
        sample_weight: np.ndarray | None = None,
        memories: dict[tuple[int, Rule], Memory] | None = None,
    ):
        self.network, self.schedule, self.rule = network, schedule, rule
        if normalise not in ("matrix", "columns", None):
            raise InputError(f"normalise is {normalise!r}; allowed are matrix, columns, None")
        self.normalise: Normalise = normalise
        self.X = mapped.samples("X", X, network.sizes[0], network.dtype)
        self.Y = self.X if Y is X else mapped.samples("Y", Y, network.sizes[-1], network.dtype)
        self.m = len(self.X)
        checks.shape_is("Y", self.Y, (self.m, network.sizes[-1]), "(m, n_L)")
        self.b = checks.whole_number("b", b, at_least=1)
        self.rng = checks.generator(random_state)
        self.sample_weight = _weights(sample_weight, self.m)
        self.cumulative = _cumulative(self.sample_weight)
        self.memories = {} if memories is None else memories
        self.progress = Progress()
        self.phase: Phase | None = None
        # No weight is larger than its layer's reach: the largest at the start and all steps since.
        # A step that would take it beyond the limit is not made, so that weights stay finite.
        self.limit = float(np.finfo(network.dtype).max) / 4
        self.reach = [float(np.abs(W).max()) for W in network.weights]
        self._workspaces: dict[tuple[int, ...], Workspace] = {}
        self._interrupts = Interrupts()
        # The last block drawn: its phase, its first iteration there, and the rng's state before.
        self._block: tuple[int, int, dict[str, Any]] | None = None

    def run(self, *, watch: Watcher | None = None, after_block: Watcher | None = None,
            after_phase: Watcher | None = None) -> Network:
        """Train to the end of the schedule, from wherever `progress` is; the network, trained.

        watch(training) is called after each minibatch iteration, after_block(training) once in a
        few iterations, after_phase(training) after each phase. `state` may be saved in each.

        KeyboardInterrupt comes through between two iterations: `state` may be saved, or `run` be
        called again to go on. Raises DivergenceError, naming layer and iteration and holding the
        last finite weights, when a minibatch's gradient or the step from it isn't finite; there
        is nothing to go on from then, but the network has these weights.
        """
        asked = iter(tuple(self.progress.errors))  # answered before a restart

        def error() -> float:
            known = next(asked, None)
            if known is None:
                known = self._error()
                self.progress.errors.append(known)
            return known

        done = self.progress.phases
        quiet = np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore")
        with quiet, self._interrupts.watched():
            for number, phase in enumerate(self.schedule.phases(self.network.L, error)):
                if number < done:
                    continue
                self.phase = phase
                self._run_phase(phase, watch, after_block)
                with self._interrupts:
                    self.progress.phases, self.progress.in_phase = number + 1, 0
                if after_phase:
                    after_phase(self)
        return self.network

    def _error(self) -> float:
        error = self.network.error(self.X, self.Y, self.sample_weight)
        if not math.isfinite(error):
            self._diverged(self.network.L)
        return error

    def _run_phase(self, phase: Phase, watch, after_block) -> None:
        workspace = self._workspace(phase.layers)
        feed = Feed(
            self.network, self.X, self.Y, workspace.lowest - 1, self.b, phase.iterations * self.b
        )
        rule = phase.rule or self.rule
        normalise = self.normalise if phase.normalise == "own" else phase.normalise
        progress = self.progress
        while progress.in_phase < phase.iterations:
            # A block that was interrupted is drawn again whole: products of as many rows at a time
            # as without the interruption, and so the same numbers to the last bit.
            done = progress.in_phase % feed.per_block
            start = progress.in_phase - done
            self._before_block(start)
            count = min(feed.per_block, phase.iterations - start)
            for held, targets in islice(feed.minibatches(self.draw(count)), done, None):
                with self._interrupts:
                    for l, A, D in workspace.backward(held, targets):
                        self._move(workspace, l, A, D, rule, normalise)
                    progress.iterations += 1
                    progress.in_phase += 1
                if watch:
                    watch(self)
            if after_block:
                after_block(self)

    def _before_block(self, start: int) -> None:
        """Put the rng where it was, or note where it is, before the block that begins here."""
        here = (self.progress.phases, start)
        if self._block and self._block[:2] == here:
            self.rng.bit_generator.state = self._block[2]
        else:
            self._block = (*here, self.rng.bit_generator.state)

    def _workspace(self, layers: tuple[int, ...]) -> Workspace:
        if layers not in self._workspaces:
            self._workspaces[layers] = Workspace(self.network, layers, self.b)
        return self._workspaces[layers]

    def _move(
        self, workspace: Workspace, l: int, A: np.ndarray, D: np.ndarray, rule: Rule,
        normalise: Normalise,
    ) -> None:
        farthest = self.limit - self.reach[l - 1]
        step = workspace.move(l, A, D, rule, normalise, self.memory(l, rule), farthest)
        if not step < farthest:
            self._diverged(l)
        if step == 0:
            self.progress.zero_gradients += 1
        self.reach[l - 1] += step

    def draw(self, count: int) -> np.ndarray:
        """Rows of `count` minibatches: (count, b), the same numbers as drawn one by one."""
        if self.cumulative is None:
            return self.rng.integers(self.m, size=(count, self.b))
        u = self.rng.random((count, self.b))
        return np.searchsorted(self.cumulative, u, side="right")

    def memory(self, l: int, rule: Rule) -> Memory:
        """What `rule` remembers of layer l."""
        if (l, rule) not in self.memories:
            self.memories[l, rule] = rule.start(self.network.weights[l - 1])
        return self.memories[l, rule]

    def _diverged(self, l: int) -> None:
        raise DivergenceError(
            f"training left the finite numbers in layer W{l} at minibatch iteration "
            f"{self.progress.iterations + 1}; the weights before it are kept. A smaller step "
            "(eta) or smaller inputs may help",
            layer=l, iteration=self.progress.iterations + 1,
            weights=[W.copy() for W in self.network.weights],
        )

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        """(JSON, arrays) to go on from, to the last bit. Not valid after DivergenceError."""
        rules = list(dict.fromkeys(rule for _, rule in self.memories))
        arrays = {f"W{l}": W for l, W in enumerate(self.network.weights, 1)}
        for (l, rule), memory in self.memories.items():
            for key, array in memory.items():
                if key != "scratch":
                    arrays[f"memory.{l}.{rules.index(rule)}.{key}"] = array
        state = {
            "progress": vars(self.progress) | {"errors": list(self.progress.errors)},
            "reach": list(self.reach),
            "rules": [rule.config() for rule in rules],
            "rng": self.rng.bit_generator.state,
            "block": self._block,
        }
        return state, arrays

    def restore(self, state: dict[str, Any], arrays: dict[str, np.ndarray]) -> None:
        """Go to a `state` of the same training; InputError if it isn't one."""
        try:
            weights = [
                checks.real_array(f"W{l}", arrays[f"W{l}"], ndim=2)
                for l in range(1, self.network.L + 1)
            ]
            for l, (new, W) in enumerate(zip(weights, self.network.weights, strict=True), 1):
                checks.shape_is(f"W{l}", new, W.shape, f"(n_{l - 1}, n_{l})")
            rules = [make_rule(**config) for config in state["rules"]]
            memories: dict[tuple[int, Rule], Memory] = {}
            for name, array in arrays.items():
                if name.startswith("memory."):
                    _, l, i, key = name.split(".")
                    W, rule = weights[int(l) - 1], rules[int(i)]
                    memory = memories.setdefault((int(l), rule), rule.start(W))
                    array = checks.real_array(name, array)
                    checks.shape_is(name, array, memory[key].shape, "the layer's shape")
                    memory[key] = array.astype(memory[key].dtype)
            progress = Progress(**state["progress"])
            for name in ("phases", "in_phase", "iterations", "zero_gradients"):
                checks.whole_number(name, getattr(progress, name))
            reach = [float(r) for r in state["reach"]]
            rng = np.random.default_rng()
            rng.bit_generator.state = state["rng"]
            block = state["block"] and tuple(state["block"])
        except InputError:
            raise
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise InputError(
                f"there is no state to go on from ({type(error).__name__}: {error})"
            ) from None
        for W, new in zip(self.network.weights, weights, strict=True):
            W[...] = new
        self.memories, self.progress, self.reach, self.rng = memories, progress, reach, rng
        self._block = block


def _weights(sample_weight: Any, m: int) -> np.ndarray | None:
    if sample_weight is None:
        return None
    weight = checks.real_array("sample_weight", sample_weight, ndim=1).astype(np.float64)
    checks.shape_is("sample_weight", weight, (m,), "(m,)")
    if (weight < 0).any() or not weight.any():
        raise InputError("sample_weight holds negative numbers, or only zeros; allowed are "
                         "numbers >= 0, not all 0")
    return weight


def _cumulative(weight: np.ndarray | None) -> np.ndarray | None:
    if weight is None:
        return None
    cumulative = np.cumsum(weight / weight.max())
    cumulative /= cumulative[-1]
    return cumulative


def train(
    network: Network, X: np.ndarray, Y: np.ndarray, schedule: Schedule, *, rule: Rule,
    normalise: Normalise = "matrix", b: int, random_state: Any = None, **options: Any,
) -> Training:
    """Train the network in place, see `Training`; `options` go to its `run`. The training, done."""
    training = Training(
        network, X, Y, schedule, rule=rule, normalise=normalise, b=b, random_state=random_state
    )
    training.run(**options)
    return training
