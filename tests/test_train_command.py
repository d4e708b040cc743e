"""`dante-ref train`: its files, resuming, and every way in which its input can be bad."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile

import numpy as np
import pytest

from dante_ref.cli import main
from dante_ref.datasets import scaling
from dante_ref.datasets.standins import digits
from dante_ref.exceptions import InputError
from dante_ref.report.curve_table import HEADER
from dante_ref.training import checkpoint

SMALL = ["--iterations", "40", "--inner-iterations", "5", "--hidden", "4", "--every", "4"]


def train(out, *more, small=SMALL):
    return main(["train", "--out", str(out), *small, *map(str, more)])


def weights(out):
    with np.load(out / "checkpoint.npz", allow_pickle=False) as file:
        return {name: file[name].tobytes() for name in file.files}


def refused(capsys, out, *more, small=SMALL):
    """The one line of a run that is refused with exit code 2."""
    capsys.readouterr()
    assert train(out, *more, small=small) == 2
    captured = capsys.readouterr()
    lines = captured.err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("dante-ref train: "), captured.err
    return lines[0]


def test_default_data_gives_curves_picture_summary_and_checkpoint(tmp_path, capsys):
    assert train(tmp_path) == 0
    assert "sum over outputs" in capsys.readouterr().out
    with open(tmp_path / "curves.csv", newline="") as file:
        header, *rows = csv.reader(file)
    assert tuple(header) == HEADER
    for method in ("DANTE", "SGD"):
        assert [int(row[1]) for row in rows if row[0] == method] == list(range(0, 41, 4))
    starts = [row[2:] for row in rows if row[1] == "0"]
    assert starts[0] == starts[1], "both methods start from the same weights"

    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    X_train, X_test = scaling.scale(*scaling.split(digits()[0], 0.2, 0), "all")
    assert summary["samples"] == {
        "source": "digits", "train": len(X_train), "test": len(X_test), "inputs": 64
    }
    with np.load(tmp_path / "checkpoint.npz", allow_pickle=False) as file:
        for method in ("DANTE", "SGD"):
            W1, W2 = file[f"{method}_W1"], file[f"{method}_W2"]
            for part, X in (("train", X_train), ("test", X_test)):
                hidden = X @ W1
                hidden = np.where(hidden > 0, hidden, 0.01 * hidden)
                output = hidden @ W2
                output = np.where(output > 0, output, 0.01 * output)
                expected = np.sum((output - X) ** 2) / len(X)
                found = summary["results"][method][f"{part}_error"]
                assert found == pytest.approx(expected, rel=1e-10)
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("activation", ["generalized_relu", "sigmoid"])
def test_both_methods_learn_on_the_digits(tmp_path, activation):
    """2,000 iterations bring both below the error of always answering the training mean."""
    small = ["--iterations", "2000", "--every", "500", "--activation", activation]
    assert train(tmp_path, small=small) == 0
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    for result in summary["results"].values():
        assert result["test_error"] < summary["training_mean_test_error"] / 2


def test_same_seed_same_files_other_seed_other_files(tmp_path):
    for out, seed in (("a", 1), ("b", 1), ("c", 2)):
        assert train(tmp_path / out, "--seed", seed) == 0
    assert weights(tmp_path / "a") == weights(tmp_path / "b")
    a, b, c = ((tmp_path / out / "curves.csv").read_bytes() for out in "abc")
    assert a == b and a != c


@pytest.mark.parametrize("more", [
    [], ["--activation", "sigmoid", "--iterate", "best"],
    ["--eps", "0.5", "--least-alternations", "3"],
])
def test_resumed_is_uninterrupted(tmp_path, more):
    assert train(tmp_path / "whole", *more) == 0
    assert train(tmp_path / "parts", *more, "--iterations", 20) == 0
    assert train(tmp_path / "parts", *more, "--resume") == 0
    assert weights(tmp_path / "whole") == weights(tmp_path / "parts")
    for name in ("curves.csv", "summary.json"):
        whole, parts = ((tmp_path / out / name).read_bytes() for out in ("whole", "parts"))
        assert whole == parts


def test_the_best_iterate_is_dantes_alone(tmp_path):
    """SGD has no turns that could hand one on."""
    for which in ("last", "best"):
        assert train(tmp_path / which, "--iterate", which, "--eta", 0.5) == 0
    last, best = (weights(tmp_path / which) for which in ("last", "best"))
    for name in ("W1", "W2"):
        assert last[f"SGD_{name}"] == best[f"SGD_{name}"]
        assert last[f"DANTE_{name}"] != best[f"DANTE_{name}"]


def test_nothing_to_resume_is_said_before_anything_is_made(tmp_path, capsys):
    for out in (tmp_path, tmp_path / "not-there"):
        said = refused(capsys, out, "--resume")
        assert f"--resume: {out} holds no checkpoint.npz to go on from" in said
    assert not list(tmp_path.iterdir())


def test_killed_and_resumed_is_uninterrupted(tmp_path):
    """A real process, killed (SIGKILL) while it trains."""
    small = [
        "--iterations", "1200", "--inner-iterations", "20", "--hidden", "8", "--every", "2",
        "--save-seconds",
    ]
    command = [sys.executable, "-m", "dante_ref", "train", "--out", str(tmp_path / "killed")]
    path = tmp_path / "killed" / "checkpoint.npz"
    process = subprocess.Popen(
        [*command, *small, "0"], cwd=os.getcwd(),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 600

    def finished():
        try:
            with np.load(path, allow_pickle=False) as file:
                state = json.loads(str(file["state"]))
                return state["DANTE"]["training"]["progress"]["phases"] // 2
        except FileNotFoundError:
            return 0

    while finished() < 3 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.returncode == -signal.SIGKILL, "it must still have been training"
    assert 3 <= finished() <= 30

    assert train(tmp_path / "killed", "--resume", small=[*small, "100"]) == 0
    assert train(tmp_path / "whole", small=[*small, "100"]) == 0
    assert weights(tmp_path / "killed") == weights(tmp_path / "whole")


def test_own_data_in_each_format_gives_the_same_run(tmp_path):
    X = np.random.default_rng(0).normal(size=(30, 3)).round(3)
    np.save(tmp_path / "x.npy", X)
    np.savez(tmp_path / "x.npz", X=X)
    np.savez(tmp_path / "two.npz", other=np.zeros(3), X=X)
    np.savetxt(tmp_path / "x.csv", X, delimiter=",", header="u,v,w", comments="", fmt="%.3f")
    files = {"x.npy": [], "x.npz": [], "two.npz": ["--key", "X"], "x.csv": []}
    found = []
    for i, (name, more) in enumerate(files.items()):
        assert train(tmp_path / str(i), "--data", tmp_path / name, *more) == 0
        found.append(weights(tmp_path / str(i)))
    assert all(other == found[0] for other in found)


BAD_FILES = {
    "nan.npy": (np.array([[1.0, np.nan], [2, 3]]), "holds 1 NaN"),
    "inf.npy": (np.array([[1.0, np.inf], [2, 3]]), "holds 1 NaN or infinite"),
    "vector.npy": (np.arange(5.0), "1 axes"),
    "cube.npy": (np.zeros((4, 2, 2)), "3 axes"),
    "empty.npy": (np.zeros((0, 3)), "is empty"),
    "one.npy": (np.ones((1, 3)), "1 sample"),
    "text.npy": (np.array([["a", "b"]]), "dtype <U1"),
    "complex.npy": (np.ones((3, 2), complex), "dtype complex128"),
    "wide.npy": (np.array([[-1.5e308, 0], [1.5e308, 1], [1.5e308, 1]]), "range overflows"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_arrays_are_refused_in_one_line(tmp_path, capsys, name):
    array, message = BAD_FILES[name]
    np.save(tmp_path / name, array)
    assert message in refused(capsys, tmp_path / "out", "--data", tmp_path / name)


BAD_TEXTS = {
    "words.csv": (b"u,v\n1,2\nthree,4\n", "can't be read as .csv"),
    "ragged.csv": (b"1,2\n3\n", "can't be read as .csv"),
    "hole.csv": (b"1,2\n3,\n", "can't be read as .csv"),
    "book.xlsx": (b"PK", "save the sheet as .csv"),
    "nan.csv": (b"1,2\nnan,4\n", "line 2, column 1: 'nan' is NaN"),
    "empty.csv": (b"", "it is empty"),
    "header.csv": (b"u,v\n", "no rows"),
    "binary.csv": (bytes(range(256)), "can't be read as .csv"),
    "no.npy": (b"no array", "can't be read as .npy"),
    "no.npz": (b"no archive", "can't be read as .npz"),
    "one.npz": (b"\x93NUMPY\x01\x00\x76\x00{'descr': '<f8', 'fortran_order': False, 'shape': (0,)}"
                .ljust(127) + b"\n", "it is no zip archive of arrays"),
    "none.npz": (b"PK\5\6".ljust(22, b"\0"), "it is no zip archive of arrays"),
    "data.txt": (b"1,2\n3,4\n", "allowed are .npy, .npz, .csv"),
}


@pytest.mark.parametrize("name", BAD_TEXTS)
def test_bad_files_are_refused_in_one_line(tmp_path, capsys, name):
    content, message = BAD_TEXTS[name]
    (tmp_path / name).write_bytes(content)
    assert message in refused(capsys, tmp_path / "out", "--data", tmp_path / name)


class Trap:
    """Unpickled, it would make a folder."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.mkdir, (self.path,)


