"""The mathematics against oracles that share no code with it: mpmath and scipy.optimize.

PyTorch is asked in `test_oracles_torch`. Each oracle's formula is written here from the paper:
none calls an error, an activation or a subgradient of the package. `pytest -rA` prints the largest
deviation seen by each test.
"""

from dataclasses import dataclass

import numpy as np
import pytest
from mpmath import mp
from oracles import ACTIVATIONS, LOSSES, TOLERANCE, apart, depths, problem
from scipy.optimize import NonlinearConstraint, least_squares, minimize
from trainings import Once

from dante_ref import literal
from dante_ref.activations import GeneralizedReLU, Sigmoid, Tanh
from dante_ref.algorithms.sngd import sngd
from dante_ref.estimators import DanteRegressor
from dante_ref.objectives import GLMObjective, InnerLayerObjective, LayerObjective
from dante_ref.problems import IdealisedGLM, IdealisedLayer, TwoLayerNetwork
from dante_ref.training.engine import Training
from dante_ref.training.rules import SGD
from dante_ref.training.schedules import Phase

# Gradients against differentiation at 50 digits

DIGITS, STEP = 50, "1e-18"
"""A central difference of step h is wrong by h^2 f'''/6 and by 10^-DIGITS f/h: by about 1e-32."""

MP_PHI = {
    "relu": lambda z: z if z > 0 else mp.mpf(0.1) * z,
    "relu-b-3": lambda z: 3 * z if z > 0 else mp.mpf(0.25) * z,
    "sigmoid": lambda z: 1 / (1 + mp.exp(-z)),
    "tanh": mp.tanh,
    "identity": lambda z: z,
}


def mp_error(weights, X, Y, phis, loss):
    """Section 3.2's error, or cross-entropy, of the network sample by sample, in mpmath numbers."""
    total = mp.mpf(0)
    for x, y in zip(X, Y, strict=True):
        a = list(x)
        for W, phi in zip(weights, phis, strict=True):
            a = [phi(mp.fdot((a[i], W[i][j]) for i in range(len(a)))) for j in range(len(W[0]))]
        if loss == "squared":
            total += sum((u - t) ** 2 for u, t in zip(a, y, strict=True))
        else:
            log_sum = mp.log(sum(mp.exp(u) for u in a))
            total -= sum(t * (u - log_sum) for u, t in zip(a, y, strict=True))
    return total / len(X)


def mp_gradient(weights, X, Y, phis, loss="squared"):
    """[dE/dW_1, ..., dE/dW_L] by central differences at DIGITS digits, as float64."""
    with mp.workdps(DIGITS):
        W_mp, (X, Y), h = [numbers(W) for W in weights], map(numbers, (X, Y)), mp.mpf(STEP)
        gradients = []
        for W, W_float in zip(W_mp, weights, strict=True):
            G = np.empty(np.shape(W_float))
            for i, j in np.ndindex(G.shape):
                w, sides = W[i][j], []
                for sign in (1, -1):
                    W[i][j] = w + sign * h
                    sides.append(mp_error(W_mp, X, Y, phis, loss))
                W[i][j] = w
                G[i, j] = float((sides[0] - sides[1]) / (2 * h))
            gradients.append(G)
    return gradients


def numbers(array):
    """Floats are binary fractions: mpf takes them exactly."""
    return [[mp.mpf(float(x)) for x in row] for row in array]


def fast_gradient(network, X, Y, l, big=2.0**40):
    """G of layer l as the fast path has it: the step of `Training` on one minibatch, over eta.

    With eta = 2^40, W' = W - eta G is -eta G but for a rounding of relative size 2^-53. And the
    rows of that minibatch.
    """
    training, twin = (
        Training(network.copy(), X, Y, Once(Phase((l,), 1)), rule=SGD(big), normalise=None,
                 b=len(X), random_state=0) for _ in range(2)
    )
    rows = twin.draw(1)[0]
    before = training.network.weights[l - 1].copy()
    training.run()
    return (before - training.network.weights[l - 1]) / big, rows


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_gradients_of_networks_are_those_of_mpmath(depth, name, loss):
    """`Network.gradient` and the fast path, float64, relative error of each layer."""
    rng = np.random.default_rng(depth)
    sizes = depths(rng, depth, 3)
    network, X, Y = problem(sizes, 2, ACTIVATIONS[name], loss, seed=11)
    phis = [MP_PHI[name]] * (depth - 1)
    phis.append(MP_PHI["identity" if loss == "cross_entropy" else name])
    expected = mp_gradient(network.weights, X, Y, phis, loss)
    seen = [apart(G, E) for G, E in zip(network.gradient(X, Y), expected, strict=True)]
    for l, off in enumerate(seen, 1):
        assert off <= TOLERANCE, f"Network.gradient of W{l} is {off:.1e} off"
    fast = [fast_gradient(network, X, Y, l) for l in range(1, depth + 1)]
    rows = fast[0][1]
    expected = mp_gradient(network.weights, X[rows], Y[rows], phis, loss)
    for l, ((G, drawn), E) in enumerate(zip(fast, expected, strict=True), 1):
        assert drawn.tolist() == rows.tolist()
        seen.append(apart(G, E))
        assert seen[-1] <= TOLERANCE, f"the fast path's gradient of W{l} is {seen[-1]:.1e} off"
    print(f"largest relative deviation from mpmath: {max(seen):.1e}")


