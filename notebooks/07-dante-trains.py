# %% [markdown]
# # 7. DANTE trains
#
# > Layer by layer, with steps of fixed length: does that train a network as well as the usual ways?
#
# The task is the paper's (section 4.1): an *autoencoder*. The network must answer with its own
# input, through a hidden layer that is too narrow to copy it. Inputs are scikit-learn's digits, 8
# × 8 pixels.

# %%
import numpy as np
from matplotlib import pyplot as plt

from dante_ref import GeneralizedReLU, dante
from dante_ref.algorithms.deep import pairs
from dante_ref.course import check, explore, figures, source
from dante_ref.datasets.scaling import scale, split
from dante_ref.datasets.standins import digits
from dante_ref.objectives import NetworkObjective
from dante_ref.training import rules
from dante_ref.training.engine import Training
from dante_ref.training.initial import initial_weights
from dante_ref.training.network import Network
from dante_ref.training.run import Run, errors
from dante_ref.training.schedules import Backprop, Dante, GreedyPairs

figures()
phi = GeneralizedReLU(0.01, 1.0)
X, X_test = scale(*split(digits()[0], 0.2, 0), "all")
f, f_test = (NetworkObjective(Z, Z, (phi, phi)) for Z in (X, X_test))
print(f"{len(X)} digits to train on, {len(X_test)} to test on, pixels in [{X.min()}, {X.max()}]")
assert X.shape == (1438, 64) and len(X_test) == 359

# %% [markdown]
# The yardstick is the simplest answer there is: the mean picture, whatever the input.

# %%
mean_error = float(np.mean(np.sum((X_test - X.mean(axis=0)) ** 2, axis=1)))
print(f"always answering the mean: {mean_error:.2f} (mean over digits, sum over pixels)")
assert 4.5 < mean_error < 5.5

# %% [markdown]
# ## Algorithm 2, step by step
#
# $$W_2^t = \mathrm{argmin}_{W_2} f(W_1^{t-1}, W_2),\qquad
# W_1^t = \mathrm{argmin}_{W_1} f(W_1, W_2^t)$$
#
# Each argmin is a turn of SNGD, from where the layer stands.

# %%
source(dante)

# %% [markdown]
# One alternation by hand. **Predict**: how far can a layer move in a turn of 50 steps of length
# 0.1?

# %%
W1, W2 = initial_weights((64, 32, 64), 0)
one = dante(f, W1, W2, T_AM=1, T_SNGD=50, eta=0.1, b=200, max_alternations=1, random_state=0)
moved = [float(np.linalg.norm(after - before))
         for before, after in zip((W1, W2), one.weights, strict=True)]
print(f"error {float(f.error(W1, W2)):.1f} -> {one.error:.2f}; "
      f"W1 moved {moved[0]:.2f}, W2 moved {moved[1]:.2f}")
assert max(moved) <= 50 * 0.1
assert one.error < 0.5 * float(f.error(W1, W2))

# %% [markdown]
# At most $50\cdot 0.1 = 5$, and less in fact: the steps don't all point one way. A single
# alternation more than halves the error.
#
# ## DANTE, SGD and Adam side by side
#
# The same start, the same minibatches of 200, the same number of steps. **Predict** an order.

# %%
ITERATIONS = 1200


def trained(schedule, rule, normalise):
    """The network, and its test error at every 50th step."""
    network = Network(phi, initial_weights((64, 32, 64), 0))
    training = Training(
        network, X, X, schedule, rule=rule, normalise=normalise, b=200, random_state=1
    )
    run = Run(training, errors(training, X_test, X_test), every=50)
    run.train()
    return network, np.array(run.curve)[:, [0, 2]]


