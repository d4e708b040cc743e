# %% [markdown]
# # 4. Layers
#
# > A layer is many neurons side by side. Is it as easy as one?
#
# The layer answers $\phi\langle W, x\rangle$, a vector; the columns $w_j$ of the matrix $W$ are
# its neurons.

# %%
import numpy as np
from matplotlib import pyplot as plt

from dante_ref import GeneralizedReLU, LayerFamily, literal, objectives
from dante_ref.course import check, explore, figures, show, source, state
from dante_ref.problems import IdealisedLayer
from dante_ref.proofs import exact, prove
from dante_ref.theorems import CLAIMS, kantorovich, section_5_3, theorem_1, theorem_3

figures()

# %% [markdown]
# ## Section 5.3: a layer's error is a sum
#
# $$\mathrm{err}(W) = \frac1m\sum_i\|y_i - \phi\langle W, x_i\rangle\|^2
# = \sum_j \mathrm{err}(w_j)$$

# %%
source(objectives.predict)
source(objectives.mean_square)

# %% [markdown]
# Each neuron $w_j$ has a term of its own, so each can be improved without the others. The paper
# prints a middle step with the sum *inside* the norm.
#
# **Predict**: one input $x=1$, two outputs, $W^*=0$ and $W = (\frac12, -\frac12)$. What is the
# error, and what does the display with the sum inside say?

# %%
small = section_5_3.counterexample()
displays, *_ = section_5_3.PROOF.at(small, small.problem.error(small.point))
show(displays)
assert [step.name for step in displays.broken()] == ["second display", "third display"]
assert displays.lines[0].value == displays.lines[3].value
assert displays.lines[1].value == 0

# %% [markdown]
# With the sum inside, ½ and −½ cancel to 0. It is a slip of the pen: first and last line agree,
# and the conclusion is right.
#
# ## The gradient is a matrix
#
# Its columns are the gradients of the neurons (section 5.4): $G(W) = [G(w_1)\ \dots\ G(w_{d'})]$.
# In `dante_ref` that is written twice: as the proof has it, and by matrix products
# for networks of any depth, of which a layer is the shallowest.

# %%
source(literal.layer)
source(objectives.derivatives)

# %%
phi = GeneralizedReLU(0.1, 1.0)
layer = IdealisedLayer.random(50, 6, 4, phi, 1.0, random_state=0).check()
W = np.random.default_rng(1).standard_normal((6, 4)) / 10
slow = literal.layer(layer.objective, W)
fast = layer.subgradient(W)
print(f"largest difference below 1e-15: {np.abs(slow - fast).max() < 1e-15}")
assert np.allclose(slow, fast, rtol=0, atol=1e-15)

# %% [markdown]
# ## Theorem 3
#
# Definition 4 is Definition 1 for matrices: the product is the Frobenius product $\langle
# A,B\rangle_F = \sum_{ij}A_{ij}B_{ij}$, and the norm is its norm. Theorem 3 has the same
# constant as Theorem 1.

# %%
state("theorem-3")
assert theorem_3.KAPPA == theorem_1.KAPPA

# %% [markdown]
# The printed proof, evaluated on one small layer: two outputs, one input.
#
# **Predict**: the error is the *sum* over the outputs. The proof uses "err(W) ≥ ε". Somewhere it
# writes $d'\epsilon$, as if each of the $d'$ outputs had an error of ε. What will the table show?

# %%
example, eps = theorem_3.gap_counterexample()
printed, _ = theorem_3.PROOF.at(exact.as_floats(example), float(eps))
show(printed)
assert [step.name for step in printed.broken()] == ["Step 6"]

# %% [markdown]
# Step 6 goes *up*, from 1 to 2, where the proof needs it to go down. One broken step: the proof
# has a gap. Is the theorem false, then? **Predict** before you look.

