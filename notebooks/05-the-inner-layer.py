# %% [markdown]
# # 5. The inner layer
#
# > The outer layer is easy (notebooks 1 to 4). Is the layer under it as easy?
#
# Theorem 4 says yes. It turns out that Theorem 4 says nothing; that the answer is no for small
# errors; and yes for large ones.

# %%
import numpy as np
from matplotlib import pyplot as plt

from dante_ref import GeneralizedReLU, Sigmoid, TwoLayerFamily, literal
from dante_ref.course import check, explore, figures, grid, show, source, state
from dante_ref.objectives import InnerLayerObjective
from dante_ref.problems import TwoLayerNetwork
from dante_ref.proofs import exact
from dante_ref.theorems import theorem_4, theorem_4_refuted, theorem_4_repaired

figures()

# %% [markdown]
# ## The gradient, by hand
#
# One sample, two hidden units, one output. The chain rule of section 5.5 collects the slopes of
# the hidden units in a diagonal matrix $g_1$, and the slope of the output in $g_2$:
#
# $$\nabla_{W_1}\mathrm{err} = \frac2m\sum_i g_2\,\big(\phi_2\langle w_2,\phi_1\langle W_1,x_i
# \rangle\rangle - y_i\big)\; x_i\, w_2^T g_1^T$$

# %%
source(literal.g1)
source(literal.inner_single)

# %% [markdown]
# **Predict**: with $a=0.1$, $b=1$ and the scores printed below, what stands on the diagonal of
# $g_1$?

# %%
phi = GeneralizedReLU(0.1, 1.0)
x = np.array([0.6, -0.8])
W1 = np.array([[0.5, 0.1], [0.2, 0.4]])
w2 = np.array([0.6, 0.8])
y = np.array([0.3])
print("hidden scores ⟨W₁, x⟩:", np.round(W1.T @ x, 3))
g1 = literal.g1(W1, x, phi)
print("g1 =", g1.tolist())
assert np.array_equal(g1, np.diag([1.0, 0.1]))

f = InnerLayerObjective(x[None], y[:, None], (w2[:, None],), (phi, phi))
slow, fast = literal.inner_single(f, W1), f.subgradient(W1)
step = 1e-6
by_differences = np.zeros_like(W1)
for i, j in np.ndindex(W1.shape):
    change = np.zeros_like(W1)
    change[i, j] = step
    up, down = f.error(W1 + change), f.error(W1 - change)
    by_differences[i, j] = (up - down) / (2 * step)
print(np.round(slow, 4).tolist())
assert np.allclose(slow, fast) and np.allclose(slow, by_differences, atol=1e-8)

# %% [markdown]
# The positive score has slope 1, the negative one 0.1. Diagonal matrices, matrix products and
# numerical differences agree.
#
# ## The trace identity
#
# The proof replaces the network's score by a trace: $\langle w_2, \phi_1\langle
# W_1,x\rangle\rangle = \mathrm{Tr}(g_1 w_2 x^T W_1)$. For the generalized ReLU $\phi(z) =
# g(z)\,z$, and so it is true. **Predict**: is it true for the sigmoid, at $W_1 = 0$?

# %%
score = float(w2 @ phi.phi(W1.T @ x))
trace = float(np.trace(g1 @ np.outer(w2, x) @ W1))
print(f"generalized ReLU: {score:.6f} and {trace:.6f}")
assert np.isclose(score, trace)

zero = np.zeros((2, 2))
score = float(w2 @ Sigmoid().phi(zero.T @ x))
trace = float(np.trace(literal.g1(zero, x, Sigmoid()) @ np.outer(w2, x) @ zero))
print(f"sigmoid, W₁ = 0:  {score:.6f} and {trace:.6f}")
assert np.isclose(score, 0.7) and trace == 0

# %% [markdown]
# No: 0.7 against 0. The proof of Theorem 4 doesn't carry over to the sigmoid.
#
# ## Theorem 4, and why it says nothing
#
# $W_1$ and $W_2$ in a κ are the bounds on the norms of $W_1^*$ and $w_2^*$.

# %%
state("theorem-4")
print(f"\nκ is positive from ε = {theorem_4.THRESHOLD} on")
print(f"the largest error:    {theorem_4_repaired.LARGEST_ERROR}")

# %% [markdown]
# SLQC needs κ > 0, so the theorem speaks only of ε above a threshold. **Predict**: how does the
# largest error that a network can have at all compare with that threshold?

# %%
slopes = np.linspace(0.05, 1, 60)
figure, axes = plt.subplots()
axes.semilogy(slopes, theorem_4.threshold(slopes, 1.0, 1.0, 1.0),
              label=f"Theorem 4 speaks only of ε above {theorem_4.THRESHOLD}")
axes.semilogy(slopes, theorem_4_repaired.largest_error(slopes, 1.0, 1.0, 1.0),
              label=f"the largest error, {theorem_4_repaired.LARGEST_ERROR}")
