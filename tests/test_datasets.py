"""Data sets: the files' formats, the checks, the split and the scaling.

The shipped sets are tested against facts published about them; the sets that aren't shipped through
small made-up files in the same formats, under the same catalogue entries.
"""

import dataclasses
import gzip
import shutil
import struct
import tracemalloc
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import KFold, cross_val_predict

from dante_ref import datasets
from dante_ref.datasets import catalogue, dataset, formats, openml, raw
from dante_ref.datasets.catalogue import SOURCES
from dante_ref.exceptions import DataError, InputError, MissingDataError

SHIPPED = Path(__file__).parents[1] / "data"
SMALL = ("ionosphere", "vehicle", "airfoil", "fires", "ccpp")


pytestmark = pytest.mark.usefixtures("offline")


def load(name, **options):
    return datasets.load(name, data_home=options.pop("data_home", SHIPPED), **options)


# ---- made-up files under real entries ----------------------------------------------------------

def idx_bytes(array: np.ndarray) -> bytes:
    header = bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(np.uint8).tobytes()


def fake_mnist(home: Path) -> dict:
    rng = np.random.default_rng(0)
    (home / "mnist").mkdir()
    for part, rows in (("train", 12), ("t10k", 5)):
        images = rng.integers(0, 256, (rows, 28, 28))
        for kind, array in (("images-idx3", images), ("labels-idx1", np.arange(rows) % 3)):
            path = home / f"mnist/{part}-{kind}-ubyte.gz"
            path.write_bytes(gzip.compress(idx_bytes(array), mtime=0))
    reader = partial(formats.mnist, train_rows=12, test_rows=5)
    return {"rows": 17, "train_rows": 12, "reader": reader}


def usps_text(X: np.ndarray, y: np.ndarray) -> bytes:
    return "".join(
        f"{label:.4f} " + " ".join(f"{v:.4f}" for v in x) + " \n"
        for x, label in zip(X, y, strict=True)
    ).encode()


def fake_usps(home: Path) -> dict:
    rng = np.random.default_rng(1)
    (home / "usps").mkdir()
    for part, rows in (("train", 9), ("test", 6)):
        X = np.round(rng.uniform(-1, 1, (rows, 256)), 3)
        content = gzip.compress(usps_text(X, np.arange(rows) % 3), mtime=0)
        (home / f"usps/zip.{part}.gz").write_bytes(content)
    return {"rows": 15, "train_rows": 9}


def fake_svmguide4(home: Path) -> dict:
    rng = np.random.default_rng(2)
    (home / "svmguide4").mkdir()
    for name, rows in (("svmguide4", 8), ("svmguide4.t", 6)):
        X = rng.uniform(1e-9, 2, (rows, 10))
        (home / "svmguide4" / name).write_text("".join(
            f"{(-1, 1, -2)[i % 3]} " + " ".join(f"{j + 1}:{v:.6g}" for j, v in enumerate(x)) + "\n"
            for i, x in enumerate(X)
        ))
    return {"rows": 14, "train_rows": 8}


def shipped_copy(name: str):
    def copy(home: Path) -> dict:
        shutil.copytree(SHIPPED / name, home / name)
        return {}
    return copy


FAKES = {"mnist": fake_mnist, "usps": fake_usps, "svmguide4": fake_svmguide4}
MAKERS = {**FAKES, **{name: shipped_copy(name) for name in SMALL}}


def install(name: str, home: Path) -> catalogue.Source:
    """The files of a set in `home`, and its entry with the facts of those files."""
    source = dataclasses.replace(SOURCES[name], **MAKERS[name](home))
    files = {file: raw.file_sha256(home / file) for file in source.files}
    X, y = source.read(home)
    changes = {
        "files": files, "values_sha256": raw.Raw(X, y, "").sha256(),
        "X_mean": float(X.mean(dtype=np.float64)),
    }
    if source.classes:
        labels = raw.label_names(y)
        changes["classes"] = {label: labels.count(label) for label in sorted(set(labels))}
    return dataclasses.replace(source, **changes)


@pytest.fixture(params=sorted(MAKERS))
def installed(request, tmp_path, monkeypatch):
    """Every set in turn: (entry, folder)."""
    source = install(request.param, tmp_path)
    monkeypatch.setitem(SOURCES, source.name, source)
    return source, tmp_path


# ---- formats -----------------------------------------------------------------------------------

@given(st.lists(st.integers(1, 4), min_size=1, max_size=3), st.integers(0, 2**32 - 1))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_idx_reads_what_was_written(tmp_path, shape, seed):
    array = np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(idx_bytes(array)))
    np.testing.assert_array_equal(formats.idx(path, tuple(shape)), array)


def test_idx_of_every_shorter_length_is_refused_by_name(tmp_path):
    whole = idx_bytes(np.arange(12).reshape(3, 4))
    for path, pack in ((tmp_path / "a", bytes), (tmp_path / "a.gz", gzip.compress)):
        for length in range(len(whole)):
            path.write_bytes(pack(whole[:length]))
            with pytest.raises(DataError, match=path.name):
                formats.idx(path, (3, 4))
        path.write_bytes(pack(whole))
        assert formats.idx(path, (3, 4)).shape == (3, 4)


