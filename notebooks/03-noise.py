# %% [markdown]
# # 3. Noise
#
# > Labels are never exact. What is left of Theorem 1 when they are only right on average?
#
# In the *noisy* GLM the labels lie in [0, 1] and are right on average: $y_i = \phi\langle w^*,
# x_i \rangle + \xi_i$ with $E[\xi_i] = 0$ (the paper's equation 7). Theorem 2 says that SLQC then
# holds with high probability, if there are enough samples.

# %%
from fractions import Fraction

import numpy as np
from matplotlib import pyplot as plt

from dante_ref import GeneralizedReLU, sngd
from dante_ref.course import check, explore, figures, state
from dante_ref.objectives import GLMObjective
from dante_ref.problems import NoisyGLM
from dante_ref.proofs import exact
from dante_ref.theorems import theorem_1, theorem_2, theorem_2_refuted, theorem_2_repaired

figures()

# %% [markdown]
# ## Theorem 2
#
# Of how many samples are enough, the statement gives the order; the proof has the constant.

# %%
state("theorem-2")
print(f"\nthe proof's m: {theorem_2.SAMPLE_SIZE}")

# %% [markdown]
# Theorem 1's κ, unchanged, and $W^4$ in $m$.

# %% [markdown]
# ## A corner
#
# One number as input, $x = 1$; $a=b=1$; $w^* = \frac12$, $w=-\frac12$, $W=\frac12$. The labels
# are fair coins, 0 or 1: right on average, as $\phi(w^*) = \frac12$. Theorem 2's κ is 1.
#
# Let $\bar y$ be the mean of the labels. On paper: $\mathrm{err}_m(w) - \mathrm{err}_m(w^*) = 2
# \bar y$, and the gradient is $-(1+2\bar y)$. Check it:

# %%
instance = exact.as_floats(theorem_2_refuted.corner((1, 1, 0)))
glm, w = instance.problem.check(), instance.point
decided = glm.slqc(w)
mean_label = float(np.mean(glm.y))
assert np.isclose(decided.gap, 2 * mean_label)
assert np.isclose(glm.subgradient(w)[0], -(1 + 2 * mean_label))
assert np.isclose(theorem_1.kappa_paper(1.0, 1.0, 0.5), 1.0)
print(f"mean label {mean_label:.3f}: error difference {float(decided.gap):.3f}")

# %% [markdown]
# Take $\epsilon = 1+\eta$, a little above 1. The ball around $w^* = \frac12$ has radius $1+\eta$,
# so it reaches a little past $w = -\frac12$: clause 2 fails. Clause 1 rescues us only if $2\bar y
# \le 1+\eta$. So SLQC fails exactly when $\bar y > (1+\eta)/2$.
#
# **Predict.** How does the probability of that change as $m$ grows from 11 to 1,001? Does it go
# to 0? Take $\eta = 10^{-4}$.

# %%
eta = Fraction(1, 10_000)
sizes = (11, 101, 1001)
exactly = [float(theorem_2_refuted.corner_failure_probability(m, eta)) for m in sizes]
rng = np.random.default_rng(0)
drawn = [np.mean(theorem_2_refuted.corner_draws(m, float(eta))(rng, 4000)) for m in sizes]
for m, p, share in zip(sizes, exactly, drawn, strict=True):
    print(f"m = {m:5}: fails with probability {p:.3f}; {share:.3f} of 4,000 draws")
    assert p > 0.45 and abs(p - share) < 0.03  # 3.8 standard deviations

# %% [markdown]
# It stays near one half: the coins come out above the middle as often as not, whatever $m$ is. So
# Theorem 2 is false for these $\epsilon$, with any number of samples in place of 288. More
# exactly, for every $m$ there is an $\epsilon$ for which it fails. (Such a corner needs $a=b$. For
# $a<b$ the printed κ leaves room, and with another $m$ Theorem 2 is true: `theorem-2-below-b`.)


# %%
def corner(eta):
    sizes = 2 * np.unique(np.geomspace(2, 1500, 22).astype(int)) + 1
    chances = [
        float(theorem_2_refuted.corner_failure_probability(
            int(m), Fraction(eta).limit_denominator(10**6)
        ))
        for m in sizes
    ]
    figure, axes = plt.subplots(figsize=(6.5, 3))
    axes.semilogx(sizes, chances, "o-")
    axes.axhline(0.05, color="0.4", linestyle=":", label="δ = 0.05")
    axes.set(xlabel="samples m (odd)", ylabel="P(SLQC fails)", ylim=(0, 0.55),
             title=f"the corner, ε = 1 + {eta:g}")
    axes.legend()
    plt.show()


explore(corner, eta=([0.0001, 0.001, 0.01, 0.05, 0.1, 0.3], 0.05))

# %% [markdown]
# Slide η: away from the corner the chance does fall with $m$. The κ of Theorem 1 leaves no room,
# and noise needs a little.
#
# ## What Hoeffding's inequality gives
#
# The printed proof ends by asking an average with mean zero, $\frac1m\sum_i\xi_i\lambda_i$, to be
# *at least* a positive number. Hoeffding's inequality says that an average of bounded terms is
# rarely far from its mean. So it is rarely *above* a positive number: the opposite of what is
# asked.
#
# **Predict**: here is the average of 1,000 such terms, drawn 5,000 times. In which of the two
# shaded parts must it lie for the printed proof, and in which does Hoeffding's inequality keep
# it?