@pytest.mark.parametrize("name", ["trap.npy", "trap.npz"])
def test_a_pickle_is_never_loaded(tmp_path, capsys, name):
    array = np.array([[Trap(tmp_path / "sprung")]], dtype=object)
    save = np.save if name.endswith("npy") else np.savez
    save(tmp_path / name, array)
    refused(capsys, tmp_path / "out", "--data", tmp_path / name)
    assert train(tmp_path / "out") == 0
    np.savez(tmp_path / "out" / "checkpoint.npz", schema=array)
    assert "can't be read as a checkpoint" in refused(capsys, tmp_path / "out", "--resume")
    assert not (tmp_path / "sprung").exists()


def test_an_absurd_shape_is_refused(tmp_path, capsys):
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f8", "fortran_order": False, "shape": (10**9, 10**9)}
    )
    (tmp_path / "vast.npy").write_bytes(header.getvalue())
    refused(capsys, tmp_path / "out", "--data", tmp_path / "vast.npy")


@pytest.mark.parametrize("more, message", [
    (["--data", "no/such/file.npy"], "No such file"),
    (["--key", "X"], "only with --data"),
    (["--hidden", "0"], "hidden is 0"),
    (["--hidden", str(10**13)], "allocate"),
    (["--batch-size", "0"], "b is 0"),
    (["--iterations", "45"], "multiple of 10"),
    (["--iterations", "0"], "iterations is 0"),
    (["--inner-iterations", "0"], "T_SNGD is 0"),
    (["--eta", "0"], "eta is 0.0"),
    (["--lr", "nan"], "lr is nan"),
    (["--slopes", "2", "1"], "0 < a <= b"),
    (["--slopes", "0", "1"], "0 < a <= b"),
    (["--activation", "sigmoid", "--slopes", "0.1", "1"], "takes no slopes"),
    (["--test-fraction", "1"], "test_fraction is 1.0"),
    (["--seed", "-1"], "seed is -1"),
    (["--every", "0"], "every is 0"),
    (["--eps", "-1"], "eps is -1.0"),
    (["--resume"], "holds no checkpoint.npz to go on from"),
])
def test_bad_arguments_are_refused_in_one_line(tmp_path, capsys, more, message):
    assert message in refused(capsys, tmp_path, *more)


