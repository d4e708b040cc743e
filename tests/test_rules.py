"""Step rules: against their formulas in exact arithmetic, and against PyTorch where installed."""

import itertools
import tracemalloc
from decimal import Decimal, localcontext

import numpy as np
import pytest

from dante_ref.exceptions import InputError
from dante_ref.training.rules import RULES, SGD, Adagrad, Adam, Momentum, RMSProp, make_rule

DIRECTIONS = (3.0, -2.0, 0.0, 0.5, -7.0, 1e-3)

VARIANTS = [
    SGD(0.25), Momentum(0.25, mu=0.5), Momentum(0.25, mu=0.75, nesterov=True),
    Adagrad(0.5, eps=0.125), Adagrad(0.5), RMSProp(0.5, alpha=0.75, eps=0.125), RMSProp(0.5),
    Adam(0.5, beta1=0.75, beta2=0.875, eps=0.125), Adam(0.5),
]
IDS = [f"{i}-{rule.name}" for i, rule in enumerate(VARIANTS)]


def closed_form(rule, directions):
    """The last step after these directions: each rule's recursion, solved into a sum.

    Numbers of 50 digits. A recursion x_t = k x_{t-1} + c y_t from 0 is x_T = c sum_t k^(T-t) y_t.
    """
    g = [Decimal(x) for x in directions]
    T = len(g)

    def decayed(keep, values):
        return sum(Decimal(keep) ** (T - 1 - t) * v for t, v in enumerate(values))

    squares = [x**2 for x in g]
    eta = Decimal(rule.eta)
    match rule:
        case SGD():
            return eta * g[-1]
        case Momentum(nesterov=False):
            return eta * decayed(rule.mu, g)
        case Momentum():
            return eta * (g[-1] + Decimal(rule.mu) * decayed(rule.mu, g))
        case Adagrad():
            return eta * g[-1] / (sum(squares).sqrt() + Decimal(rule.eps))
        case RMSProp():
            s = (1 - Decimal(rule.alpha)) * decayed(rule.alpha, squares)
            return eta * g[-1] / (s.sqrt() + Decimal(rule.eps))
        case Adam():
            b1, b2 = Decimal(rule.beta1), Decimal(rule.beta2)
            m = (1 - b1) * decayed(b1, g) / (1 - b1**T)
            s = (1 - b2) * decayed(b2, squares) / (1 - b2**T)
            return eta * m / (s.sqrt() + Decimal(rule.eps))


@pytest.mark.parametrize("rule", VARIANTS, ids=IDS)
def test_each_step_is_the_formula_solved_into_a_sum(rule):
    with localcontext(prec=50):
        memory = rule.start(np.zeros((1, 2)))
        for T in range(1, len(DIRECTIONS) + 1):
            g = DIRECTIONS[T - 1]
            G = np.array([[g, -2 * g]])  # the second entry: the same sequence, times -2
            rule.step(G, memory)
            for entry, scale in zip(G[0], (1, -2), strict=True):
                expected = closed_form(rule, [scale * x for x in DIRECTIONS[:T]])
                assert float(entry) == pytest.approx(float(expected), rel=1e-14, abs=1e-14), (
                    f"{rule.name}, step {T}"
                )


def test_first_steps_by_hand():
    """From 0 memory with G = 4: what a reader gets with pencil and paper."""
    steps = {
        SGD(0.5): 2.0,
        Momentum(0.5, mu=0.9): 2.0,
        Momentum(0.5, mu=0.5, nesterov=True): 3.0,  # 0.5 (4 + 0.5 * 4)
        Adagrad(0.5, eps=1.0): 0.4,  # 0.5 * 4 / (4 + 1)
        RMSProp(0.5, alpha=0.75, eps=2.0): 0.5,  # 0.5 * 4 / (sqrt(16 / 4) + 2)
        Adam(0.5, eps=4.0): 0.25,  # 0.5 * 4 / (4 + 4): the corrections undo the means
    }
    for rule, expected in steps.items():
        G = np.array([[4.0]])
        rule.step(G, rule.start(G))
        assert G[0, 0] == pytest.approx(expected, rel=1e-15), rule.name


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("rule", VARIANTS, ids=IDS)
def test_dtype_is_kept_and_memory_is_arrays(rule, dtype):
    W = np.ones((2, 3), dtype)
    memory = rule.start(W)
    G = np.ones((2, 3), dtype)
    rule.step(G, memory)
    assert G.dtype == dtype
    assert all(isinstance(array, np.ndarray) for array in memory.values())
    assert all(a.dtype == dtype for key, a in memory.items() if key != "t")
    assert "t" not in memory or memory["t"].dtype == np.int64
    np.testing.assert_array_equal(W, 1)


@pytest.mark.parametrize("rule", VARIANTS, ids=IDS)
def test_a_step_takes_no_memory_of_the_layers_size(rule):
    """It works in place; Nesterov's sum alone needs an array for the time being."""
    W = np.ones((100, 100))
    memory, G = rule.start(W), np.ones_like(W)
    arrays = {key: id(array) for key, array in memory.items()}
    rule.step(G, memory)
    tracemalloc.start()
    try:
        rule.step(G, memory)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    nesterov = isinstance(rule, Momentum) and rule.nesterov
    assert peak < (1.5 if nesterov else 0.5) * W.nbytes
    assert {key: id(array) for key, array in memory.items()} == arrays