# %%
averages = (rng.random((5000, 1000)) < 0.5).mean(axis=1) - 0.5
figure, axes = plt.subplots(figsize=(6.5, 3))
axes.axvspan(0.03, 0.08, facecolor="0.85", edgecolor="0.4", hatch="//",
             label="asked by the printed last line")
axes.axvspan(-0.08, 0.03, facecolor="0.95", edgecolor="0.4",
             label="where Hoeffding's inequality keeps it")
axes.hist(averages, np.arange(-0.0705, 0.08, 0.005), color="k", histtype="step")
axes.set(xlabel="average of 1,000 fair ±½", ylabel="draws (of 5,000)", xlim=(-0.08, 0.08),
         ylim=(0, 950))
axes.legend(loc="upper left", fontsize=8)
plt.show()
share = float(np.mean(averages >= 0.03))
print(f"in the hatched part: {share:.3f}")
assert share < 0.05

# %% [markdown]
# Less than a twentieth of the draws are where the proof wants them.
#
# ## The repair
#
# Give the noise some room: a κ that is $2\sqrt2$ times the sharp one of notebook 2.

# %%
state("theorem-2-repaired")

# %% [markdown]
# There is no $W$, and $1/\epsilon$ stands where the paper has $1/\epsilon^2$.

# %%
needs = np.geomspace(0.001, 0.5, 60)
figure, axes = plt.subplots()
axes.loglog(needs, theorem_2.sample_size(0.5, 1.0, 1.0, needs, 0.05), label="as printed: 1/ε²")
axes.loglog(needs, theorem_2_repaired.sample_size(0.5, 1.0, needs, 0.05), label="the repair: 1/ε")
axes.set(xlabel="ε", ylabel="samples m", title="a = 0.5, b = W = 1, δ = 0.05")
axes.legend()
plt.show()

eps, delta = 0.2, 0.05
m = int(np.ceil(theorem_2_repaired.sample_size(1.0, 1.0, eps, delta)))
failed = theorem_2_repaired.draws(eps, m)(rng, 2000)
print(f"m = {m}: {failed.sum()} failures in 2,000 draws; allowed is a share of {2 * delta}")
assert failed.mean() <= 2 * delta

# %% [markdown]
# ## Why the minibatch mustn't be 1
#
# SNGD (Algorithm 1) steps by a fixed length along the normalised gradient of a minibatch. With
# one sample in it, the direction is the sign of *that sample's* residual: its size is thrown
# away.
#
# **Predict.** Labels are 1 with probability 0.8 and 0 with 0.2, so $w^* = 0.8$. Where does SNGD
# hover with minibatches of one, $b = 1$?

# %%
phi = GeneralizedReLU(1.0, 1.0)
m = 2000
labels = (rng.random(m) < 0.8).astype(float)
noisy = NoisyGLM(np.ones((m, 1)), np.array([0.8]), phi, 1.0, labels).check()
f = GLMObjective(noisy.X, noisy.y, phi)
paths = {}
for b in (1, 10, 100):
    w, steps, path = np.zeros(1), np.random.default_rng(1), []
    for _ in range(1500):  # one at a time, to see them all
        w = sngd(f, w, T=1, eta=0.005, b=b, random_state=steps).last
        path.append(w[0])
    paths[b] = np.array(path)

figure, axes = plt.subplots()
for b, path in paths.items():
    axes.plot(path, label=f"b = {b}")
axes.axhline(0.8, color="k", linewidth=1)
axes.text(1500, 0.88, "w* (thin line)", ha="right")
axes.set(xlabel="step", ylabel="w", title="SNGD, η = 0.005, noisy labels")
axes.legend()
plt.show()
ends = {b: float(path[-500:].mean()) for b, path in paths.items()}
print({b: round(end, 2) for b, end in ends.items()})
assert ends[1] > 0.95 and abs(ends[100] - 0.8) < 0.03

# %% [markdown]
# With $b=1$ it goes to about 1, the *most frequent* label (the median), not the mean 0.8. More
# steps don't help; a larger minibatch does, as its gradient points to the mean.
#
# ## Exercises
#
# **3.1** Three fair coins, $\eta = 0$: with what probability is the mean label above ½?
#
# <details><summary>Hint</summary>Two or three heads.</details>

# %%
answer = ...
check("3.1", answer)

# %% [markdown]
# **3.2** By what factor does Theorem 2's $m$ grow when $W$ doubles?
#
# <details><summary>Hint</summary>Look for W in the printed formula.</details>

# %%
answer = ...
check("3.2", answer)

# %% [markdown]
# **3.3** By what factor does the repaired $m$ grow when ε is halved?
#
# <details><summary>Hint</summary>Where does ε stand in the repaired formula?</details>

# %%
answer = ...
check("3.3", answer)
