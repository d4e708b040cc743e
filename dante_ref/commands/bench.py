"""`dante-ref bench`: how fast training is, as ratios measured side by side in one run."""

import argparse
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import scipy
import sklearn
from threadpoolctl import threadpool_info, threadpool_limits

from .. import __version__, checks, store
from ..bench import growth, peers, steps
from ..exceptions import InputError
from ..report.columns import in_columns
from ..report.markdown import table
from .earlier import add_overwrite, make_room

SCHEMA = 1
DTYPES = (np.float32, np.float64)
BATCHES = (20, 400)
TARGETS = {20: 1.4, 400: 1.25}
MEMORY = (2_000, 8_000, 32_000)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Length, threads, and where the JSON goes."""
    add = parser.add_argument
    add("--quick", action="store_true", help="fewer rounds and sizes: about a minute")
    add("--threads", type=int, default=os.cpu_count() or 1, help="of BLAS, and of PyTorch")
    add("--out", type=Path, default=Path("out/bench/bench.json"),
        help="the JSON file; the ratios stand beside it as a table, .md")
    add_overwrite(parser)


def run(args: argparse.Namespace) -> int:
    """0; the tables on standard output, the numbers in --out, the ratios in a Markdown table."""
    threads = checks.processes("threads", args.threads)
    if not args.out.name or args.out.is_dir():
        raise InputError(f"--out is '{args.out}', a folder; allowed is a file in it, as bench.json")
    store.writable_folder(args.out.parent)
    ratios = args.out.with_suffix(".md")
    if ratios == args.out:
        raise InputError(f"--out is '{args.out}', the table's name; allowed is another, as .json")
    make_room(args.out.parent, [args.out.name, ratios.name], overwrite=args.overwrite)
    with threadpool_limits(threads):
        report = _measure(args.quick, threads)
    store.write_json(args.out, report)
    store.write_text(ratios, markdown(report))
    print(f"\nwritten to {args.out} and {ratios.name}")
    return 0


def markdown(report: dict[str, Any]) -> str:
    """The ratios as the table of notebooks/results/speed.md."""
    ratio = {
        (r["layer"], r["batch"], r["dtype"]): r["ratio"]
        for r in report["steps"] if r["normalise"] == "matrix"
    }
    head = ["batch", "dtype", "W1 step / products", "W2 step / products",
            *(f"{peer}'s epoch / alternation" for peer in peers.PEERS)]
    rows = [
        [str(r["batch"]), r["dtype"],
         *(f"{ratio[layer, r['batch'], r['dtype']]:.2f}" for layer in ("W1", "W2")),
         *(_peer_cells(r["peers"][peer])[1] for peer in peers.PEERS)]
        for r in report["peers"]
    ]
    return "\n".join(table(head, rows)) + "\n"


def _measure(quick: bool, threads: int) -> dict[str, Any]:
    """Measure everything, printing each table as it is known."""
    rounds = {"steps": 3, "peers": 2, "growth": 1} if quick else {
        "steps": 7, "peers": 5, "growth": 3
    }
    length: dict[str, Any] = {"drawn": 2_000} if quick else {}
    report: dict[str, Any] = {"schema": SCHEMA, "machine": machine(threads), "quick": quick}
    print("machine: " + ", ".join(f"{k} {v}" for k, v in report["machine"].items()))
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None  # of the last minute
    report["load_before"] = load
    if load and load > 0.5:
        print(f"load average {load:.1f}: other processes may blur the ratios")
    print("autoencoder 1024-400-1024, generalized ReLU 0.01; medians over interleaved rounds\n")

    print("one DANTE step beside its bare matrix products")
    report["steps"] = [
        steps.measure(layer, b, dtype, rounds=rounds["steps"], **length)
        for dtype in DTYPES for b in BATCHES for layer in (1, 2)
    ] + [
        steps.measure(layer, b, np.float32, rounds=rounds["steps"], normalise="columns", **length)
        for b in BATCHES for layer in (1, 2)
    ]
    _table(
        ("layer", "normalise", "batch", "dtype", "step us", "bare us", "ratio", "aim", "literal"),
        [
            (r["layer"], r["normalise"], r["batch"], r["dtype"], f"{r['step_us']:.0f}",
             f"{r['bare_us']:.0f}", f"{r['ratio']:.2f}", f"<= {TARGETS[r['batch']]}",
             f"{r['literal_ratio']:.2f}")
            for r in report["steps"]
        ],
    )
    print("ratio: step / bare; literal: the same for Algorithm 1 as written in sngd.py\n")

    print("one alternation of DANTE beside one epoch of backprop SGD, as many samples seen")
    report["peers"] = [
        peers.measure(b, dtype, threads=threads, rounds=rounds["peers"], m=1600 if quick else 4000)
        for dtype in DTYPES for b in BATCHES
    ]
    _table(
        ("batch", "dtype", "alternation ms", "linear ms", *(
            f"{peer} {what}" for peer in peers.PEERS for what in ("ms", "x faster")
        )),
        [
            (r["batch"], r["dtype"], f"{r['alternation_ms']:.0f}",
             f"{r['linear_alternation_ms']:.0f}", *(
                cell for peer in peers.PEERS for cell in _peer_cells(r["peers"][peer])
            ))
            for r in report["peers"]
        ],
    )
    print("x faster: peer / DANTE, whose output is linear beside scikit-learn's; aims: PyTorch >= "
          "1.3, scikit-learn >= 2\n")

    sizes = ", ".join(f"{k} {v}" for k, v in growth.BASE.items())
    print(f"cost of one turn on each layer as one size grows; the others: {sizes}; float32")
    report["growth"] = [
        growth.measure_time(axis, values, rounds["growth"])
        for axis, values in growth.variations(quick)
    ]
    _table(
        ("grows", "to", "seconds", "step us"),
        [(r["axis"], r["value"], f"{r['seconds']:.4f}", f"{r['step_us']:.0f}")
         for r in report["growth"]],
    )

    print("\npeak memory of a training beside its data")
    report["memory"] = [growth.measure_memory(m) for m in (MEMORY[:2] if quick else MEMORY)]
    _table(
        ("samples", "data MB", "peak MB"),
        [(r["samples"], f"{r['data_bytes'] / 1e6:.1f}", f"{r['peak_bytes'] / 1e6:.1f}")
         for r in report["memory"]],
    )
    return report


def machine(threads: int) -> dict[str, Any]:
    """What the numbers depend on; of a BLAS also the processor that its kernels are written for."""
    torch = peers.import_torch()
    blas = {
        " ".join(filter(None, (pool["internal_api"], pool["version"], pool.get("architecture"))))
        for pool in threadpool_info() if pool["user_api"] == "blas"
    }
    return {
        "threads": threads, "cores": os.cpu_count(), "architecture": platform.machine(),
        "python": platform.python_version(), "dante_ref": __version__, "numpy": np.__version__,
        "scipy": scipy.__version__, "scikit-learn": sklearn.__version__,
        "pytorch": torch.__version__ if torch else "absent", "BLAS": " and ".join(sorted(blas)),
    }


def _peer_cells(peer: dict[str, float] | None) -> tuple[str, str]:
    if peer is None:
        return "absent", "absent"
    return f"{peer['epoch_ms']:.0f}", f"{peer['times_faster']:.2f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    print(in_columns(cells, right=range(len(head))), flush=True)