# %%
family = LayerFamily(m=4, d=3, d_out=3, activation=phi)
instances = family.decode(family.draw(np.random.default_rng(0), 20_000))
decided = instances.slqc()
usable = decided.gap > 1e-9
errors_there = decided.gap[usable]
needed = decided.kappa_emp(decided.gap * (1 - 1e-12))[usable]

figure, axes = plt.subplots()
axes.loglog(errors_there, needed, ".", color="0.6", markersize=2, rasterized=True)
ticks = np.geomspace(1e-8, 4, 100)
axes.loglog(ticks, np.full(100, theorem_3.kappa_paper(0.1, 1.0, 1.0)),
            label=f"Theorem 3: {theorem_3.KAPPA}")
axes.loglog(ticks, kantorovich.kappa_sharp(ticks, 0.1, 1.0),
            label=f"sharp: {theorem_3.KAPPA_SHARP}")
axes.set(xlabel="ε (just below the error)", ylabel="κ that the point needs", xlim=(1e-8, 4))
axes.legend()
plt.show()
largest = float(np.max(needed / kantorovich.kappa_sharp(errors_there, 0.1, 1.0)))
print(f"largest needed / sharp over {usable.sum()} layers: {largest:.3f}")
assert largest <= 1 + 1e-9

# %% [markdown]
# No: a wrong proof can have a true conclusion. The three facts of notebook 2 work for a layer
# too, with vectors over the outputs in place of numbers, and give the *same* sharp κ: no $d'$ in
# it. Its proof has no gap, and each of its steps is checked for all parameters.

# %%
single = instances[int(np.argmax(decided.gap))]
sharp, _ = kantorovich.PROOF.at(single, float(single.slqc().gap))
show(sharp)
assert not sharp.broken()
print(prove.rests_on(CLAIMS["theorem-3-sharp"]))

# %% [markdown]
# For a single neuron the sharp κ was only reached as $W\to\infty$. A layer with **two** outputs
# reaches it at once, at $W=1$:


# %%
def tight(a):
    ts = np.geomspace(1e-1, 1e-8, 15)
    ratios = []
    for t in ts:
        numbers = kantorovich.tight_layer_instance(a=a, t=float(t)).slqc()
        gap = float(numbers.gap)
        sharp = kantorovich.kappa_sharp(gap, a, 1.0)
        ratios.append(float(numbers.kappa_emp(gap * (1 - 1e-12))) / sharp)
    figure, axes = plt.subplots(figsize=(6, 3))
    axes.semilogx(ts, ratios, "o-")
    axes.invert_xaxis()
    axes.set(xlabel="t, the distance to the kink", ylabel="needed / sharp κ",
             title=f"tight layer, W = 1, a = {a:g}")
    plt.show()
    return ratios


explore(tight, a=([0.05, 0.1, 0.3, 0.6, 0.9], 0.1))
numbers = kantorovich.tight_layer_instance().slqc()
ratio = float(numbers.kappa_emp(numbers.gap * (1 - 1e-12))) / kantorovich.kappa_sharp(
    float(numbers.gap), 0.1, 1.0
)
print(f"at t = 1e-9: {ratio:.6f}")
assert 0.999 < ratio <= 1 + 1e-6

# %% [markdown]
# ## Exercises
#
# **4.1** The error of the small example above ($W = (\frac12, -\frac12)$, $W^* = 0$, $x=1$,
# $a=b=1$)?
#
# <details><summary>Hint</summary>Two residuals; square each, then add.</details>

# %%
answer = ...
check("4.1", answer)

# %% [markdown]
# **4.2** Write `error(residuals)`: a layer's error from its residuals, an array with a row for
# each sample and a column for each output.
#
# <details><summary>Hint</summary>Mean over samples, sum over outputs: which axis is which?
# </details>

# %%
error = ...
check("4.2", error)

# %% [markdown]
# **4.3** Two outputs, err(W) = 1. What is the largest number $c$ for which you can be sure that
# *some* output has an error of at least $c$?
#
# <details><summary>Hint</summary>If both were smaller than c, what would the sum be?</details>

# %%
answer = ...
check("4.3", answer)