@pytest.mark.parametrize("outer", ACTIVATIONS)
@pytest.mark.parametrize("inner", ACTIVATIONS)
def test_section_5s_subgradients_are_those_of_mpmath(inner, outer):
    """glm, layer, inner_single and inner, literal and as objectives, for every phi1 and phi2."""
    phi1, phi2, mp1, mp2 = ACTIVATIONS[inner], ACTIVATIONS[outer], MP_PHI[inner], MP_PHI[outer]
    network, X, Y = problem((3, 4, 2), 3, phi1, "squared", seed=5)
    W1, W2 = network.weights
    while abs(phi1.phi(X @ W1) @ W2).min() < 1e-3:  # phi2's kinks too
        W2 = W2 + 0.01
    w2, y = W2[:, :1], Y[:, :1]
    glm, = mp_gradient([W1[:, :1]], X, y, [mp1])
    layer, = mp_gradient([W1[:, :2]], X, Y, [mp1])
    single = mp_gradient([W1, w2], X, y, [mp1, mp2])[0]
    both = mp_gradient([W1, W2], X, Y, [mp1, mp2])[0]
    seen = []
    phis = phi1, phi2
    for slow, f, W, expected in (
        (literal.glm, GLMObjective(X, Y[:, 0], phi1), W1[:, 0], glm[:, 0]),
        (literal.layer, LayerObjective(X, Y, phi1), W1[:, :2], layer),
        (literal.inner_single, InnerLayerObjective(X, y, (w2,), phis), W1, single),
        (literal.inner, InnerLayerObjective(X, Y, (W2,), phis), W1, both),
    ):
        for form, found in (("literal", slow(f, W)), ("objective", f.subgradient(W))):
            off = apart(found, expected)
            assert off <= TOLERANCE, f"{form} {slow.__name__} is {off:.1e} off"
            seen.append(off)
    off = apart(literal.inner_diagonal(f, W1), both)
    assert off <= TOLERANCE, f"literal.inner_diagonal is {off:.1e} off"
    print(f"largest relative deviation from mpmath: {max(seen):.1e}")


def test_activations_are_those_of_mpmath():
    """phi and g at 400 points of each size from 1e-8 to 700: relative error of a few roundings."""
    rng = np.random.default_rng(0)
    z = rng.choice([-1, 1], 400) * 10 ** rng.uniform(-8, np.log10(700), 400)
    seen = 0.0
    with mp.workdps(350):  # 1 - tanh(700)^2 keeps digits
        h = mp.mpf("1e-30")
        for name, phi in ACTIVATIONS.items():
            f = MP_PHI[name]
            for x, value, slope in zip(map(mp.mpf, z.tolist()), phi.phi(z), phi.g(z), strict=True):
                exact = (f(x), (f(x + h) - f(x - h)) / (2 * h))
                for what, found, e in zip(("phi", "g"), (value, slope), exact, strict=True):
                    if abs(e) < mp.mpf("1e-307"):  # denormal: no relative accuracy in float64
                        continue
                    off = float(abs(mp.mpf(float(found)) - e) / abs(e))
                    assert off < 1e-14, f"{name}.{what}({float(x):g}) is {off:.1e} off"
                    seen = max(seen, off)
    print(f"largest relative deviation from mpmath: {seen:.1e}")


# Definitions 1 and 4 decided by a general-purpose optimiser


@dataclass
class Drawn:
    """A problem, a point in its ball."""

    problem: object
    point: np.ndarray