def test_idx_that_claims_a_huge_shape_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "bomb.gz"
    header = bytes((0, 0, 8, 2)) + struct.pack(">2I", 2**32 - 1, 2**32 - 1)
    path.write_bytes(gzip.compress(header + bytes(30_000_000)))
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match=r"bomb.gz"):
            formats.idx(path, (3, 4))
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()


def test_idx_of_the_right_size_but_another_shape_is_refused(tmp_path):
    path = tmp_path / "turned"
    path.write_bytes(idx_bytes(np.arange(12).reshape(4, 3)))
    with pytest.raises(DataError, match=r"turned holds .*\(4, 3\); expected is \(3, 4\)"):
        formats.idx(path, (3, 4))


def test_a_fires_row_by_hand():
    """The file's first line: 7,5,mar,fri,86.2,26.2,94.3,5.1,8.2,51,6.7,0,0."""
    X, y = SOURCES["fires"].read(SHIPPED)
    assert X[0].tolist() == [7, 5, 3, 5, 86.2, 26.2, 94.3, 5.1, 8.2, 51, 6.7, 0]
    assert y[0] == 0
    assert set(X[:, 2]) == set(range(1, 13)) and set(X[:, 3]) == set(range(1, 8))


def test_mnist_is_padded_evenly(tmp_path):
    X, y = install("mnist", tmp_path).read(tmp_path)
    images = X.reshape(-1, 32, 32)
    inner = images[:, 2:30, 2:30]
    packed = gzip.decompress((tmp_path / "mnist/t10k-images-idx3-ubyte.gz").read_bytes())
    np.testing.assert_array_equal(inner[12:].ravel(), np.frombuffer(packed[16:], np.uint8))
    assert images.sum(dtype=int) == inner.sum(dtype=int)  # nothing but zeros around
    assert y.tolist() == [*(i % 3 for i in range(12)), *(i % 3 for i in range(5))]


def test_libsvm_file_by_hand(tmp_path):
    path = tmp_path / "svmguide4"
    path.write_text("-1 1:0.5 3:1e-9\n2 2:-4\n")
    X, y = formats.libsvm(path, 3)
    assert X.tolist() == [[0.5, 0, 1e-9], [0, -4, 0]] and y.tolist() == [-1, 2]


# ---- the shipped sets against what is published about them -------------------------------------

def test_shipped_sets_have_the_published_facts():
    def values(name):
        found = raw.read_local(SOURCES[name], SHIPPED)
        assert found.X.shape == (SOURCES[name].rows, SOURCES[name].features)
        return found.X, found.y

    X, y = values("ionosphere")
    assert X.shape == (351, 34) and np.all(X[:, 1] == 0) and np.abs(X).max() == 1
    assert (np.sum(y == "g"), np.sum(y == "b")) == (225, 126)
    X, y = values("vehicle")
    assert X.shape == (846, 18) and X[0, 0] == 95 and y[0] == "van"
    assert {c: int(np.sum(y == c)) for c in set(y)} == {
        "opel": 212, "saab": 217, "bus": 218, "van": 199,
    }
    X, y = values("airfoil")
    assert X.shape == (1503, 5) and (y.min(), y.max()) == (103.380, 140.987)
    assert (round(y.mean(), 4), round(y.std(), 4)) == (124.8359, 6.8964)
    X, y = values("fires")
    assert X.shape == (517, 12) and y.max() == 1090.84 and np.sum(y == 0) == 247
    assert round(y.mean(), 4) == 12.8473
    X, y = values("ccpp")
    assert X.shape == (9568, 4) and round(y.mean(), 4) == 454.3650
    assert X.min(axis=0).tolist() == [1.81, 25.36, 992.89, 25.56]
    assert X.max(axis=0).tolist() == [37.11, 81.56, 1033.30, 100.16]


def test_the_paper_s_dimensions():
    """Section 4.2: Ionosphere 34 x 351, SVMGuide4 10 x 300, Vehicle 18 x 846, USPS 256 x 7291 (the
    training rows of the sets that have some); section 4.1: MNIST is 32x32."""
    for name, features, rows in (
        ("ionosphere", 34, 351), ("svmguide4", 10, 300), ("vehicle", 18, 846),
        ("usps", 256, 7291),
    ):
        source = SOURCES[name]
        assert (source.features, source.train_rows or source.rows) == (features, rows)
    assert SOURCES["mnist"].features == 32 * 32
    for source in SOURCES.values():
        if source.classes:
            assert sum(source.classes.values()) == source.rows


# ---- refusal -----------------------------------------------------------------------------------

def test_untouched_files_pass(installed):
    source, home = installed
    found = raw.read_local(source, home)
    assert "sha256 verified" in found.origin
    assert datasets.find(source.name, home) == str(home / source.name)


