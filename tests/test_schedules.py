"""Which layers move when: Algorithms 2 and 3 as printed and as repaired, and their relatives."""

import itertools
import json
from dataclasses import fields
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dante_ref.exceptions import InputError
from dante_ref.training.rules import SGD, Momentum, make_rule
from dante_ref.training.schedules import (
    SCHEDULES,
    Backprop,
    Dante,
    DanteFinetuned,
    DanteWithoutG,
    GreedyPairs,
    Phase,
    RoundRobin,
    make_schedule,
)

STILL = itertools.repeat


def layers(schedule, L, errors=None):
    """The layers of each phase; `errors` are the answers of error(), which may run out."""
    answers = iter(errors or [])
    return [phase.layers for phase in schedule.phases(L, lambda: next(answers))]


def test_algorithm_2_moves_w2_first_then_w1():
    schedule = Dante(7, max_alternations=2)
    phases = list(schedule.phases(2, lambda: 1 / 0))  # eps = 0: the error isn't asked for
    assert phases == [Phase((2,), 7), Phase((1,), 7)] * 2


def test_g_is_left_out_of_w2_alone():
    phases = list(DanteWithoutG(7, max_alternations=2).phases(2, lambda: 1 / 0))
    assert phases == [Phase((2,), 7, without_g=True), Phase((1,), 7)] * 2


@pytest.mark.parametrize("L", [1, 3, 4])
def test_algorithm_2_is_for_one_hidden_layer(L):
    message = (
        rf"^the network has {L} layers of weights; allowed with Algorithm 2 is 2 "
        r"\(GreedyPairs and RoundRobin train deeper ones\)$"
    )
    with pytest.raises(InputError, match=message):
        layers(Dante(1), L)


@given(
    values=st.lists(st.integers(0, 5), min_size=12, max_size=12), T_AM=st.integers(1, 5),
    eps=st.integers(1, 3), cap=st.integers(1, 8),
)
def test_the_loop_stops_as_printed(values, T_AM, eps, cap):
    """After the first t whose change is < eps with t >= T_AM, or after the cap.

    values[k] is f after k alternations.
    """
    schedule = Dante(1, T_AM=T_AM, eps=eps, max_alternations=cap)
    made = len(layers(schedule, 2, values)) // 2
    stops = [
        k for k in range(1, cap + 1)
        if k == cap or (abs(values[k] - values[k - 1]) < eps and k + 1 >= T_AM)
    ]
    assert made == stops[0]


def test_with_eps_0_ten_times_t_am_alternations():
    assert len(layers(Dante(1, T_AM=3), 2)) == 2 * 30


def test_each_layer_of_a_phase_has_its_rule():
    own, one, other = SGD(0.1), SGD(0.2), Momentum(0.3)
    phase = Phase((3, 1), 5, rule=(one, other))
    assert (phase.rule_of(3, own), phase.rule_of(1, own)) == (one, other)
    assert Phase((3, 1), 5, rule=one).rule_of(1, own) is one
    assert Phase((3, 1), 5).rule_of(1, own) is own


def test_a_schedule_by_its_name_makes_the_iterations_that_are_asked():
    """Whole rounds of T_SNGD for each layer, and as many of all layers where they are finetuned."""
    for name, L, turn in (("dante", 2, 6), ("dante_finetuned", 2, 9), ("round_robin", 4, 12),
                          ("backprop", 4, 6)):
        given = {"L": L, "T_SNGD": 3} | ({"finetune_rule": SGD(0.1)} if turn == 9 else {})
        made = make_schedule(name, iterations=2 * turn, **given)
        phases = list(made.phases(L, lambda: 1 / 0))
        assert sum(phase.iterations for phase in phases) == 2 * turn
        assert {phase.iterations for phase in phases} == ({12} if name == "backprop" else {3})
        for wrong in ("iterations", "T_SNGD"):
            for number in (0, 1.5):
                with pytest.raises(InputError, match=f"^{wrong} is {number}"):
                    make_schedule(name, **{"iterations": turn} | given | {wrong: number})