def random_point(kind, rng):
    """A random instance of Theorem 1, 3 or 5's kind, with a random point within the bounds."""
    phi = [GeneralizedReLU(float(rng.uniform(0.05, 1)), 1.0), Sigmoid(), Tanh()][rng.integers(3)]
    m, d, k, n = rng.integers(1, 5, 4)
    if kind == "glm":
        found = IdealisedGLM.random(m, d, phi, 1.0, rng)
    elif kind == "layer":
        found = IdealisedLayer.random(m, d, k, phi, 1.0, rng)
    else:
        found = TwoLayerNetwork.random(m, d, k, n, phi, phi, 1.0, 1.0, rng)
    point = rng.standard_normal(found.optimum.shape)
    return Drawn(found, point * rng.uniform(0, 1) / np.linalg.norm(point))


def largest_over_ball(G, x, z, r, method):
    """max <G, y - x> over ||y - z|| <= r by scipy.optimize, which knows nothing of the problem.

    In units where ||G|| = r = 1, so that the optimiser's tolerances mean something.
    """
    g, scale = G.ravel() / np.linalg.norm(G), r
    start = np.random.default_rng(0).standard_normal(g.size)
    start *= 0.3 / np.linalg.norm(start)
    objective = {"fun": lambda u: -g @ u, "jac": lambda u: -g, "x0": start, "method": method}
    if method == "SLSQP":
        ball = {"type": "ineq", "fun": lambda u: 1 - u @ u, "jac": lambda u: -2 * u}
        found = minimize(**objective, constraints=ball, options={"ftol": 1e-13, "maxiter": 300})
    else:
        ball = NonlinearConstraint(
            lambda u: u @ u, -np.inf, 1, jac=lambda u: 2 * u[None],
            hess=lambda u, v: 2 * v[0] * np.eye(g.size),
        )
        found = minimize(
            **objective, hess=lambda u: np.zeros((g.size, g.size)), constraints=ball,
            options={"gtol": 1e-10, "xtol": 1e-12, "barrier_tol": 1e-10, "maxiter": 1000},
        )
    assert found.x @ found.x <= 1 + 1e-6, "the optimiser left the ball"
    return np.linalg.norm(G) * (scale * -found.fun) + np.sum(G * (z - x))


@pytest.mark.parametrize("kind, method, draws", [
    ("glm", "SLSQP", 120), ("layer", "SLSQP", 120), ("two layers", "SLSQP", 120),
    ("glm", "trust-constr", 8), ("two layers", "trust-constr", 8),
])
def test_slqc_is_what_an_optimiser_decides(kind, method, draws):
    """Definition 1 word for word: f(x) - f(z) <= eps, or ||G|| > 0 and max <G, y - x> <= 0.

    kappa is drawn around the smallest one that will do, so that both answers are frequent. A tie,
    with the maximum as near to zero as the optimiser is precise (in parts of ||G|| r), is left out.
    """
    precision = {"SLSQP": 1e-7, "trust-constr": 1e-3}[method]
    rng = np.random.default_rng(len(kind))
    answers, ties, seen = [], 0, 0.0
    for _ in range(draws):
        drawn = random_point(kind, rng)
        f, x, z = drawn.problem, drawn.point, drawn.problem.optimum
        slqc, G = f.slqc(x), f.subgradient(x)
        gap = float(f.error(x) - f.error(z))
        eps = gap * rng.choice([0.3, 0.9, 1.1], p=[0.45, 0.45, 0.1])
        smallest = float(slqc.kappa_emp(eps * (1 if eps < gap else 0.5)))
        kappa = (smallest if np.isfinite(smallest) else 1.0) * np.exp(rng.uniform(-1, 1))
        r = eps / kappa
        largest = largest_over_ball(G, x, z, r, method)
        exact = r * np.linalg.norm(G) + np.sum(G * (z - x))
        seen = max(seen, abs(largest - exact) / (r * np.linalg.norm(G)))
        if gap > eps and abs(largest) < precision * np.linalg.norm(G) * r:
            ties += 1
            continue
        expected = gap <= eps or (np.linalg.norm(G) > 0 and largest <= 0)
        assert bool(slqc.holds(eps, kappa)) == expected, (
            f"SLQC.holds says {not expected}, the optimiser {expected}: {kind}, eps {eps:.3g}, "
            f"kappa {kappa:.3g}, max <G, y - x> = {largest:.3g}"
        )
        answers.append(expected)
    assert ties <= draws / 20
    assert 0.1 * draws < sum(answers) < 0.9 * draws, "both answers must be frequent"
    assert seen < precision, "the optimiser's maximum isn't <G, z - x> + r ||G||"
    print(f"{len(answers)} decided, {ties} ties, largest deviation of the maximum {seen:.1e}")


# A GLM's fit