def test_an_unknown_key_lists_the_arrays(tmp_path, capsys):
    np.savez(tmp_path / "two.npz", u=np.ones((3, 2)), v=np.ones((3, 2)))
    line = refused(capsys, tmp_path / "out", "--data", tmp_path / "two.npz")
    assert "u, v" in line


def test_an_unwritable_folder_is_refused_before_training(tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")
    small = ["--iterations", "1000000000"]  # would take days
    assert "file" in refused(capsys, tmp_path / "file" / "out", small=small)
    assert "file" in refused(capsys, tmp_path / "file", small=small)


def test_a_checkpoint_of_another_configuration_is_refused_by_name(tmp_path, capsys):
    assert train(tmp_path) == 0
    before = weights(tmp_path)
    assert "hidden is 4 there and 5 here" in refused(capsys, tmp_path, "--resume", "--hidden", 5)
    assert "eta is 0.05 there and 0.5 here" in refused(capsys, tmp_path, "--resume", "--eta", 0.5)
    assert "slopes" in refused(capsys, tmp_path, "--resume", "--slopes", 0.5, 1)
    assert "samples" in refused(capsys, tmp_path, "--resume", "--test-fraction", 0.3)
    assert "training has ended" in refused(capsys, tmp_path, "--resume", "--iterations", 20)
    assert weights(tmp_path) == before, "a refused run must leave the checkpoint alone"


def test_a_damaged_checkpoint_is_refused(tmp_path, capsys):
    assert train(tmp_path) == 0
    path = tmp_path / "checkpoint.npz"
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    for size in (0, 1, 100, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        refused(capsys, tmp_path, "--resume")
    for position in rng.integers(len(whole), size=30):
        damaged = bytearray(whole)
        damaged[position] ^= 0xFF
        path.write_bytes(damaged)
        capsys.readouterr()
        # A flipped byte in a place that zip doesn't use may be harmless; nothing else is.
        if train(tmp_path, "--resume") == 0:
            path.write_bytes(damaged)
            with zipfile.ZipFile(path) as file:
                assert file.testzip() is None
        else:
            assert len(capsys.readouterr().err.splitlines()) == 1


def rewrite(path, **changes):
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    np.savez(path, **{k: v for k, v in (arrays | changes).items() if v is not None})


@pytest.mark.parametrize("changes, message", [
    (dict(DANTE_W1=None), "KeyError"),
    (dict(DANTE_W1=np.zeros((3, 4))), "W1 has shape (3, 4)"),
    (dict(SGD_W2=np.full((4, 64), np.nan)), "W2 holds 256 NaN"),
    (dict(SGD_curve=np.zeros(3)), "curve has 1 axes"),
    (dict(state="{}"), "KeyError"),
    (dict(state="[]"), "can't be read as a checkpoint"),
    (dict(state=json.dumps({"DANTE": {"rng": {"bit_generator": "PCG64"}}})), "no state"),
    (dict(schema=99), "schema 99"),
])
def test_a_forged_checkpoint_is_refused(tmp_path, capsys, changes, message):
    assert train(tmp_path) == 0
    rewrite(tmp_path / "checkpoint.npz", **changes)
    assert message in refused(capsys, tmp_path, "--resume")


def test_divergence_is_one_line_and_keeps_what_was_measured(tmp_path, capsys):
    line = refused(capsys, tmp_path, "--lr", "1e6")
    assert "layer W" in line and "iteration" in line
    with open(tmp_path / "curves.csv", newline="") as file:
        methods = [row[0] for row in csv.reader(file)]
    assert methods.count("DANTE") == 11


# The parts


def test_a_failed_write_leaves_the_checkpoint_before_it(tmp_path, monkeypatch):
    path = tmp_path / "checkpoint.npz"
    checkpoint.save(path, {"n": 1}, {"t": 1}, {"W": np.ones(2)})

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        checkpoint.save(path, {"n": 1}, {"t": 2}, {"W": np.zeros(2)})
    state, arrays = checkpoint.load(path, {"n": 1})
    assert state == {"t": 1} and arrays["W"].tolist() == [1, 1]
    assert [p.name for p in tmp_path.iterdir()] == ["checkpoint.npz"]


def test_split_keeps_every_row_once():
    X = np.arange(20.0).reshape(10, 2)
    train_rows, test_rows = scaling.split(X, 0.25, 3)
    assert len(test_rows) == 2  # round(2.5), to even
    together = np.concatenate([train_rows, test_rows])
    assert sorted(together[:, 0]) == X[:, 0].tolist()


def test_scaling_uses_the_training_rows_alone():
    train_rows, test_rows = np.array([[0.0, 5, 1], [2, 5, 3]]), np.array([[4.0, 6, 2]])
    column = scaling.scale(train_rows, test_rows, "column")
    assert column[0].tolist() == [[0, 0, 0], [1, 0, 1]]
    assert column[1].tolist() == [[2, 1, 0.5]]
    together = scaling.scale(train_rows, test_rows, "all")
    assert together[0].tolist() == [[0, 1, 0.2], [0.4, 1, 0.6]]
    assert scaling.scale(train_rows, test_rows, "none")[0] is train_rows
    with pytest.raises(InputError, match="scale is 'log'"):
        scaling.scale(train_rows, test_rows, "log")


@pytest.mark.parametrize("more, rule", [
    ([], {"name": "sgd", "eta": 0.03}), (["--lr", "0.5"], {"name": "sgd", "eta": 0.5}),
    (["--activation", "sigmoid"], {"name": "sgd", "eta": 0.5}), (["--rule", "adam"], None),
])
def test_fine_tuning_has_a_learning_rate_of_its_own(tmp_path, more, rule):
    """--eta is a length there, of a normalised step."""
    assert train(tmp_path, "--schedule", "dante_finetuned", *more, small=[
        "--iterations", "15", "--inner-iterations", "5", "--hidden", "4"]) == 0
    found = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert found["settings"]["schedule"]["finetune_rule"] == rule


def test_lr_is_refused_with_other_schedules(tmp_path, capsys):
    message = refused(capsys, tmp_path, "--schedule", "dante", "--lr", "0.1")
    assert "--lr is 0.1; " in message and "dante_finetuned alone" in message