# Algorithm 3


def test_algorithm_3_trains_pair_after_pair_v_first():
    schedule = GreedyPairs(5, max_alternations=2)
    phases = list(schedule.phases(4, lambda: 1 / 0))
    assert phases == [Phase((l,), 5) for l in (4, 1, 4, 1, 3, 2, 3, 2)]


def test_as_printed_u_is_first():
    assert layers(GreedyPairs(5, max_alternations=1, first="u"), 4) == [(1,), (4,), (2,), (3,)]


def test_the_middle_layer_of_an_odd_number_moves_alone():
    assert layers(GreedyPairs(1, max_alternations=1), 3) == [(3,), (1,), (2,)]


def test_sweeps_go_from_the_outside_in_again():
    once = layers(GreedyPairs(1, max_alternations=1), 4)
    assert layers(GreedyPairs(1, max_alternations=1, sweeps=3), 4) == 3 * once


@pytest.mark.parametrize("T_AM", [1, 2, 4])
def test_read_literally_algorithm_3_never_trains_the_inner_pairs(T_AM):
    """t >= T_AM and change < eps end the loop for l = 1 and are still so at the head for l = 2."""
    moved = layers(GreedyPairs(1, T_AM=T_AM, eps=0.5, literal=True), 6, STILL(1.0))
    assert {l for (l,) in moved} == {1, 6}
    repaired = layers(GreedyPairs(1, T_AM=T_AM, eps=0.5), 6, STILL(1.0))
    assert {l for (l,) in repaired} == set(range(1, 7))


def test_for_each_pair_t_and_change_start_anew():
    """Nothing changes: T_AM - 1 rounds for each pair (at least one)."""
    assert layers(GreedyPairs(1, T_AM=4, eps=0.5), 4, STILL(1.0)) == (
        [(4,), (1,)] * 3 + [(3,), (2,)] * 3
    )


def test_the_error_is_measured_once_a_round_and_once_before():
    """A pair's first value is the last one of the pair before: it isn't measured again."""
    asked = []

    def error():
        asked.append(1)
        return 1.0

    rounds = len(list(GreedyPairs(1, T_AM=4, eps=0.5).phases(4, error))) // 2
    assert len(asked) == 1 + rounds


# The others


def test_round_robin_goes_through_the_layers_in_order():
    phases = list(RoundRobin(3, max_alternations=2).phases(3, lambda: 1 / 0))
    assert phases == [Phase((l,), 3) for l in (1, 2, 3, 1, 2, 3)]


@pytest.mark.parametrize("schedule, L", [
    (RoundRobin(1, T_AM=2, eps=1.0, max_alternations=9), 3),
    (DanteFinetuned(1, T_AM=2, eps=1.0, max_alternations=9, every=9), 2),
])
def test_round_robin_and_finetuning_stop_as_algorithm_2(schedule, L):
    """f after k rounds is 9, 7, 4, 4: the third round changes it by less than eps."""
    moved = [l for phase in layers(schedule, L, [9, 7, 4, 4]) for l in phase if len(phase) == 1]
    assert len(moved) == 3 * L


def test_backprop_moves_all_layers_at_once():
    assert list(Backprop(9).phases(3, lambda: 1 / 0)) == [Phase((1, 2, 3), 9)]


def test_finetuning_after_every_so_many_alternations_on_the_plain_gradient():
    rule = SGD(0.5)
    schedule = DanteFinetuned(
        4, max_alternations=5, every=2, T_finetune=3, finetune_rule=rule
    )
    phases = list(schedule.phases(2, lambda: 1 / 0))
    alternation = [Phase((2,), 4), Phase((1,), 4)]
    tune = [Phase((1, 2), 3, rule, None)]
    assert phases == 2 * (2 * alternation + tune) + alternation