axes.semilogy(slopes, theorem_4_repaired.least_eps(slopes, 1.0, 1.0, 1.0) + 1e-300,
              label="the repair speaks of every ε above this")
axes.set(xlabel="a (b = W₁ = W₂ = 1)", ylabel="ε", ylim=(1e-3, 100))
axes.legend()
plt.show()
below = slopes[:-1]
assert np.all(theorem_4_repaired.largest_error(below, 1.0, 1.0, 1.0)
              < theorem_4.threshold(below, 1.0, 1.0, 1.0))
assert np.all(theorem_4_repaired.least_eps(slopes, 1.0, 1.0, 1.0)
              < theorem_4_repaired.largest_error(slopes, 1.0, 1.0, 1.0))

# %% [markdown]
# The solid line is above the dashed one for all $a<b$; they touch at $a=b$. Wherever Theorem 4
# speaks, every point has an error below ε and clause 1 of SLQC holds by itself. The theorem is
# true and empty: **vacuous**. One chain shows it for any network:

# %%
family = TwoLayerFamily(m=3, d=2, d_hidden=2, activation=phi)
instances = family.decode(family.draw(np.random.default_rng(0), 20_000))
show(theorem_4.vacuity(instances[0].problem, instances[0].point))
assert not theorem_4.vacuity(instances.problem, instances.point).broken()

# %% [markdown]
# ## Is the inner layer SLQC at all? Swap two columns
#
# Two hidden units with equal $w_2$. Swap the columns of $W_1^*$: the units change places, and the
# network's answers don't change. So the swapped matrix $P$ has error 0 too.
#
# **Predict**: stand at $P$ and go a little towards $W_1^*$. The error rises from 0. Where does
# the downhill direction point?

# %%
swapped = exact.as_floats(theorem_4_refuted.swapped_columns())
network = swapped.problem.check()
ts = np.linspace(0, 1, 201)
other = network.W1_star[:, ::-1]
path = (1 - ts)[:, None, None] * other + ts[:, None, None] * network.W1_star
heights = np.array([float(network.error(W)) for W in path])
away = np.array([float(network.slqc(W).progress) for W in path])

figure, (top, bottom) = plt.subplots(2, 1, figsize=(7, 4.6), sharex=True)
top.plot(ts, heights)
top.set(ylabel="err(W₁)", title="from the swapped optimum P (t = 0) to W₁* (t = 1)")
bottom.plot(ts, away)
bottom.fill_between(ts, away, 0, where=away < 0, facecolor="0.9", edgecolor="0.4", hatch="//",
                    label="downhill leads away from W₁*")
bottom.set(xlabel="t", ylabel="⟨G, W₁ − W₁*⟩")
bottom.legend()
plt.show()
near = swapped.slqc()
print(f"at t = 0.1: err = {float(near.gap):.6f}, ⟨G, W₁ − W₁*⟩ = {float(near.progress):.6f}")
assert near.gap > 0 and near.progress < 0
assert np.isinf(near.kappa_emp(0.5 * float(near.gap)))

# %% [markdown]
# Downhill leads back to $P$, away from $W_1^*$. There clause 2 fails for **every** κ. It isn't a
# matter of constants: the inner layer isn't SLQC for small ε.
#
# The same in small multiples, for several $a$. With a single input $x = 1$ the inner layer has just
# two weights, one a unit, and the whole landscape can be drawn. The star is $W_1^*$, the cross its
# swapped twin; hatched is where no κ will do.

# %%
def landscape(axes, a):
    phi = GeneralizedReLU(a, 1.0)
    ticks = np.linspace(-0.7, 0.7, 71)
    points = grid(ticks, ticks)
    n = len(points)
    stack = TwoLayerNetwork(
        np.ones((n, 1, 1)), np.broadcast_to([[0.5, -0.5]], (n, 1, 2)),
        np.full((n, 2, 1), 0.5), phi, phi, np.ones(n), np.ones(n),
    )
    numbers = stack.slqc(points[:, None, :])
    bad = ((numbers.gap > 1e-12) & (numbers.progress <= 0)).reshape(71, 71)
    axes.contour(ticks, ticks, numbers.gap.reshape(71, 71).T, 10, colors="0.6", linewidths=0.8)
    axes.contourf(ticks, ticks, bad.T, levels=[0.5, 1.5], colors="0.9", hatches=["///"])
    axes.plot(0.5, -0.5, "k*", markersize=11)
    axes.plot(-0.5, 0.5, "kx", markersize=8)
    axes.set(xlabel="W₁, unit 1", ylabel="W₁, unit 2", title=f"a = {a:g}", aspect="equal")
    axes.grid(False)
    return bad.mean()