def noisy_glm(phi, seed, m=60, d=4):
    """X (m, d), y (m,) and a start: noisy labels, so that the optimum isn't the planted w."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(m, d))
    y = phi.phi(X @ rng.normal(size=d)) + 0.1 * rng.normal(size=m)
    return X, y, 0.3 * rng.normal(size=d)


def residuals(name):
    """phi<w, x_i> - y_i, from Definitions 2 and 3."""
    phi = {
        "relu": lambda z: np.where(z > 0, z, 0.1 * z), "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "tanh": np.tanh, "identity": lambda z: z,
    }[name]
    return lambda w, X, y: phi(X @ w) - y


@pytest.mark.parametrize("name", ["relu", "sigmoid", "tanh", "identity"])
def test_a_glm_fitted_by_scipy_is_a_stationary_point_with_the_same_error(name):
    """least_squares, by its own differences, and BFGS on our value and gradient meet."""
    phi, r = ACTIVATIONS[name], residuals(name)
    X, y, start = noisy_glm(phi, seed=2)
    f = GLMObjective(X, y, phi)
    theirs = least_squares(r, start, jac="3-point", args=(X, y), xtol=1e-15, ftol=1e-15, gtol=1e-13)
    assert f.error(theirs.x) == pytest.approx(2 * theirs.cost / len(X), rel=1e-12)
    assert abs(X @ theirs.x).min() > 1e-6, "not at a kink"
    assert np.linalg.norm(f.subgradient(theirs.x)) < 1e-7
    ours = minimize(f.error, theirs.x + 0.01, jac=f.subgradient, method="BFGS",
                    options={"gtol": 1e-9})
    assert np.linalg.norm(ours.x - theirs.x) < 1e-6
    assert ours.fun == pytest.approx(2 * theirs.cost / len(X), rel=1e-12)


@pytest.mark.parametrize("name", ["relu", "sigmoid", "tanh"])
def test_algorithm_1_finds_scipys_fit(name):
    """SNGD with eta halved again and again; minibatches of 500 out of 60, so that it settles.

    At the optimum the error is flat: an excess of 1e-3 of it is a distance of a few hundredths.
    """
    phi, r = ACTIVATIONS[name], residuals(name)
    X, y, w = noisy_glm(phi, seed=2)
    theirs = least_squares(r, w, args=(X, y))
    f, rng = GLMObjective(X, y, phi), np.random.default_rng(0)
    for eta in 0.2 * 0.5 ** np.arange(9):
        w = sngd(f, w, T=60, eta=eta, b=500, random_state=rng).last
    best = 2 * theirs.cost / len(X)
    assert best < f.error(w) * (1 + 1e-12), "nothing is better than scipy's minimum"
    assert f.error(w) < 1.001 * best
    assert apart(w, theirs.x) < 0.05


@pytest.mark.parametrize("name", ["relu", "sigmoid", "tanh"])
def test_algorithm_1_finds_a_planted_optimum_to_ten_digits(name):
    """Idealised labels: every minibatch has the same optimum, and SNGD goes on to rounding."""
    phi, r = ACTIVATIONS[name], residuals(name)
    X, _, w = noisy_glm(phi, seed=4)
    y = phi.phi(X @ np.array([0.7, -0.2, 0.4, -0.5]))
    theirs = least_squares(r, w, args=(X, y), xtol=1e-15, ftol=1e-15, gtol=1e-15)
    f, rng = GLMObjective(X, y, phi), np.random.default_rng(0)
    for eta in 0.2 * 0.5 ** np.arange(36):
        w = sngd(f, w, T=40, eta=eta, b=30, random_state=rng).last
    off = apart(w, theirs.x)
    assert off < 1e-9, f"{off:.1e} from scipy's"
    print(f"relative distance from least_squares: {off:.1e}")


def test_a_network_without_hidden_layers_is_linear_least_squares():
    """DanteRegressor, no hidden layer, identity: its r2 is that of numpy's lstsq, by the engine."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 3))
    y = X @ np.array([1.0, -2.0, 0.5]) + 3 + 0.3 * rng.normal(size=80)
    ones = np.c_[X, np.ones(80)]
    w, *_ = np.linalg.lstsq(ones, y, rcond=None)
    model = DanteRegressor((), output_activation="identity", tol=None, max_iter=4, batch_size=500,
                           eta=0.1, warm_start=True, random_state=0)
    for _ in range(12):
        model.fit(X, y)
        model.eta /= 2
    best = 1 - np.sum((ones @ w - y) ** 2) / np.sum((y - y.mean()) ** 2)
    assert best - 1e-4 < model.score(X, y) < best + 1e-12
    assert apart(model.predict(X), ones @ w) < 0.01
