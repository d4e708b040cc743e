"""The one logged run of the public code, and runs of `released` beside it.

    python -m dante_ref.experiments.logged_run --data-home DIR --out out/logged_run

writes logged_run.csv, in five minutes for each seed. The run: 1024-100-100-1024, ReLU, rate 0.0001,
minibatches of 500, all layers at once; the error is of the first 1,000 test digits. Its start and
its minibatches aren't known, so each seed has its own. Gradients that are zeroed: seed 0 alone.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .. import checks, datasets, store
from ..activations import GeneralizedReLU
from ..training.rules import SGD
from ..training.schedules import Phase
from . import released

LOG = {
    50: 0.076441, 500: 0.075288, 1000: 0.071519, 2000: 0.059773, 4000: 0.055494, 6000: 0.052315,
    8000: 0.048344, 10000: 0.043294, 12000: 0.038755, 15000: 0.036046, 18000: 0.034313,
    20000: 0.033694,
}
"""Minibatch: test error, of a terminal log of May 2017 (github.com/sneha-rk/altmin)."""
ZEROED_UNTIL = 2000
"""By then gradients that are zeroed are far off."""


def errors(accumulate: bool, seed: int, home: Path | None = None) -> dict[int, float]:
    """Our errors at the log's minibatches: to the last with gradients that accumulate, to
    ZEROED_UNTIL with zeroed ones."""
    data = datasets.load(  # says what to put where
        "mnist", data_home=home, task="autoencoding", dtype=np.float32, fetch=False)
    X, X_test = data.X_train, data.X_test[:1000]
    rng = np.random.default_rng(seed)
    weights = released.uniform((1024, 100, 100, 1024), rng, biases=True)
    net = released.Layers([W.astype(np.float32) for W in weights], GeneralizedReLU(1e-9, 1.0),
                          biases=True)
    found = {}

    def watch(done: int) -> None:
        if done in LOG:
            found[done] = net.error(X_test, X_test)

    T = max(LOG) if accumulate else ZEROED_UNTIL
    released.train(
        net, X, X, iter([Phase((1, 2, 3), T)]), released.minibatches(len(X), 500, "epochs", rng),
        rule=SGD(1e-4), normalise=None, outputs=1024, accumulate=accumulate, watch=watch,
    )
    return found


def main(argv: Sequence[str] | None = None) -> None:
    """Write the log's points and ours beside them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/logged_run"))
    parser.add_argument("--data-home", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    args = parser.parse_args(argv)
    checks.whole_number("--seeds", args.seeds, at_least=1)
    folder = store.writable_folder(args.out)
    columns = {"log": LOG, "zeroed": errors(False, 0, args.data_home)}
    columns |= {f"seed {s}": errors(True, s, args.data_home) for s in range(args.seeds)}
    lines = [",".join(["minibatch", *columns])] + [
        ",".join([str(t), *(f"{found[t]:.6f}" if t in found else "" for found in columns.values())])
        for t in LOG
    ]
    store.write_text(folder / "logged_run.csv", "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