alternating = Dante(T_SNGD=50, max_alternations=ITERATIONS // 100)
runs = {
    "DANTE, η = 0.1": trained(alternating, rules.SGD(0.1), "matrix"),
    "SGD, η = 0.02": trained(Backprop(ITERATIONS), rules.SGD(0.02), None),
    "Adam, η = 0.003": trained(Backprop(ITERATIONS), rules.Adam(0.003), None),
}
figure, axes = plt.subplots()
for name, (_, curve) in runs.items():
    axes.semilogy(*curve.T, label=name)
axes.axhline(mean_error, color="0.5", linewidth=1)
axes.text(ITERATIONS, mean_error * 1.05, "the mean picture", ha="right")
axes.set(xlabel="minibatch steps (b = 200)", ylabel="test error", title="autoencoder 64-32-64")
axes.legend()
plt.show()
ends = {name: float(curve[-1, 1]) for name, (_, curve) in runs.items()}
for name, end in ends.items():
    print(f"{name:16} {end:.1f}")
assert all(end < mean_error / 2 for end in ends.values())

# %% [markdown]
# All three come far below the mean picture. One run with one set of steps is no ranking: the
# steps were not tuned with equal care, and DANTE moves one layer a step where the others move
# both. What the picture does show: turns without end-to-end backpropagation train this network.
#
# ## What it learned
#
# Each column of $W_1$ is a picture: the *filter* of a hidden unit. The second picture shows
# digits and, below each, what the network makes of it.

# %%
network = runs["DANTE, η = 0.1"][0]
W1, W2 = network.weights


def gallery(images, columns, title):
    rows = -(-len(images) // columns)
    figure, panels = plt.subplots(rows, columns, figsize=(0.62 * columns, 0.66 * rows + 0.3))
    for axes, image in zip(panels.flat, images, strict=True):
        axes.imshow(image.reshape(8, 8))
        axes.set_xticks([])
        axes.set_yticks([])
    figure.suptitle(title, fontsize=9)
    plt.show()


order = np.argsort(-np.linalg.norm(W1 - initial_weights((64, 32, 64), 0)[0], axis=0))
gallery(W1.T[order], 16, "filters: the 32 columns of W1 (those that moved most come first)")
shown = X_test[:12]
gallery(np.concatenate([shown, network.forward(shown)]), 12,
        "above: test digits; below: the network's answers")
start = initial_weights((64, 32, 64), 0)[0]
cosine = np.sum(W1 * start, axis=0) / np.linalg.norm(W1, axis=0) / np.linalg.norm(start, axis=0)
print(f"cosine between a filter and its random start: {cosine.mean():.1f} on average")
assert cosine.mean() > 0.8

# %% [markdown]
# The answers are good, and yet the filters look like noise: each is still close to its random start
# (the cosine between the two is above 0.8 on average). The outer layer did most of the work.

# %% [markdown]
# ## The length of a step
#
# Notebook 6: η too long hovers, η too short crawls. **Predict** the best of the five.


# %%
def length(eta):
    _, curve = trained(alternating, rules.SGD(eta), "matrix")
    figure, axes = plt.subplots(figsize=(6, 2.8))
    axes.semilogy(*curve.T)
    axes.set(xlabel="minibatch steps", ylabel="test error", ylim=(0.3, 100), title=f"η = {eta:g}")
    plt.show()


explore(length, eta=([0.003, 0.01, 0.03, 0.1, 0.3], 0.01))

# %% [markdown]
# ## Deeper: Algorithm 3
#
# For more layers the paper goes from the outside in, by pairs: the first and the last layer
# alternate, then the second and the last but one. **Predict**: for four layers of weights, which
# pairs?

# %%
source(pairs)
assert pairs(4) == [(4, 1), (3, 2)]
assert pairs(5) == [(5, 1), (4, 2), (3,)]

deep = Network.initial((64, 32, 16, 32, 64), phi, random_state=0)
first = deep.error(X_test, X_test)
after = []
schedule = GreedyPairs(T_SNGD=50, max_alternations=4, sweeps=2)
Training(deep, X, X, schedule, rule=rules.SGD(0.1), b=200, random_state=1).run(
    after_phase=lambda training: after.append(deep.error(X_test, X_test)))
figure, axes = plt.subplots(figsize=(6.5, 3))
axes.semilogy(after)
for pair in range(4):
    axes.axvspan(8 * pair - 0.5, 8 * pair + 7.5, color="0.97" if pair % 2 else "0.9")
    axes.text(8 * pair + 3.5, max(after) * 1.15, f"layers {pairs(4)[pair % 2]}",
              ha="center", fontsize=8)
axes.set(xlabel="turn (50 steps each)", ylabel="test error", title="64-32-16-32-64, Algorithm 3",
         ylim=(None, max(after) * 1.4))
plt.show()
print(f"test error: first {first:.1f}, last {after[-1]:.1f}")
assert len(after) == 32 and after[-1] < first / 3

# %% [markdown]
# ## Exercises
#
# **7.1** Ten alternations with 50 steps a turn: how many minibatch steps in all?
#
# <details><summary>Hint</summary>How many turns has an alternation?</details>

# %%
answer = ...
check("7.1", answer)

# %% [markdown]
# **7.2** Write `move(g, eta)`: what SNGD adds to the weights when the gradient is `g` (a vector,
# not 0).
#
# <details><summary>Hint</summary>Downhill, and of length η.</details>

# %%
move = ...
check("7.2", move)

# %% [markdown]
# **7.3** A turn has 200 steps with η = 0.05. What is the farthest a layer can get in it?
#
# <details><summary>Hint</summary>All steps in one direction.</details>

# %%
answer = ...
check("7.3", answer)