def test_files_come_before_a_copy_of_openmls(installed):
    source, home = installed
    kept = raw.kept_file(source, home)
    kept.write_bytes(b"")
    assert datasets.find(source.name, home) == str(home / source.name)
    (home / next(iter(source.files))).unlink()
    assert datasets.find(source.name, home) == str(kept)


@pytest.mark.parametrize("fact", ["rows", "features", "classes", "target_range", "X_mean"])
def test_counts_and_ranges_are_verified_even_if_the_checksum_is_right(fact):
    name = "vehicle" if fact == "classes" else "ccpp"
    wrong = {
        "rows": 9567, "features": 5, "classes": {"bus": 846}, "target_range": (420.26, 495.77),
        "X_mean": 290.3,
    }
    source = dataclasses.replace(SOURCES[name], **{fact: wrong[fact]})
    with pytest.raises(DataError, match=name):
        raw.read_local(source, SHIPPED)


def test_a_truncated_file_is_refused_by_name(installed):
    source, home = installed
    for file in source.files:
        path = home / file
        whole = path.read_bytes()
        for length in (0, 1, len(whole) // 2, len(whole) - len(whole) // 20 - 3):
            path.write_bytes(whole[:length])
            with pytest.raises(DataError, match=path.name):
                datasets.load(source.name, data_home=home)
        path.write_bytes(whole)


def altered(path: Path) -> bytes:
    """The file with one value changed, still in its format and as long as before."""
    packed = path.suffix == ".gz"
    content = bytearray(gzip.decompress(path.read_bytes()) if packed else path.read_bytes())
    if "idx" in path.name:
        content[-1] ^= 1
    else:
        digits = [i for i, c in enumerate(content) if chr(c).isdigit()]
        at = digits[-5]
        content[at] = ord("1") + (content[at] - ord("0")) % 8
    return gzip.compress(bytes(content), mtime=0) if packed else bytes(content)


def test_an_altered_file_is_refused_by_name(installed):
    source, home = installed
    for file, sha256 in source.files.items():
        path = home / file
        whole = path.read_bytes()
        path.write_bytes(altered(path))
        with pytest.raises(DataError, match=f"{path.name}.*{sha256}"):
            datasets.load(source.name, data_home=home)
        path.write_bytes(whole)
        datasets.load(source.name, data_home=home)


def test_other_bytes_with_the_same_values_pass_and_say_so(installed):
    source, home = installed
    for file in source.files:
        path = home / file
        content = path.read_bytes()
        path.write_bytes(
            gzip.compress(gzip.decompress(content), compresslevel=1, mtime=1)
            if path.suffix == ".gz" else content.replace(b"\n", b"\r\n")
        )
    assert len(raw.altered_files(source, home)) == len(source.files)
    found = raw.read_local(source, home)
    assert "same values" in found.origin and found.sha256() == source.values_sha256


@pytest.fixture(scope="module")
def all_installed(tmp_path_factory):
    homes = {name: tmp_path_factory.mktemp(name) for name in ("usps", "svmguide4", "mnist")}
    homes |= {name: tmp_path_factory.mktemp(name) for name in ("ionosphere", "fires", "vehicle")}
    return {name: (install(name, home), home) for name, home in homes.items()}


@given(data=st.data())
@settings(max_examples=300)
def test_random_damage_is_refused_or_harmless(all_installed, data):
    """Any bytes changed, removed or added: DataError naming a file, or the very same values."""
    source, home = all_installed[data.draw(st.sampled_from(sorted(all_installed)))]
    path = home / data.draw(st.sampled_from(sorted(source.files)))
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    length = data.draw(st.integers(0, 30))
    path.write_bytes(whole[:at] + data.draw(st.binary(max_size=30)) + whole[at + length:])
    try:
        found = raw.read_local(source, home)
    except DataError as error:
        assert path.name in str(error) or source.name in str(error)
    else:
        assert found.sha256() == source.values_sha256
    finally:
        path.write_bytes(whole)


@pytest.mark.parametrize("name, file, damage", [
    ("ionosphere", "ionosphere/ionosphere.arff", b"\r,"),  # csv.Error inside SciPy's reader
    ("fires", "fires/forestfires.csv", b'"' + b"x" * 140_000),  # a field beyond csv's limit
])
def test_damage_that_trips_the_readers_of_others(name, file, damage, tmp_path):
    source = install(name, tmp_path)
    path = tmp_path / file
    whole = path.read_bytes()
    path.write_bytes(whole[:-200] + damage + whole[-200:])
    with pytest.raises(DataError, match=path.name):
        raw.read_local(source, tmp_path)


def test_keel_s_ionosphere_is_refused_and_named(tmp_path):
    """KEEL's copy: the zero column is gone, three decimals, other rows' order."""
    X, y = SOURCES["ionosphere"].read(SHIPPED)
    X = np.round(np.delete(X, 1, axis=1), 3)[::-1]
    lines = ["@relation ionosphere", *(f"@attribute a{i} numeric" for i in range(33))]
    lines += ["@attribute class {b, g}", "@data"]
    lines += [
        ",".join([*map(str, x), label]) for x, label in zip(X.tolist(), y[::-1], strict=True)
    ]
    (tmp_path / "ionosphere").mkdir()
    (tmp_path / "ionosphere/ionosphere.arff").write_text("\n".join(lines))
    with pytest.raises(DataError, match=r"\(351, 33\).*KEEL"):
        load("ionosphere", data_home=tmp_path)


def smoothed(X: np.ndarray) -> np.ndarray:
    """LIBSVM's variant of USPS: padded with -1, a 7x7 Gaussian of sigma 0.75."""
    line = np.exp(-np.arange(-3, 4) ** 2 / (2 * 0.75**2))
    kernel = np.outer(line, line) / line.sum() ** 2
    padded = np.pad(X.reshape(-1, 16, 16), ((0, 0), (3, 3), (3, 3)), constant_values=-1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (7, 7), axis=(1, 2))
    return np.einsum("nijkl,kl->nij", windows, kernel).reshape(len(X), 256)


def test_libsvm_s_usps_is_refused_and_named(tmp_path, monkeypatch):
    source = install("usps", tmp_path)
    monkeypatch.setitem(SOURCES, "usps", source)
    X, y = source.read(tmp_path)
    for shift in (1, 0):  # labels 1..10, and the smoothed images with the labels put right
        path = tmp_path / "usps/zip.train.gz"
        path.write_bytes(gzip.compress(usps_text(smoothed(X[:9]), y[:9] + shift)))
        with pytest.raises(DataError, match=r"zip\.train\.gz.*LIBSVM.*smoothed"):
            datasets.load("usps", data_home=tmp_path)


def test_svmguide4_scaled_already_is_refused_and_named(tmp_path, monkeypatch):
    source = install("svmguide4", tmp_path)
    monkeypatch.setitem(SOURCES, "svmguide4", source)
    path = tmp_path / "svmguide4/svmguide4"
    X, y = formats.libsvm(path, 10)
    X = 2 * (X - X.min(axis=0)) / np.ptp(X, axis=0) - 1
    path.write_text("".join(
        f"{int(label)} " + " ".join(f"{j + 1}:{v:.6g}" for j, v in enumerate(x)) + "\n"
        for x, label in zip(X, y, strict=True)
    ))
    with pytest.raises(DataError, match=r"svmguide4/svmguide4 .*scaled already"):
        datasets.load("svmguide4", data_home=tmp_path)


# ---- what isn't here ---------------------------------------------------------------------------

def test_a_folder_with_some_sets_leaves_the_shipped_ones_usable(tmp_path, monkeypatch):
    """From data/ in the working directory; a set that the folder has itself is the folder's."""
    assert datasets.find("airfoil", tmp_path) == "data/airfoil"
    assert datasets.load("airfoil", data_home=tmp_path, fetch=False).X_train.shape[1] == 5
    copied = tmp_path / next(iter(SOURCES["fires"].files))
    copied.parent.mkdir()
    copied.write_text("truncated")
    with pytest.raises(DataError):
        datasets.load("fires", data_home=tmp_path, fetch=False)
    monkeypatch.chdir(tmp_path)
    assert datasets.find("airfoil", tmp_path) == str(SHIPPED / "airfoil")  # the package's own
    monkeypatch.setattr(dataset, "shipped", lambda name: Path("nowhere"))
    assert datasets.find("airfoil", tmp_path) is None


def test_a_missing_set_says_which_file_to_put_where(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(dataset, "shipped", lambda name: Path("nowhere"))
    for name, source in SOURCES.items():
        with pytest.raises(MissingDataError) as caught:
            datasets.load(name, data_home=tmp_path)
        message = str(caught.value)
        assert str(tmp_path) in message and all(file in message for file in source.files)
        assert datasets.find(name, tmp_path) is None
    assert "OpenML can't be reached" in str(caught.value) or source.openml is None


def test_an_incomplete_set_names_the_missing_file(tmp_path):
    shutil.copytree(SHIPPED / "vehicle", tmp_path / "vehicle")
    (tmp_path / "vehicle/xad.dat").unlink()
    with pytest.raises(MissingDataError, match=r"xad\.dat missing"):
        datasets.load("vehicle", data_home=tmp_path)


def test_fetch_false_never_asks(tmp_path, monkeypatch):
    monkeypatch.setattr("sklearn.datasets.fetch_openml", lambda **_: pytest.fail("asked"))
    with pytest.raises(MissingDataError):
        datasets.load("mnist", data_home=tmp_path, fetch=False)


def test_the_data_folder(tmp_path, monkeypatch):
    """Argument before environment before data/ in the working directory before the package's."""
    monkeypatch.chdir(tmp_path)
    assert datasets.find("vehicle") == str(SHIPPED / "vehicle")
    assert datasets.find("mnist") is None
    monkeypatch.setattr(dataset, "shipped", lambda name: Path("nowhere"))
    assert datasets.data_home() == Path("data")
    assert datasets.find("vehicle") is None
    (tmp_path / "data").symlink_to(SHIPPED)
    assert len(datasets.load("vehicle").X_train) == 592
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv(raw.ENVIRONMENT, str(tmp_path / "empty"))
    assert datasets.data_home() == tmp_path / "empty"
    assert datasets.find("vehicle") == "data/vehicle"  # the folder has none of it, data/ all
    (tmp_path / "data").unlink()
    assert datasets.find("vehicle") is None
    assert datasets.find("vehicle", SHIPPED) is not None
    monkeypatch.setenv(raw.ENVIRONMENT, str(tmp_path / "nowhere"))
    with pytest.raises(MissingDataError, match=r"nowhere.*DANTE_REF_DATA"):
        datasets.find("vehicle")


# ---- OpenML ------------------------------------------------------------------------------------

def answer(monkeypatch, X, y, **more):
    bunch = SimpleNamespace(data=X, target=y, **more)
    monkeypatch.setattr("sklearn.datasets.fetch_openml", lambda **_: bunch)
    monkeypatch.setattr(dataset, "DEFAULT_HOME", "nowhere")  # the shipped sets aren't here
    monkeypatch.setattr(dataset, "shipped", lambda name: Path("nowhere"))


def test_openml_s_copy_with_the_same_values_says_so(tmp_path, monkeypatch):
    X, y = SOURCES["airfoil"].read(SHIPPED)
    answer(monkeypatch, X, y)
    fetched = datasets.load("airfoil", data_home=tmp_path)
    assert "the values of the checked files" in fetched.origin
    np.testing.assert_array_equal(fetched.X_train, load("airfoil").X_train)


def test_openml_s_codes_for_months_are_decoded(tmp_path, monkeypatch):
    """There, a nominal value is its place in a list of categories, in any order."""
    X, y = SOURCES["fires"].read(SHIPPED)
    months, days = sorted(formats.DATES["month"]), sorted(formats.DATES["day"])
    coded = X.copy()
    coded[:, 2] = [months.index(formats.DATES["month"][int(v) - 1]) for v in X[:, 2]]
    coded[:, 3] = [days.index(formats.DATES["day"][int(v) - 1]) for v in X[:, 3]]
    names = list(SOURCES["fires"].feature_names)
    answer(monkeypatch, coded, y, feature_names=names, categories={"month": months, "day": days})
    assert "the values of the checked files" in openml.download(SOURCES["fires"]).origin


def test_openml_s_usps_passes_only_if_it_is_the_unsmoothed_one(tmp_path, monkeypatch):
    source = install("usps", tmp_path)
    source = dataclasses.replace(source, classes={**source.classes})
    X, y = source.read(tmp_path)
    y = np.where(np.arange(len(y)) == 0, 9, y)  # so that the label '10' occurs
    labels = raw.label_names(y)
    source = dataclasses.replace(
        source, classes={c: labels.count(c) for c in sorted(set(labels))},
        values_sha256=raw.Raw(X, np.array(labels), "").sha256(),
    )
    plus_one = np.array([str(int(label) + 1) for label in labels])
    answer(monkeypatch, X, plus_one)
    found = openml.download(source)
    assert found.y.tolist() == labels and "checked files" in found.origin
    answer(monkeypatch, smoothed(X), plus_one)
    with pytest.raises(DataError, match=r"mean of all inputs.*LIBSVM.*smoothed"):
        openml.download(source)


def test_openml_s_mnist_is_padded_as_the_files_are(tmp_path, monkeypatch):
    source = install("mnist", tmp_path)
    X, y = source.read(tmp_path)
    pixels = X.reshape(-1, 32, 32)[:, 2:30, 2:30].reshape(-1, 784).astype(float)
    answer(monkeypatch, pixels, np.array([str(label) for label in y]))
    found = openml.download(source)
    assert found.X.dtype == np.uint8 and "checked files" in found.origin


@pytest.mark.parametrize("damage", ["rows", "columns", "nan", "text", "labels", "values"])
def test_a_wrong_answer_of_openml_is_refused(damage, monkeypatch):
    X, y = SOURCES["vehicle"].read(SHIPPED)
    if damage == "rows":
        X, y = X[1:], y[1:]
    elif damage == "columns":
        X = X[:, 1:]
    elif damage == "nan":
        X[3, 4] = np.nan
    elif damage == "text":
        X = np.full(X.shape, "?")
    elif damage == "labels":
        y = np.where(y == "van", "bus", y)
    else:
        X = X * 1.01
    answer(monkeypatch, X, y)
    with pytest.raises(DataError, match="vehicle"):
        openml.download(SOURCES["vehicle"])


def test_a_kept_copy_is_used_and_checked_again(tmp_path, monkeypatch):
    source = SOURCES["vehicle"]
    answer(monkeypatch, *source.read(SHIPPED))
    path = openml.keep(source, openml.download(source), tmp_path)
    monkeypatch.setattr("sklearn.datasets.fetch_openml", lambda **_: pytest.fail("asked again"))
    assert datasets.find("vehicle", tmp_path) == str(path)
    kept = datasets.load("vehicle", data_home=tmp_path)
    np.testing.assert_array_equal(kept.X_train, load("vehicle").X_train)
    np.testing.assert_array_equal(kept.y_train, load("vehicle").y_train)
    assert sorted(p.name for p in path.parent.iterdir()) == ["openml.npz"]

    whole = path.read_bytes()
    for length in (0, 10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(DataError, match=r"openml\.npz"):
            datasets.load("vehicle", data_home=tmp_path)
    path.write_bytes(whole[:500] + bytes([whole[500] ^ 255]) + whole[501:])
    with pytest.raises(DataError, match=r"openml\.npz"):
        datasets.load("vehicle", data_home=tmp_path)


def test_a_full_disk_leaves_the_kept_copy_as_it_was(tmp_path, monkeypatch):
    source = SOURCES["vehicle"]
    answer(monkeypatch, *source.read(SHIPPED))
    found = openml.download(source)
    path = openml.keep(source, found, tmp_path)
    before = path.read_bytes()

    def half(file, **_):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", half)
    with pytest.raises(OSError, match="No space"):
        openml.keep(source, found, tmp_path)
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["openml.npz"]


def test_no_pickle_is_loaded(tmp_path):
    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("a pickle was loaded",))

    path = raw.kept_file(SOURCES["vehicle"], tmp_path)
    path.parent.mkdir()
    np.savez(path, X=np.array([Trap()], dtype=object), y=np.zeros(1))
    with pytest.raises(DataError, match=r"openml\.npz"):
        datasets.load("vehicle", data_home=tmp_path)


# ---- split -------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", [*SMALL, *datasets.STANDINS])
def test_every_row_is_in_exactly_one_part(name):
    data = load(name, scaling="none")
    rows = np.concatenate([data.train_rows, data.test_rows])
    np.testing.assert_array_equal(np.sort(rows), np.arange(datasets.lookup(name).rows))
    if name in SOURCES:
        X, _ = SOURCES[name].read(SHIPPED)
        np.testing.assert_array_equal(data.X_train, X[data.train_rows])
        np.testing.assert_array_equal(data.X_test, X[data.test_rows])


def test_labels_stay_with_their_rows():
    for name in ("ionosphere", "vehicle"):
        data, (_, y) = load(name), SOURCES[name].read(SHIPPED)
        for part, rows in ((data.y_train, data.train_rows), (data.y_test, data.test_rows)):
            assert [data.classes[i] for i in part] == y[rows].tolist()
    data, (_, y) = load("ccpp", target_scaling="none"), SOURCES["ccpp"].read(SHIPPED)
    np.testing.assert_array_equal(data.y_train, y[data.train_rows])


@pytest.mark.parametrize("name", FAKES)
def test_upstream_s_split_is_kept(name, tmp_path, monkeypatch):
    source = install(name, tmp_path)
    monkeypatch.setitem(SOURCES, name, source)
    data = datasets.load(name, data_home=tmp_path, random_state=1)
    assert data.train_rows.tolist() == list(range(source.train_rows))
    assert data.test_rows.tolist() == list(range(source.train_rows, source.rows))


def test_the_seed_decides_the_split():
    first, again, other = (load("airfoil", random_state=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.X_train, again.X_train)
    np.testing.assert_array_equal(first.y_test, again.y_test)
    assert not np.array_equal(np.sort(first.train_rows), np.sort(other.train_rows))


@pytest.mark.parametrize("test_size", [0.1, 0.3, 0.5])
@pytest.mark.parametrize("name", ["ionosphere", "vehicle", "digits"])
def test_classes_are_split_in_proportion(name, test_size):
    data = load(name, test_size=test_size)
    assert len(data.y_test) == int(np.ceil(test_size * datasets.lookup(name).rows))
    train, test = (np.bincount(y, minlength=len(data.classes)) for y in (data.y_train, data.y_test))
    share = len(data.y_test) / (len(data.y_train) + len(data.y_test))
    assert np.all(np.abs(test - share * (train + test)) <= 1)


def test_ionosphere_has_as_many_test_rows_as_the_paper_s_percentages_allow():
    """Table 2: 92.45% and 96.22% are 98/106 and 102/106 cut to two decimals."""
    assert len(load("ionosphere").y_test) == 106


# ---- scaling -----------------------------------------------------------------------------------

@pytest.mark.parametrize("scaling", ["none", "minmax", "standard", "ball"])
@pytest.mark.parametrize("name", SMALL)
def test_training_rows_alone_decide_the_scaling(name, scaling, monkeypatch):
    """Other numbers in the test rows change nothing in the training rows, bit for bit."""
    options = {"scaling": scaling}
    before = load(name, **options)
    source = SOURCES[name]

    def reader(*files):
        X, y = source.reader(*files)
        X[before.test_rows] = X[before.test_rows] * 3 + 1
        if not source.classes:
            y[before.test_rows] = y[before.test_rows] * 2 + 5
        return X, y

    monkeypatch.setitem(SOURCES, name, dataclasses.replace(source, reader=reader))
    monkeypatch.setattr(raw, "check_facts", lambda *_: None)
    after = load(name, **options)
    np.testing.assert_array_equal(after.X_train, before.X_train)
    np.testing.assert_array_equal(after.y_train, before.y_train)
    assert not np.array_equal(after.X_test, before.X_test) or scaling == "ball"


@pytest.mark.parametrize("name", [*SMALL, "digits", "clusters", "planted"])
def test_the_scalings_do_what_they_say(name):
    stored = load(name, scaling="none", target_scaling="none")
    low, high = stored.X_train.min(axis=0), stored.X_train.max(axis=0)
    moving = high > low
    tolerance = {"rtol": 1e-12, "atol": 1e-12}

    minmax = load(name, scaling="minmax")
    for scaled, X in ((minmax.X_train, stored.X_train), (minmax.X_test, stored.X_test)):
        expected = (X - low)[:, moving] / (high - low)[moving]
        np.testing.assert_allclose(scaled[:, moving], expected, **tolerance)
    standard = load(name, scaling="standard")
    np.testing.assert_allclose(standard.X_train.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(standard.X_train[:, moving].std(axis=0), 1, rtol=1e-9)
    np.testing.assert_allclose(
        standard.scaler.inverse_transform(standard.X_test), stored.X_test, rtol=1e-9, atol=1e-9
    )
    ball = load(name, scaling="ball")
    for X in (ball.X_train, ball.X_test):
        assert np.linalg.norm(X, axis=1).max() <= 1 + 1e-12  # Definition 2
    top = ball.X_train.max(axis=0)[moving]
    np.testing.assert_allclose(top, 1 / np.sqrt(len(low)))  # as large as d such columns may be


def test_grey_levels_are_scaled_by_their_known_range(tmp_path, monkeypatch):
    for name, low, high in (("mnist", 0, 255), ("usps", -1, 1)):
        source = install(name, tmp_path)
        monkeypatch.setitem(SOURCES, name, source)
        X, _ = source.read(tmp_path)
        data = datasets.load(name, data_home=tmp_path)
        np.testing.assert_allclose(
            np.concatenate([data.X_train, data.X_test]), (X - float(low)) / (high - low),
            rtol=1e-12, atol=1e-15,
        )


def test_targets_go_to_the_unit_interval_and_back():
    for name in ("airfoil", "ccpp"):
        stored, data = load(name, target_scaling="none"), load(name)
        low, high = stored.y_train.min(), stored.y_train.max()
        np.testing.assert_allclose(data.y_test, (stored.y_test - low) / (high - low), rtol=1e-9)
    stored, data = load("fires", target_scaling="none"), load("fires")
    top = np.log1p(stored.y_train).max()
    np.testing.assert_allclose(data.y_test, np.log1p(stored.y_test) / top, rtol=1e-12)
    back = data.target_scaler.inverse_transform(data.y_test[:, None])[:, 0]
    np.testing.assert_allclose(back, stored.y_test, rtol=1e-9, atol=1e-9)
    assert (data.y_train.min(), data.y_train.max()) == pytest.approx((0, 1))


@pytest.mark.parametrize("name", ["ionosphere", "ccpp", "digits32", "fires"])
def test_float32_is_float64_rounded(name):
    single, double = load(name, dtype=np.float32), load(name)
    assert single.X_train.dtype == single.X_test.dtype == single.Y_train.dtype == np.float32
    np.testing.assert_array_equal(single.X_train, double.X_train.astype(np.float32))
    np.testing.assert_array_equal(single.X_test, double.X_test.astype(np.float32))
    assert double.X_train.dtype == double.Y_train.dtype == np.float64


# ---- the object --------------------------------------------------------------------------------

def test_network_targets():
    data = load("vehicle")
    assert data.classes == ("bus", "opel", "saab", "van")
    assert data.Y_train.shape == (592, 4) and np.all(data.Y_train.sum(axis=1) == 1)
    np.testing.assert_array_equal(data.Y_train.argmax(axis=1), data.y_train)
    data = load("vehicle", task="autoencoding")
    assert data.Y_train is data.X_train and data.Y_test is data.X_test
    assert load("airfoil").Y_test.shape == (451, 1)


def test_labels_are_in_the_order_of_their_numbers(tmp_path, monkeypatch):
    monkeypatch.setitem(SOURCES, "svmguide4", install("svmguide4", tmp_path))
    data = datasets.load("svmguide4", data_home=tmp_path)
    assert data.classes == ("-2", "-1", "1")
    assert data.y_train.tolist() == [1, 2, 0, 1, 2, 0, 1, 2]


def test_a_loaded_set_can_t_be_changed():
    data = load("airfoil")
    for array in (data.X_train, data.X_test, data.y_train, data.y_test, data.train_rows):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        data.X_train = None


def test_standins_say_so():
    for name, standin in datasets.STANDINS.items():
        data = datasets.load(name)
        assert data.is_standin and data.origin.startswith("stand-in")
        assert (len(data.X_train) + len(data.X_test), data.X_train.shape[1]) == (
            standin.rows, standin.features,
        )
        np.testing.assert_array_equal(data.X_train, datasets.load(name).X_train)
        if standin.stands_for:
            real = SOURCES[standin.stands_for]
            assert (real.features, real.task) == (standin.features, standin.task)
            assert datasets.standin_for(real.name) == name
    assert not load("airfoil").is_standin and datasets.standin_for("airfoil") is None
    small, large = datasets.load("digits"), datasets.load("digits32")
    np.testing.assert_array_equal(large.X_train.reshape(-1, 32, 32)[:, ::4, ::4].reshape(-1, 64),
                                  small.X_train)


def test_planted_is_within_the_assumptions_and_reachable():
    """Definition 2's inputs; and error 0, by a network without biases."""
    data = datasets.load("planted")
    assert np.linalg.norm(data.X_train, axis=1).max() <= 1
    zero = datasets.load("planted", scaling="none")
    assert np.array_equal(zero.X_train, data.X_train) and data.target_scaler is None


def test_names_are_forgiving():
    assert load("Air-Foil").name == "airfoil" and load("CCPP").name == "ccpp"


@pytest.mark.parametrize("options, message", [
    ({"name": "iris"}, "iris.*allowed are mnist"),
    ({"name": 3}, "allowed are mnist"),
    ({"scaling": "max"}, "scaling is 'max'.*minmax"),
    ({"scaling": "range"}, "range.*known"),
    ({"target_scaling": "log"}, "target_scaling is 'log'.*log-minmax"),
    ({"name": "vehicle", "target_scaling": "minmax"}, "target_scaling is 'minmax'"),
    ({"name": "planted", "target_scaling": "standard", "test_size": 1}, "test_size is 1"),
    ({"test_size": 0}, "test_size is 0"),
    ({"test_size": "half"}, "test_size is 'half'"),
    ({"test_size": 1e-9, "name": "vehicle"}, "test_size"),
    ({"dtype": np.int64}, "dtype.*float32"),
    ({"dtype": "no such"}, "dtype.*float32"),
    ({"task": "classification"}, "task is 'classification'.*regression"),
    ({"random_state": "seed"}, "random_state"),
])
def test_bad_arguments_are_named(options, message):
    with pytest.raises(InputError, match=message):
        load(options.pop("name", "airfoil"), **options)


def test_the_readme_s_reading_of_table_1():
    """data/README.md: what each scaling of the target makes of the paper's errors."""
    paper = {"airfoil": 0.066852, "fires": 0.024988, "ccpp": 0.000283}
    variance, linear, over_max, inputs = {}, {}, {}, {}
    for name in paper:
        X, y = SOURCES[name].read(SHIPPED)
        unit = (y - y.min()) / np.ptp(y)
        variance[name] = unit.var()
        folds = KFold(10, shuffle=True, random_state=0)
        predicted = cross_val_predict(LinearRegression(), X, unit, cv=folds)
        linear[name] = np.mean((predicted - unit) ** 2)
        over_max[name] = (y / y.max()).var()
        inputs[name] = ((X - X.min(axis=0)) / np.ptp(X, axis=0)).var(axis=0).mean()
    assert [round(variance[name], 4) for name in paper] == [0.0336, 0.0034, 0.0511]
    assert [round(linear[name], 4) for name in paper] == [0.0165, 0.0034, 0.0036]
    assert [round(4 * linear[name], 4) for name in paper] == [0.0659, 0.0138, 0.0146]
    assert [round(inputs[name], 4) for name in paper] == [0.0829, 0.0445, 0.0389]
    assert round(paper["airfoil"] / variance["airfoil"], 1) == 2.0
    assert round(paper["airfoil"] / over_max["airfoil"]) == 28
    assert round(1 - paper["ccpp"] / over_max["ccpp"], 2) == 0.76
    assert round(np.sqrt(paper["ccpp"]) * (495.76 - 420.26), 2) == 1.27
    assert all(paper[name] < inputs[name] for name in paper)


def counts(percent: str, rows: int, cut: bool) -> bool:
    """Is `percent` k/rows for a whole k, to two decimals, rounded or (if `cut`) cut off?"""
    wanted = round(float(percent) * 100)
    for k in range(rows + 1):
        exact = 10_000 * k // rows, 10_000 * k % rows  # whole hundredths of a percent, and the rest
        if wanted == exact[0] + (2 * exact[1] >= rows) or (cut and wanted == exact[0]):
            return True
    return False


def test_the_readme_s_reading_of_table_2():
    """data/README.md: which numbers of test rows the printed accuracies allow."""
    def fits(first, second, limit):
        return [n for n in range(5, limit) if counts(first, n, True) and counts(second, n, True)]

    assert fits("92.45", "96.22", 200) == [53, 106, 159]
    assert fits("87.65", "70.37", 320) == [81, 162, 243]
    assert fits("77.02", "74.80", 500) == [496]
    assert counts("90.43", 2007, False) and counts("89.49", 2007, False)


def test_every_set_is_documented():
    text = (SHIPPED / "README.md").read_text(encoding="utf-8")
    for name, source in SOURCES.items():
        assert f"### `{name}`" in text
        assert all(Path(file).name in text for file in source.files) or name == "vehicle"
    for name in datasets.STANDINS:
        assert f"`{name}`" in text
