"""Every claim of the registry: gaps and misprints shown exactly, and no other step fails."""

import inspect
import pkgutil
from importlib import import_module

import numpy as np
import pytest

from dante_ref import search, theorems
from dante_ref.proofs.claim import SLQCClaim
from dante_ref.proofs.symbols import checked
from dante_ref.theorems import CLAIMS

PROOFS = {name: claim for name, claim in CLAIMS.items() if claim.proof}


@pytest.mark.parametrize("name", PROOFS)
def test_every_gap_has_its_exact_counterexample_and_nothing_else_fails(name):
    claim = PROOFS[name]
    assert claim.proof.unshown() == []
    for step in claim.steps(n=500, seed=7):
        if step.step not in claim.proof.gaps:
            assert step.failures == 0, f"{step.chain} {step.step}: {step.right} ({step.slack})"


@pytest.mark.parametrize("name", [n for n, claim in PROOFS.items() if claim.proof.misprints])
def test_every_misprint_breaks_as_it_is_printed(name):
    """In Fractions; the line that says what is meant holds there, unless it is a gap too."""
    proof = PROOFS[name].proof
    for step, misprint in proof.misprints.items():
        assert proof.failure(step, misprint), step


SLQC_CLAIMS = [name for name, claim in CLAIMS.items() if isinstance(claim, SLQCClaim)]


@pytest.mark.parametrize("name", SLQC_CLAIMS)
def test_kappa_has_the_shape_of_the_stack_and_of_one_instance(name):
    claim = CLAIMS[name]
    family = claim.families[0]
    stack = family.decode(family.draw(np.random.default_rng(0), 7)).problem
    eps = np.full(7, 0.1)
    many = np.broadcast_to(claim.kappa(eps, stack), (7,))
    one = family.decode(family.draw(np.random.default_rng(0), 7))[3].problem
    assert np.shape(claim.kappa(0.1, one)) == ()
    np.testing.assert_allclose(claim.kappa(0.1, one), many[3], rtol=1e-12)


def test_every_kappa_says_its_shapes():
    modules = [vars(import_module(f"{theorems.__name__}.{m.name}"))
               for m in pkgutil.iter_modules(theorems.__path__)]
    kappas = [f for names in modules for n, f in names.items() if n.startswith("kappa")
              and inspect.isfunction(f) and f.__module__ in (names["__name__"], checked.__module__)]
    assert len(kappas) > 20
    assert [f"{f.__module__}.{f.__name__}" for f in kappas
            if "(n,)" not in f.__doc__ and "element by element" not in f.__doc__] == []
    assert "(n,)" in search.__doc__


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=lambda claim: claim.id)
def test_slqc_s_numbers_are_those_of_the_error_and_the_subgradient(claim):
    """The error and G of one pass are the two, bit for bit, of every kind of problem."""
    for family in claim.families:
        stack = family.decode(family.draw(np.random.default_rng(0), 3))
        problem, x = stack.problem, stack.point
        slqc, step = stack.slqc(), x - problem.optimum
        G, axes = problem.subgradient(x), tuple(range(1, np.ndim(x)))
        assert np.array_equal(slqc.gap, problem.error(x) - problem.error(problem.optimum))
        assert np.array_equal(slqc.progress, np.sum(G * step, axis=axes))
