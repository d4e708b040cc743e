"""Files appear whole or not at all, and nothing of a failed write is left."""

import json
import multiprocessing
import os
import re
import threading
from pathlib import Path

import numpy as np
import pytest

from dante_ref import store


def names(folder):
    return sorted(path.name for path in folder.iterdir())


WRITERS = {
    "bytes": lambda path: store.write_bytes(path, b"new"),
    "text": lambda path: store.write_text(path, "new ‖κ‖\n"),
    "json": lambda path: store.write_json(path, {"new": [1, 2.5]}),
    "npz": lambda path: store.write_npz(path, {"W1": np.eye(2)}),
    "npz, compressed": lambda path: store.write_npz(path, {"W1": np.eye(2)}, compressed=True),
    "shared": lambda path: store.write_text(path, "new", shared=True),
}


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("place", ["fsync", "replace"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_write_that_fails_leaves_the_old_file_alone(tmp_path, monkeypatch, kind, place, error):
    def fails(*_):
        raise error

    path = tmp_path / "file"
    path.write_bytes(b"old")
    with monkeypatch.context() as patch:
        patch.setattr(os, place, fails)
        with pytest.raises(type(error)):
            WRITERS[kind](path)
    assert path.read_bytes() == b"old" and names(tmp_path) == ["file"]
    assert WRITERS[kind](path) == path
    assert path.read_bytes() != b"old" and names(tmp_path) == ["file"]


def test_a_callback_that_fails_halfway_leaves_nothing(tmp_path):
    def half(file):
        file.write(b"half")
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        store.write(tmp_path / "file", half)
    assert names(tmp_path) == []


def test_the_content_is_on_the_disk_before_the_name_is(tmp_path, monkeypatch):
    done = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda n: (done.append("fsync"), fsync(n)))
    monkeypatch.setattr(os, "replace", lambda a, b: (done.append("replace"), replace(a, b)))
    store.write_text(tmp_path / "file", "text")
    assert done == ["fsync", "replace"]


def test_half_a_file_of_a_killed_writer_is_in_nobodys_way(tmp_path):
    (tmp_path / "file.tmp").write_bytes(b"half")
    store.write_text(tmp_path / "file", "whole")
    assert names(tmp_path) == ["file"]


def test_text_is_utf_8_with_the_line_ends_given(tmp_path):
    path = store.write_text(tmp_path / "file", "κ ≤ ‖w‖\n\r\n")
    assert path.read_bytes() == "κ ≤ ‖w‖\n\r\n".encode()


def test_json_has_no_nan_and_no_infinity(tmp_path):
    for x in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="JSON"):
            store.write_json(tmp_path / "file", {"x": x})
    assert names(tmp_path) == []
    path = store.write_json(tmp_path / "file", {"x": 0.1})
    assert json.loads(path.read_text(encoding="utf-8")) == {"x": 0.1}


def test_arrays_come_back_without_pickle(tmp_path):
    path = store.write_npz(tmp_path / "file.npz", {"W1": np.eye(2), "text": np.array("κ")})
    with np.load(path, allow_pickle=False) as found:
        assert found["W1"].tolist() == [[1, 0], [0, 1]] and str(found["text"]) == "κ"


def write_many(path, letter):
    for _ in range(30):
        store.write_text(path, letter * 100_000, shared=True)


def test_processes_that_write_the_same_file_never_mix(tmp_path):
    path = tmp_path / "file"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_many, args=(path, letter)) for letter in "ab"]
    for writer in writers:
        writer.start()
    seen = set()
    while any(writer.is_alive() for writer in writers):
        if path.exists():
            seen.add(path.read_text(encoding="utf-8"))
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert seen and seen <= {"a" * 100_000, "b" * 100_000} and names(tmp_path) == ["file"]


def test_a_reader_sees_the_old_file_or_the_new_one(tmp_path):
    path = store.write_text(tmp_path / "file", "0" * 50_000)
    stop, seen = threading.Event(), set()

    def read():
        while not stop.is_set():
            seen.add(path.read_text(encoding="utf-8"))

    reader = threading.Thread(target=read)
    reader.start()
    for digit in "123456789" * 5:
        store.write_text(path, digit * 50_000)
    stop.set()
    reader.join()
    assert seen <= {digit * 50_000 for digit in "0123456789"}


def test_a_folder_that_takes_no_files_is_refused_at_once(tmp_path):
    assert store.writable_folder(tmp_path / "a" / "b").is_dir()
    assert names(tmp_path / "a" / "b") == []
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        store.writable_folder(tmp_path / "file")


def test_a_folder_in_which_no_file_can_be_made_is_named(tmp_path, monkeypatch):
    def refused(dir):
        raise FileNotFoundError(2, "No such file or directory", f"{dir}/tmpxyz")

    monkeypatch.setattr(store.tempfile, "TemporaryFile", refused)
    with pytest.raises(FileNotFoundError) as error:
        store.writable_folder(tmp_path)
    assert error.value.filename == str(tmp_path)


def test_every_file_of_the_package_is_written_here():
    """No other module writes by pathlib or opens for writing."""
    writing = re.compile(r"""(?<!store)\.write_(?:bytes|text)\(|\bopen\([^)]*["'][wax]""")
    package = Path(store.__file__).parent
    found = [
        f"{path.relative_to(package)}: {line.strip()}"
        for path in sorted(package.rglob("*.py")) if path.name != "store.py"
        for line in path.read_text(encoding="utf-8").splitlines()
        if writing.search(line) and "os.devnull" not in line
    ]
    assert found == []
