# %% [markdown]
# # 0. The map
#
# > What is DANTE, what does the paper claim about it, and what of that is true?
#
# Training a neural network means choosing its weights so that its answers are near the wanted
# ones. The usual way moves all layers at once, along the gradient of the error. **DANTE** moves
# one layer at a time: hold all layers but one, improve that one by *normalised* gradient steps
# (SNGD: stochastic normalised gradient descent, section 3.3.1), then go on to the next. The
# paper's hope is that each such single-layer problem is easy, in a precise sense called **SLQC**
# (strictly locally quasi-convex, Definition 1). This course looks at that sense, at each theorem,
# and at what happens.
#
# ## How the notebooks go
#
# | | question |
# |---|---|
# | [1](01-quasi-convexity-seen.ipynb) | What does "easy" mean if the error isn't convex? |
# | [2](02-theorem-1-as-a-chain.ipynb) | How good is Theorem 1's constant? |
# | [3](03-noise.ipynb) | What is left when the labels are noisy? |
# | [4](04-layers.ipynb) | From one neuron to a layer: what carries over? |
# | [5](05-the-inner-layer.ipynb) | Is the inner layer as easy as the outer? |
# | [6](06-sngd-and-its-rate.ipynb) | How many steps does SNGD need? |
# | [7](07-dante-trains.ipynb) | Does it train a network? |
# | [8](08-the-experiments.ipynb) | Do the paper's experiments come out again? |
# | [9](09-proved.ipynb) | A step held on 200,000 instances. Does it hold? |
#
# Every notebook asks its question first. A formula of the paper stands with the code that
# computes it right under it; that code is `dante_ref`'s own. In it, a shape `(..., d, d')` may have
# any axes in front: a stack of problems at once. **Predict** before you run a cell: write down what
# you expect. A number in the text has an `assert` in a cell. Exercises have hidden hints, and
# `check` tells you what is wrong with an answer without telling you the answer.

# %%
import numpy as np
from matplotlib import pyplot as plt

from dante_ref import GeneralizedReLU, dante, objectives, sngd
from dante_ref.course import check, explore, figures, source, state
from dante_ref.theorems import CLAIMS
from dante_ref.training.initial import initial_weights

figures()

# %% [markdown]
# ## The neuron
#
# The paper's activation (Definition 3) is the *generalized ReLU*: two straight pieces,
#
# $$\phi(z) = a z \ \text{ for } z \le 0, \qquad \phi(z) = b z \ \text{ for } z > 0,
# \qquad 0 < a \le b.$$

# %%
source(GeneralizedReLU.phi)

# %%
def draw(a):
    z = np.linspace(-2, 2, 201)
    phi = GeneralizedReLU(a, 1.0)
    figure, axes = plt.subplots(figsize=(5, 2.8))
    axes.plot(z, phi.phi(z), label="φ(z)")
    axes.plot(z, phi.g(z), label="its slope g(z)")
    axes.set(xlabel="z", ylabel="φ(z) and g(z)", title=f"a = {a:g}, b = 1", ylim=(-2.1, 2.1))
    axes.legend()
    plt.show()


explore(draw, a=([0.01, 0.1, 0.3, 0.5, 0.8, 1.0], 0.1))

# %% [markdown]
# The slope is $a$ or $b$ and nothing else (at the kink, 0, the paper takes $g(0) = b$). That one
# fact, $a \le g \le b$, carries all the proofs.
#
# A **GLM** (generalized linear model, Definition 2) is one neuron with weights $w$: to an input
# $x$ it answers $\phi\langle w, x\rangle$, short for $\phi(\langle w, x\rangle)$. Its error on $m$
# samples, inputs $x_i$ with wanted answers $y_i$, is the mean of the squared differences:
#
# $$\mathrm{err}(w) = \frac1m\sum_i (y_i - \phi\langle w, x_i\rangle)^2.$$
#
# A **layer** is many neurons side by side, with their weights as the columns of a matrix $W$;
# $\langle W, x\rangle$ is the vector of the inner products of $x$ with the columns. A **two-layer
# network** is a layer on a layer:
#
# $$\mathrm{err}(W_1, W_2) = \frac1m\sum_i \|y_i - \phi_2\langle W_2, \phi_1\langle W_1,
# x_i\rangle\rangle\|^2.$$

# %%
source(objectives.predict)
source(objectives.mean_square)

