"""Search finds what is there: counts, violations of a false claim, the same result for a seed."""

import sys
from contextlib import contextmanager

import numpy as np
import pytest

from dante_ref.activations import GeneralizedReLU
from dante_ref.exceptions import InputError
from dante_ref.proofs.evidence import Evidence, margin_of, total
from dante_ref.proofs.families import GLMFamily, LayerFamily, NoisyGLMFamily, TwoLayerFamily
from dante_ref.proofs.search import (
    BATCH,
    _descend,
    _evolve,
    _heights,
    adversarial_starts,
    adversarial_tasks,
    random_tasks,
    run_tasks,
    search,
)
from dante_ref.theorems import kantorovich, theorem_1

search_module = sys.modules[random_tasks.__module__]  # dante_ref.search is the function


def random_search(*args):
    return run_tasks(random_tasks(*args))


def adversarial_search(*args, **options):
    return run_tasks(adversarial_tasks(*args, **options))


sharp = margin_of(kantorovich.kappa)
FAMILIES = [GLMFamily(3, 2), GLMFamily(3, 2, GeneralizedReLU(0.1)), LayerFamily(2, 3, 2, W_max=2.0)]


@pytest.mark.parametrize("family", FAMILIES, ids=repr)
def test_every_decoded_instance_satisfies_the_assumptions(family):
    theta = family.draw(np.random.default_rng(0), 500)
    stack = family.decode(theta)
    stack.problem.check()
    stack.problem.check_point(stack.point)
    one = stack[7]
    one.problem.check()
    assert one.slqc().gap == pytest.approx(stack.slqc().gap[7])


def test_random_search_counts_every_instance_once():
    evidence = total(random_search(FAMILIES[0], sharp, BATCH + 10, 3))
    assert evidence.instances == BATCH + 10 and evidence.violations == 0
    assert 0.5 < evidence.worst_ratio <= 1 + 1e-9
    assert 1 / sharp(evidence.worst) == pytest.approx(evidence.worst_ratio)


def test_a_random_search_draws_each_number_from_its_own_seed(monkeypatch):
    """Tasks of two batches: none is drawn twice, the last one is cut, and the seed decides all."""
    monkeypatch.setattr(search_module, "BATCH", 10)
    monkeypatch.setattr(search_module, "BATCHES_PER_TASK", 2)
    drawn = []

    def margin(instances):
        drawn.append(instances.point)
        return np.full(len(instances.point), 2.0)

    def points(seed):
        drawn.clear()
        found = total(run_tasks(random_tasks(FAMILIES[0], margin, 45, seed)))
        assert found.instances == 45 and [len(p) for p in drawn] == [10, 10, 10, 10, 5]
        return np.concatenate(drawn)

    one, again, other = points(3), points(3), points(4)
    assert np.array_equal(one, again) and not np.array_equal(one, other)
    assert len(np.unique(one, axis=0)) == 45


def test_an_adversarial_search_starts_twice_unless_told_otherwise():
    task, = adversarial_tasks(FAMILIES[0], sharp, 5)
    assert task.args == (FAMILIES[0], sharp, 5, 2, 250)
    task, = adversarial_tasks(FAMILIES[0], sharp, 5, starts=1, generations=7)
    assert task.args[3:] == (1, 7) and adversarial_tasks(FAMILIES[0], sharp, 5, starts=0) == []


@pytest.mark.parametrize("family", [GLMFamily, NoisyGLMFamily])
@pytest.mark.parametrize("name, bad", [
    ("m", 0), ("d", 2.5), ("W_max", 0), ("W_max", -1.0), ("smallest_slope", 0),
    ("smallest_slope", 1.1),
])
def test_a_family_s_numbers_are_checked_by_name(family, name, bad):
    with pytest.raises(InputError, match=f"^{name} is "):
        family(**{"m": 3, "d": 2} | {name: bad})


@pytest.mark.parametrize("name", ["d_hidden", "d_out", "W1_max", "W2_max", "reach"])
def test_a_network_family_s_numbers_are_checked_by_name(name):
    with pytest.raises(InputError, match=f"^{name} is 0"):
        TwoLayerFamily(**{"m": 3, "d": 2, "d_hidden": 2} | {name: 0})