def test_finetuning_a_deeper_network_goes_round():
    phases = layers(DanteFinetuned(4, max_alternations=1, T_finetune=3), 3)
    assert phases == [(1,), (2,), (3,), (1, 2, 3)]


def test_configs_tell_schedules_apart():
    schedules = [
        Dante(4), Dante(5), Dante(4, eps=0.5), RoundRobin(4), GreedyPairs(4),
        GreedyPairs(4, first="u"), GreedyPairs(4, literal=True), Backprop(4), DanteFinetuned(4),
        DanteFinetuned(4, finetune_rule=SGD(0.5)), DanteFinetuned(4, finetune_rule=SGD(0.25)),
    ]
    configs = [schedule.config() for schedule in schedules]
    for a, b in itertools.combinations(configs, 2):
        assert a != b


@pytest.mark.parametrize("kind", SCHEDULES.values(), ids=SCHEDULES)
def test_a_schedule_is_its_config(kind):
    schedule = kind(4)
    config = schedule.config()
    assert SCHEDULES[config.pop("name")](**config) == schedule
    assert config == {field.name: getattr(schedule, field.name) for field in fields(schedule)}


def test_a_finetuning_rule_is_in_the_config_by_its_own():
    config = DanteFinetuned(4, finetune_rule=SGD(0.5)).config()
    assert config["name"] == "dante_finetuned"
    assert make_rule(**config["finetune_rule"]) == SGD(0.5)
    assert DanteFinetuned(4).config()["finetune_rule"] is None


@pytest.mark.parametrize("make, name", [
    (lambda: Dante(0), "T_SNGD"), (lambda: Dante(1, T_AM=0), "T_AM"),
    (lambda: Dante(1, eps=-1), "eps"), (lambda: Dante(1, max_alternations=0), "max_alternations"),
    (lambda: Backprop(0), "T"), (lambda: GreedyPairs(1, first="w"), "first"),
    (lambda: GreedyPairs(1, sweeps=0), "sweeps"), (lambda: DanteFinetuned(1, every=0), "every"),
    (lambda: DanteFinetuned(1, T_finetune=0), "T_finetune"),
    (lambda: DanteFinetuned(1, finetune_rule="adam"), "finetune_rule"),
    (lambda: GreedyPairs(1, literal="no"), "literal"),
    (lambda: Phase((1,), -2), "iterations"), (lambda: Phase((1,), 2.5), "iterations"),
    (lambda: Phase((1,), 2, rule="adam"), "rule"), (lambda: Phase((1,), 2, rule=SGD), "rule"),
    (lambda: Phase((1,), 2, normalise="column"), "normalise"),
])
def test_bad_arguments_are_named(make, name):
    with pytest.raises(InputError, match=f"^{name} is"):
        make()


def test_a_rule_for_each_layer_or_none():
    with pytest.raises(InputError, match=r"^there are 1 rules; allowed is one for each of 2"):
        Phase((1, 2), 3, rule=(SGD(),))


@pytest.mark.parametrize("made, same", [
    (SGD(np.float32(0.5)), SGD(0.5)), (Momentum(Fraction(1, 2), np.float32(0.25), np.True_),
                                       Momentum(0.5, 0.25, True)),
    (Dante(np.int64(3), np.int32(2), np.float32(0.5), np.int64(4)), Dante(3, 2, 0.5, 4)),
    (DanteFinetuned(1, every=np.int64(2), T_finetune=np.int64(3)), DanteFinetuned(1, every=2,
                                                                              T_finetune=3)),
    (GreedyPairs(1, sweeps=np.int64(2)), GreedyPairs(1, sweeps=2)), (Backprop(np.int64(5)),
                                                                    Backprop(5)),
], ids=lambda x: x.name)
def test_numpy_s_numbers_go_into_a_checkpoint_as_python_s(made, same):
    assert json.dumps(made.config()) == json.dumps(same.config()) and made == same