# %% [markdown]
# The samples are the rows of `X`, so `X @ W` is $\langle W, x_i\rangle$ for each of them, a row a
# sample; `mean_square` is the mean of the rows' squared lengths.
#
# ## DANTE in one picture
#
# **Predict.** We train a small network by turns: the outer layer for 20 steps, then the inner for
# 20, and so on (Algorithm 2, whose names the arguments have: `b` is its minibatch size, here all
# 200 samples, and not the slope). Each step has the *same length* 0.02, whatever the gradient's
# size. Will the error fall smoothly, with a bend at each turn, or not at all? Will it come to
# rest?

# %%
rng = np.random.default_rng(0)
phi = GeneralizedReLU(0.1, 1.0)
X = rng.uniform(-1, 1, (200, 4)) / 2
Y = objectives.predict(X, initial_weights((4, 3, 2), 1), (phi, phi))
f = objectives.NetworkObjective(X, Y, (phi, phi))
curve = []


def step_by_step(one_layer, w, *, T, **options):
    """A turn as T turns of one step, to see the error after each."""
    for _ in range(T):
        turn = sngd(one_layer, w, T=1, **options)
        w = turn.last
        curve.append(float(one_layer.error(w)))
    return turn


dante(
    f, *initial_weights((4, 3, 2), 2), T_AM=1, T_SNGD=20, eta=0.02, b=200, max_alternations=10,
    random_state=0, solver=step_by_step,
)

figure, axes = plt.subplots()
axes.semilogy(curve)
for turn in range(0, 400, 40):
    axes.axvspan(turn, turn + 20, color="0.93", label="outer layer's turn" if turn == 0 else None)
axes.set(xlabel="step", ylabel="error (mean of squares)", title="DANTE, ten alternations")
axes.legend()
plt.show()
print(f"error: first {curve[0]:.3f}, least {min(curve):.6f}, last {curve[-1]:.6f}")
assert min(curve) < curve[0] / 20
assert np.ptp(curve[-40:]) > 0  # it doesn't come to rest: a step of constant length keeps moving

# %% [markdown]
# It falls more than twentyfold, with bends where one layer hands over to the other, and it never
# comes to rest: a step of constant length keeps moving. Notebook 6 says how long the step should
# be.
#
# ## What the theorems say, and what of it is true
#
# `dante_ref` keeps a ledger of claims. A claim *holds* here if it is proved and no search found a
# counterexample; it is *refuted* by an exact one; it is *vacuous* if it is true only because it
# never says anything. Names ending in `-sharp` are the same theorem with a smaller constant,
# *tight* if examples need all of it; those ending in `-repaired` are what `dante_ref` proves in
# place of a theorem that fails or says nothing.

# %%
for name in (
    "theorem-1", "theorem-1-sharp", "theorem-2", "theorem-2-repaired", "theorem-3",
    "theorem-3-sharp", "theorem-4", "theorem-4-repaired", "theorem-5", "theorem-5-repaired",
    "theorem-6", "theorem-6-sharp",
):
    print(f"{name:20} {CLAIMS[name].verdict}")

assert CLAIMS["theorem-1"].verdict == "holds (sharper result given)"
assert CLAIMS["theorem-2"].verdict == "refuted"
assert CLAIMS["theorem-4"].verdict == "vacuous"

# %% [markdown]
# `state` says what a claim states and assumes. The formulas are those of the paper, in one line
# each; notebook 1 says what (ε, κ, w\*)-SLQC means.

# %%
state("theorem-1")
state("theorem-1-sharp")

# %% [markdown]
# So: Theorem 1 holds and can be sharpened, Theorem 2 is refuted in a corner and can be repaired,
# Theorem 4 is vacuous. The rest of the course shows why.
#
# ## Exercises
#
# **0.1** With $a = 0.1$ and $b = 1$, what is $\phi(-2)$?
#
# <details><summary>Hint</summary>Which of the two pieces does −2 fall on?</details>

# %%
answer = ...
check("0.1", answer)

# %% [markdown]
# **0.2** One neuron, $a = 0.5$, $b = 1$, $w = (1, 0)$; samples $x_1 = (0.4, 0.3)$ with $y_1 =
# 0.5$ and $x_2 = (-0.6, 0)$ with $y_2 = 0$. Work out $\mathrm{err}(w)$ by hand.
#
# <details><summary>Hint</summary>First the two inner products of w with the inputs, then the two
# answers, then the mean of the squared differences.</details>

# %%
answer = ...
check("0.2", answer)

# %% [markdown]
# **0.3** A network has 64 inputs, 32 hidden units and 64 outputs, and no biases. How many weights
# does DANTE move in one alternation (both layers)?
#
# <details><summary>Hint</summary>Each layer is a matrix with a row for each of its inputs and a
# column for each of its outputs.</details>

# %%
answer = ...
check("0.3", answer)
