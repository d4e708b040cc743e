"""What an estimator's steps are normalised by: `experiments.normalise` as a command."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from .. import store
from ..experiments.normalise import MAX_ITER, SETS, WAYS, compared, default, tuned
from ..experiments.statistics import TEST
from .experiments import tables


def main(argv: Sequence[str] | None = None) -> None:
    """Compute what isn't in --out yet, and write its tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/normalise"))
    parser.add_argument("--data-home", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--sets", nargs="+", default=list(SETS))
    args = parser.parse_args(argv)
    file = store.writable_folder(args.out) / "normalise.json"
    runs = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    done = {(r["set"], r["way"], r["seed"]) for r in runs}
    for seed in range(args.seeds):
        for name in args.sets:
            for way in WAYS:
                if (name, way, seed) not in done:
                    runs.append(tuned(name, way, seed, args.data_home))
                    store.write_json(file, runs)
    found = compared(runs)
    text = "\n".join([
        f"# {found.title}", "", f"{found.unit[0].upper()}{found.unit[1:]}, each way at its best "
        f"learning rate, {MAX_ITER} alternations. Claims: {TEST}. No claims of the paper.", "",
        *tables(found), "", default(found)[1],
    ]) + "\n"
    store.write_text(args.out / "normalise.md", text)
    print(text)


if __name__ == "__main__":
    main()