def test_draws_are_of_every_size_from_a_hundredth_to_ten_and_fill_the_ball():
    """Each block at its own scale, 10^uniform(-2, 1); w and w* reach W, and no farther."""
    family = GLMFamily(3, 200, W_max=5.0)
    theta = family.draw(np.random.default_rng(0), 4000)
    sizes = np.sqrt(np.mean(theta[:, -200:] ** 2, axis=1))  # of w*, nearly its scale
    low, median, high = np.quantile(np.log10(sizes), [0, 0.5, 1])
    np.testing.assert_allclose(np.quantile(np.log10(sizes), [0.02, 0.98]), [-1.94, 0.94], atol=0.04)
    assert low == pytest.approx(-2, abs=0.2) and high == pytest.approx(1, abs=0.2)
    assert median == pytest.approx(-0.5, abs=0.15)
    problem = family.decode(theta).problem
    lengths = np.linalg.norm(problem.w_star, axis=-1)
    assert problem.W_max == 5.0 and 4.99 < lengths.max() <= 5.0 * (1 + 1e-12)


def test_the_same_seed_gives_the_same_evidence():
    def run(seed):
        found = total(adversarial_search(FAMILIES[1], sharp, seed, starts=1, generations=5))
        return found.smallest_margin, found.worst.point.tolist()

    assert run(1) == run(1) != run(2)


@pytest.mark.parametrize("family, population", [
    (GLMFamily(3, 2), 5 * 11), (GLMFamily(1, 1, GeneralizedReLU(0.1)), 30),
])
def test_every_instance_that_the_optimisers_looked_at_counts(family, population):
    """Of each start: the population, then once a generation, then 10 points a generation."""
    seen = []

    def margin(instances):
        seen.append(len(instances.point))
        return sharp(instances)

    found = adversarial_starts(family, margin, 0, 2, 3)
    assert found.instances == 2 * (population * (1 + 3) + 10 * 3)
    assert seen[:8] == [population] * 8


@pytest.mark.filterwarnings("error")
def test_a_search_goes_on_where_margins_differ_by_little():
    """Until the generations are over; where they don't differ at all it is over."""
    def flat(size):
        return lambda instances: 1 + size * np.tanh(instances.point[:, 0])

    family = GLMFamily(1, 1, GeneralizedReLU(0.1))
    assert _evolve(family, flat(1e-6), 0, 0, 4)[0].instances == 30 * (1 + 4)
    assert _evolve(family, flat(0.0), 0, 0, 4)[0].instances == 30 * (1 + 1)
    assert _evolve(family, flat(1e-14), 0, 0, 4)[0].instances == 30 * (1 + 1)  # rounding alone


@pytest.mark.parametrize("name, bad", [
    ("family", None), ("random_state", -1), ("instances", 0), ("starts", -1), ("generations", 0),
    ("jobs", 0),
])
def test_a_search_checks_its_arguments_by_name(name, bad):
    least = {"family": FAMILIES[0], "kappa": kantorovich.kappa, "instances": 1, "starts": 0,
             "generations": 1, "random_state": 0, "jobs": 1}
    assert search(**least).instances == 1
    with pytest.raises(InputError, match=f"^{name} is "):
        search(**least | {name: bad})


def test_runs_that_descend_together_descend_as_alone():
    """Their points are stacked; each is given its own back, and they end at different times."""
    family = LayerFamily(2, 3, 2, W_max=2.0)
    runs = [_evolve(family, sharp, 0, start, 2) for start in range(3)]
    runs[1] = (runs[1][0], np.zeros(family.size))
    together = _descend(family, sharp, runs, 40)
    assert [e.instances - before.instances for e, (before, _) in
            zip(together, runs, strict=True)] == [40] * 3
    for run, found in zip(runs, together, strict=True):
        alone, = _descend(family, sharp, [run], 40)
        assert found.smallest_margin == pytest.approx(alone.smallest_margin, rel=1e-9)
        np.testing.assert_allclose(found.worst.point, alone.worst.point, rtol=1e-6)


def test_an_optimiser_sees_no_infinity():
    assert _heights(np.array([np.inf, -np.inf, 1e9, -1e9, 3.0])).tolist() == [
        1e6, -1e6, 1e6, -1e6, 3.0]


def test_a_claim_that_is_false_for_random_instances_is_refuted():
    def too_small(eps, glm):
        return 0.5 * kantorovich.kappa(eps, glm)

    evidence = total(random_search(FAMILIES[0], margin_of(too_small), 20_000, 0))
    assert evidence.violations > 0 and evidence.worst_ratio > 1


def test_adversarial_search_finds_a_kappa_one_percent_too_small_for_theorem_1():
    """The smallest constant kappa for a = b = 1, W = 1 is 2 b^3 W/a = 2; 1.98 must be refuted."""

    def too_small(eps, glm):
        return 0.99 * theorem_1.kappa_paper(1.0, 1.0, glm.W_max)

    family = GLMFamily(2, 2, GeneralizedReLU(1.0, 1.0))
    assert total(random_search(family, margin_of(too_small), 5000, 0)).violations == 0
    assert total(adversarial_search(family, margin_of(too_small), 0, starts=1)).violations > 0