figure, panels = plt.subplots(1, 3, figsize=(9, 3.3))
shares = [landscape(axes, a) for axes, a in zip(panels, (0.1, 0.5, 0.9), strict=True)]
plt.show()
print("share of the square where no κ will do:", [round(float(s), 3) for s in shares])
assert shares[0] > shares[1] > shares[2] > 0

# %% [markdown]
# The bad region shrinks as $a\to b$: for a linear layer ($a=b$) there is none.
#
# Nothing here rests on rounding. The smallest counterexample is decided in fractions:

# %%
smallest = theorem_4_refuted.counterexample()
decision = exact.slqc(smallest)
print(f"err = {decision.gap}, ⟨G, W₁ − W₁*⟩ = {decision.progress}")
assert decision.no_kappa_will_do

# %% [markdown]
# ## What goes wrong, and the repair
#
# By the trace identity, $\langle w_2, g_1(z-z^*)\rangle = (u - u^*) + e$ with $e = \langle w_2,
# (g_1^*-g_1)z^*\rangle$: the slopes of the hidden units at $W_1$ and at $W_1^*$ *mismatch*. That
# is all that can go wrong, and it is bounded: $|e| \le (b-a)W_1W_2$. So where the error is large
# against that, SLQC holds:

# %%
state("theorem-4-repaired")
for symbol in dict.fromkeys(theorem_4_repaired.RADIUS.symbols()):
    if symbol.means is not None and symbol.name != "M":
        print(f"  {symbol} = {symbol.means}")

# %% [markdown]
# With the optimal outer layer, $W_2=W_2^*$, the mismatch allowed for is $M=b-a$. And $r(\epsilon)$
# is positive for every ε above some $\epsilon_0$ (dotted line in the plot above: always below the
# largest error, so never vacuous).



# %%
def ranges(a):
    eps = np.linspace(1e-4, float(theorem_4_repaired.largest_error(a, 1.0, 1.0, 1.0)), 300)
    figure, axes = plt.subplots(figsize=(7, 3.2))
    axes.plot(eps, theorem_4_repaired.radius(eps, a, 1.0, 1.0, 1.0), label="r(ε), the repair")
    axes.plot(eps, theorem_4.radius(eps, a, 1.0, 1.0, 1.0), label="ε/κ of Theorem 4")
    fails = float(theorem_4_refuted.failing_error(a, 1.0, 1.0, 1.0))
    axes.axvspan(0, fails, facecolor="0.9", edgecolor="0.4", hatch="//",
                 label="no κ will do, for some network")
    axes.axhline(0, color="0.3", linewidth=1)
    axes.set(xlabel="ε, up to the largest error", ylabel="radius of the ball", ylim=(-1.1, 0.8),
             title=f"a = {a:g}, b = W₁ = W₂ = 1")
    axes.legend(fontsize=8, loc="upper center", ncols=3, bbox_to_anchor=(0.5, -0.18))
    plt.show()


explore(ranges, a=([0.1, 0.3, 0.5, 0.7, 0.9, 0.99], 0.7))

# %%
wide = TwoLayerFamily(m=3, d=2, d_hidden=2, activation=GeneralizedReLU(0.7, 1.0))
more = wide.decode(wide.draw(np.random.default_rng(1), 20_000))
margins = more.slqc().margin(lambda eps: theorem_4_repaired.kappa(eps, more.problem))
active = np.isfinite(margins)
print(f"a = 0.7: the repair speaks of {active.sum()} of 20,000 networks; "
      f"least margin {margins[active].min():.3f} (below 1: false)")
assert active.sum() > 100 and margins.min() >= 1 - 1e-9

# %% [markdown]
# A search finds no violation (it is a sample; the proof is in
# `dante_ref/theorems/theorem_4_repaired.py`).
#
# ## Exercises
#
# **5.1** With $a=0.5$ and $b=W_1=W_2=1$: from which ε on is Theorem 4's κ positive?
#
# <details><summary>Hint</summary>Set the bracket in Theorem 4's κ equal to 0.</details>

# %%
answer = ...
check("5.1", answer)

# %% [markdown]
# **5.2** One sample $x=1$; $a=\frac12$, $b=1$, $w_2=(\frac12,\frac12)$,
# $W_1^*=(\frac12,-\frac12)$, $W_1= (-\frac14,\frac14)$. Work out the error by hand.
#
# <details><summary>Hint</summary>The label is ½·½ − ½·¼; do the same at W1; both are positive.
# </details>

# %%
answer = ...
check("5.2", answer)

# %% [markdown]
# **5.3** With $a=0.5$, $b=W_1=W_2=1$: below which ε does SLQC surely fail for some network,
# whatever κ? (One sample is enough; `theorem_4_refuted.failing_error` has it.)
#
# <details><summary>Hint</summary>It is the hatched part of the last plot: it depends on b − a.
# </details>

# %%
answer = ...
check("5.3", answer)