@pytest.mark.parametrize("rule", VARIANTS, ids=IDS)
def test_a_rule_is_its_config(rule):
    assert make_rule(**rule.config()) == rule


def test_unknown_names_and_bad_constants_are_refused():
    names = "sgd, momentum, adagrad, rmsprop, adam"
    with pytest.raises(InputError, match=f"^rule is 'newton'; allowed are {names}$"):
        make_rule("newton")
    with pytest.raises(
        InputError, match=r"^rule 'adam' has no alpha, mu; allowed are eta, beta1, beta2, eps$"
    ):
        make_rule("adam", mu=0.5, alpha=0.5)
    assert {"sgd", "momentum", "adagrad", "rmsprop", "adam"} <= set(RULES)
    assert {rule.name for rule in VARIANTS} == set(RULES)  # each is tested


FACTORS = [("momentum", "mu"), ("rmsprop", "alpha"), ("adam", "beta1"), ("adam", "beta2")]
POSITIVE = [(name, "eta") for name in RULES] + [
    (name, "eps") for name in ("adagrad", "rmsprop", "adam")
]


@pytest.mark.parametrize("name, constant", FACTORS)
def test_a_decay_factor_is_in_0_1_without_1(name, constant):
    """With 1 the average would never move (and Adam divide by 0); 0 forgets the past at once."""
    for value in (1.0, 2.0, -0.1, np.nan, "0.5"):
        with pytest.raises(InputError, match=f"^{constant} is {value!r}; allowed is "):
            make_rule(name, **{constant: value})
    for value in (0.0, 0.5, np.nextafter(1, 0)):
        assert getattr(make_rule(name, **{constant: value}), constant) == value


@pytest.mark.parametrize("name, constant", POSITIVE)
def test_rates_and_what_keeps_a_division_finite_are_positive(name, constant):
    for value in (0.0, -1.0, np.inf, np.nan):
        with pytest.raises(InputError, match=f"^{constant} is {value!r}; allowed is "):
            make_rule(name, **{constant: value})
    for value in (1e-300, 0.5, 1, 2.0):
        assert getattr(make_rule(name, **{constant: value}), constant) == value


def test_nesterov_is_true_or_false():
    with pytest.raises(InputError, match=r"^nesterov is 'no'; allowed are True and False$"):
        make_rule("momentum", nesterov="no")


def torch_optimizer(torch, rule, parameters):
    """PyTorch's optimiser of the same constants."""
    match rule:
        case SGD():
            return torch.optim.SGD(parameters, lr=rule.eta)
        case Momentum():
            return torch.optim.SGD(
                parameters, lr=rule.eta, momentum=rule.mu, nesterov=rule.nesterov
            )
        case Adagrad():
            return torch.optim.Adagrad(parameters, lr=rule.eta, eps=rule.eps)
        case RMSProp():
            return torch.optim.RMSprop(parameters, lr=rule.eta, alpha=rule.alpha, eps=rule.eps)
        case Adam():
            return torch.optim.Adam(
                parameters, lr=rule.eta, betas=(rule.beta1, rule.beta2), eps=rule.eps
            )


@pytest.mark.parametrize("rule", VARIANTS, ids=IDS)
def test_step_by_step_as_pytorch(rule):
    torch = pytest.importorskip("torch", reason="the bench extra isn't installed")
    rng = np.random.default_rng(0)
    W = rng.normal(size=(4, 3))
    theirs = torch.nn.Parameter(torch.tensor(W))
    optimizer = torch_optimizer(torch, rule, [theirs])
    memory = rule.start(W)
    for t in range(50):
        G = rng.normal(size=W.shape) * 10.0 ** rng.integers(-3, 3)
        theirs.grad = torch.tensor(G)
        optimizer.step()
        rule.step(G, memory)
        W = W - G
        np.testing.assert_allclose(
            W, theirs.detach().numpy(), rtol=1e-12, atol=1e-12, err_msg=f"step {t + 1}"
        )


@pytest.mark.parametrize("kind", [SGD, Momentum, Adagrad, RMSProp, Adam], ids=lambda k: k.name)
def test_defaults_are_pytorchs(kind):
    torch = pytest.importorskip("torch", reason="the bench extra isn't installed")
    rule = kind()
    theirs = {
        "sgd": torch.optim.SGD, "momentum": torch.optim.SGD, "adagrad": torch.optim.Adagrad,
        "rmsprop": torch.optim.RMSprop, "adam": torch.optim.Adam,
    }[rule.name]([torch.zeros(1, requires_grad=True)]).defaults
    ours = rule.config()
    assert ours.pop("eta") == theirs["lr"]
    if "beta1" in ours:
        assert (ours.pop("beta1"), ours.pop("beta2")) == theirs["betas"]
    shared = ours.keys() & theirs.keys()
    assert {k: ours[k] for k in shared} == {k: theirs[k] for k in shared}


def test_rules_share_nothing_between_layers():
    rule = Adam()
    a, b = rule.start(np.zeros((2, 2))), rule.start(np.zeros((2, 2)))
    for x, y in itertools.product(a.values(), b.values()):
        assert not np.shares_memory(x, y)