def test_a_stuck_point_counts_as_a_violation():
    """Where the gradient is zero but the error is not, no kappa will do."""
    stack = FAMILIES[0].decode(FAMILIES[0].draw(np.random.default_rng(0), 4))
    evidence = Evidence().seen(stack, np.array([1.2, -np.inf, 0.999, np.inf]))
    assert evidence.violations == 2 and evidence.worst_ratio == np.inf


def test_nothing_claimed_is_no_evidence():
    silent = margin_of(lambda eps, glm: np.full_like(eps, np.nan))
    evidence = total(random_search(FAMILIES[0], silent, 100, 0))
    assert evidence.worst is None and evidence.worst_ratio == 0 and evidence.violations == 0
    assert Evidence().worst_ratio == 0


@pytest.mark.parametrize("instances", [0, -1, 2.5])
def test_the_number_of_instances_is_checked(instances):
    with pytest.raises(InputError, match="instances is"):
        random_tasks(FAMILIES[0], sharp, instances, 0)


def test_ones_own_claim_in_ten_lines():
    """The reader's API: kappa 1% below Theorem 1's, at a = b where that one is attained."""
    evidence = search(
        GLMFamily(m=2, d=2, activation=GeneralizedReLU(1.0, 1.0)),
        kappa=lambda eps, glm: 0.99 * theorem_1.kappa_paper(1.0, 1.0, glm.W_max),
        instances=5000, starts=1,
    )
    assert evidence.violations > 0 and evidence.worst_ratio > 1
    worst = evidence.worst
    worst.problem.check()
    worst.problem.check_point(worst.point)
    assert not worst.slqc().holds(worst.slqc().gap * (1 - 1e-9), 0.99 * 2)


@pytest.mark.parametrize("options, expected", [
    ({}, (100_000, 2, 250, 0, 1)),
    ({"instances": 7, "starts": 5, "generations": 9, "random_state": 11, "jobs": 2},
     (7, 5, 9, 11, 2)),
])
def test_a_search_is_its_random_and_its_adversarial_tasks(monkeypatch, options, expected):
    instances, starts, generations, seed, jobs = expected
    asked = []

    def noted(answer):
        return lambda *a, **options: asked.append((*a, options)) or answer

    monkeypatch.setattr(search_module, "random_tasks", noted(["a random task"]))
    monkeypatch.setattr(search_module, "adversarial_tasks", noted(["an adversarial one"]))
    monkeypatch.setattr(search_module, "run_tasks", noted([Evidence(3, 1), Evidence(4, 1)]))
    assert search(FAMILIES[0], kantorovich.kappa, **options) == Evidence(7, 2)
    (family, margin, *counts), adversarial, run = asked
    assert family is FAMILIES[0] and counts == [instances, seed, {}]
    assert adversarial == (family, margin, seed, {"starts": starts, "generations": generations})
    assert run == (["a random task", "an adversarial one"], jobs, {})
    worst = theorem_1.worst_instance()
    assert margin(worst) == sharp(worst)


def test_tasks_run_side_by_side_with_one_blas_thread_each(monkeypatch):
    held, made = [], []

    @contextmanager
    def limits(threads):
        held.append(threads)
        yield
        held.pop()

    def parallel(**options):
        made.append(options["n_jobs"])
        return lambda tasks: [task(*a, **o) for task, a, o in tasks]

    monkeypatch.setattr(search_module, "threadpool_limits", limits)
    monkeypatch.setattr(search_module, "Parallel", parallel)
    threads = [lambda: Evidence(1, sum(held)), lambda: Evidence(2, sum(held))]
    assert list(run_tasks(threads)) == [Evidence(1, 2), Evidence(2, 2)]  # here, and in the task's
    assert list(run_tasks(threads, 3)) and made == [1, 3] and not held


def test_a_task_s_evidence_comes_before_the_next_task_runs():
    ran = []
    found = run_tasks([lambda i=i: ran.append(i) or Evidence(i) for i in (1, 2)])
    assert (next(found), ran) == (Evidence(1), [1]) and list(found) == [Evidence(2)]


def test_the_evidence_is_the_same_with_two_processes():
    def run(jobs):
        found = search(
            FAMILIES[0], kantorovich.kappa, instances=40_000, generations=3, jobs=jobs
        )
        return found.instances, found.smallest_margin, found.worst.point.tolist()

    assert run(1) == run(2)


def test_a_bound_that_is_attained_is_no_violation_and_one_missed_by_1e_8_is():
    stack = FAMILIES[0].decode(FAMILIES[0].draw(np.random.default_rng(0), 3))
    assert Evidence().seen(stack, np.array([1.0, 1 - 1e-10, 1 - 1e-8])).violations == 1
