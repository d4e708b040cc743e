"""What surroundings may be: closed pipes and streams, locales, backends, a matplotlibrc."""

import os
import re
import subprocess
import sys
import warnings
from pathlib import Path

import matplotlib
import pytest

from dante_ref import cli
from dante_ref.commands import COMMANDS, data, notebooks
from dante_ref.estimators import autoencoder, supervised
from dante_ref.report import training_curves

LIST = [sys.executable, "-m", "dante_ref", "data", "list"]
SOURCES = ("airfoil", "ccpp", "fires", "ionosphere", "vehicle")


def run(argv, *, env=None, **options):
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.run(argv, env={**os.environ, **(env or {})}, **options)


def is_listed(said):
    return all(name.encode() in said for name in SOURCES)


def test_a_reader_that_leaves_ends_the_command_in_silence():
    """As in `dante-ref data list | true`: no traceback, and the shell's exit code for it."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = run(LIST, stdout=writing)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (cli.CLOSED_PIPE, b"")


@pytest.mark.parametrize("closed", ["1", "2"])
@pytest.mark.skipif(os.name != "posix", reason="a POSIX shell closes streams like this")
def test_closed_streams(closed):
    done = run(["sh", "-c", f'exec "$@" {closed}>&-', "sh", *LIST])
    assert done.returncode == 0 and done.stderr == b""
    assert is_listed(done.stdout) == (closed == "2")


def test_what_goes_to_a_closed_stderr_goes_nowhere(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stderr", None)
    assert cli.main(["show", "theorem-9"]) == 2
    assert capsys.readouterr().out == ""


def test_ctrl_c_while_a_command_is_imported_is_one_line(monkeypatch, capsys):
    def pressed(*name):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "import_module", pressed)
    assert cli.main(["train"]) == 130
    assert capsys.readouterr().err == "dante-ref train: interrupted\n"


def test_without_docstrings():
    done = run([sys.executable, "-OO", *LIST[1:]])
    assert done.returncode == 0 and is_listed(done.stdout)


@pytest.mark.parametrize("module", [autoencoder, supervised])
def test_estimators_without_docstrings(module):
    """dataclass gives a class without one its signature, so `documented` must look twice."""
    source = Path(module.__file__).read_text(encoding="utf-8")
    found = {"__name__": module.__name__, "__package__": module.__package__}
    exec(compile(source, module.__file__, "exec", optimize=2), found)
    kind = found["DanteAutoencoder" if module is autoencoder else "DanteRegressor"]
    assert kind.fit.__doc__ is None and kind().get_params()["schedule"] == "greedy_pairs"


@pytest.mark.parametrize("backend", ["nonsense", "module://not.there"])
def test_a_backend_that_is_not_there(backend):
    """A notebook's own, say, in an environment without it. `show` imports matplotlib."""
    argv = [sys.executable, "-m", "dante_ref", "show", "section-5.3"]
    done = run(argv, env={"MPLBACKEND": backend})
    assert done.returncode == 0 and done.stderr == b"" and b"section-5.3" in done.stdout


def test_the_environment_is_put_back(monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.setattr(data, "run", lambda args: int("MPLBACKEND" in os.environ))
    assert cli.main(["data", "list"]) == 0
    assert os.environ["MPLBACKEND"] == "agg"


def test_a_console_without_greek():
    argv = [sys.executable, "-m", "dante_ref", "show", "theorem-1"]
    done = run(argv, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert done.returncode == 0 and done.stderr == b""


@pytest.mark.parametrize("error, said", [
    (OSError(28, "No space left on device", "out/x"), "out/x: No space left on device"),
    (FileNotFoundError(2, "No such file", "a", None, "b"), "a -> b: No such file"),
    (OSError("bare"), "bare"), (MemoryError(), "MemoryError"),
])
def test_what_the_system_says_has_no_number(error, said, monkeypatch, capsys):
    def fail(args):
        raise error

    monkeypatch.setattr(data, "run", fail)
    assert cli.main(["data", "list"]) == 2
    assert capsys.readouterr().err == f"dante-ref data: {said}\n"


WORDS = [[name] for name in COMMANDS] + [["data", name] for name in ("list", "check", "fetch")]


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_help_begins_with_what_a_command_is_for_and_has_an_example_that_parses(
    words, capsys, monkeypatch
):
    monkeypatch.setenv("COLUMNS", "300")
    with pytest.raises(SystemExit):
        cli.main([*words, "--help"])
    said = capsys.readouterr().out
    example = re.search(r"^example: dante-ref (.*)$", said, re.M).group(1).split()
    assert example[:len(words)] == words
    assert said.index("\n\nusage: ") > 20 and "\n" not in said[:said.index("\n\nusage: ")]
    assert len(words) == 2 or said.startswith(COMMANDS[words[0]])
    cli.make_parser(example).parse_args(example)


@pytest.mark.parametrize("argv", [["verify"], ["reproduce", "table1"]])
def test_jobs_have_a_bound(argv, tmp_path, capsys):
    assert cli.main([*argv, "--jobs", "100000", "--out", str(tmp_path)]) == 2
    assert "--jobs is 100000; allowed are at most" in capsys.readouterr().err


@pytest.mark.parametrize("argv, said", [
    (["train", "--out", "file"], "file: is a file, no folder"),
    (["verify", "--out", "file/x"], "file/x: Not a directory"),
    (["bench", "--out", "file/x"], "file: is a file, no folder"),
    (["bench", "--out", "."], "--out is '.', a folder; allowed is a file in it"),
    (["data", "list", "--data-home", "file"], "the data folder file (from data_home) is no folder"),
    (["data", "fetch", "mnist", "--data-home", "file"], "is no folder"),
    (["reproduce", "table1", "--earlier", "not-there"], "--earlier not-there is no file"),
    (["train", "--resume", "--out", "file"], "file holds no checkpoint.npz"),
], ids=lambda x: " ".join(x) if isinstance(x, list) else "")
def test_a_file_for_a_folder_and_the_other_way_round(argv, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("mine")
    assert cli.main(argv) == 2
    line, = capsys.readouterr().err.splitlines()
    assert said in line and "Errno" not in line
    assert Path("file").read_text() == "mine"


# ---- pictures ----------------------------------------------------------------------------------

CURVES = {"DANTE": [(0, 1.0, 2.0), (10, 0.5, 1.0)], "SGD": [(0, 1.0, 2.0), (10, 0.1, 0.2)]}
ZEROS = {"DANTE": [(0, 0.0, 0.0), (10, 0.0, 0.0)]}


def plot(path, curves, title="a title"):
    training_curves.plot(path, curves, title=title, outputs=3, b=20)
    return path.stat().st_size


@pytest.mark.parametrize("curves", [CURVES, ZEROS], ids=["positive", "zeros"])
def test_curves_are_drawn_without_a_warning(curves, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert plot(tmp_path / "c.png", curves) > 1000


def test_data_may_have_any_name_in_a_title(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert plot(tmp_path / "c.png", ZEROS, r"数据 $\frac$.csv") > 1000


def test_a_user_s_matplotlibrc_does_not_reach_the_report(tmp_path):
    """With usetex every letter would need an installed TeX."""
    plain, theirs = tmp_path / "plain.png", tmp_path / "theirs.png"
    plot(plain, CURVES)
    with matplotlib.rc_context({"text.usetex": True, "lines.linewidth": 9.0}):
        plot(theirs, CURVES)
    assert plain.read_bytes() == theirs.read_bytes()


def test_no_picture_decides_whether_numbers_are_saved(tmp_path, monkeypatch, capsys):
    def fail(*args, **kwargs):
        raise RuntimeError("latex could not be found")

    monkeypatch.setattr(training_curves, "plot", fail)
    small = ["--iterations", "40", "--inner-iterations", "10", "--hidden", "3"]
    assert cli.main(["train", "--out", str(tmp_path), *small]) == 0
    assert {p.name for p in tmp_path.iterdir()} == {
        "checkpoint.npz", "best.npz", "curves.csv", "summary.json"}
    assert "curves.png couldn't be drawn (RuntimeError: latex" in capsys.readouterr().err


# ---- earlier work ------------------------------------------------------------------------------

def test_an_earlier_run_is_never_overwritten_unasked(tmp_path, capsys):
    def train(*more):
        small = ["--iterations", "40", "--inner-iterations", "10", "--hidden", "3"]
        code = cli.main(["train", "--out", str(tmp_path), *small, *more])
        return code, capsys.readouterr().err

    def contents():
        return {p.name: p.read_bytes() for p in tmp_path.iterdir()}

    assert train()[0] == 0
    before = contents()
    code, said = train("--seed", "1")
    assert code == 2 and "--resume" in said and "--overwrite" in said
    assert contents() == before
    assert train("--resume", "--overwrite")[0] == 2 and contents() == before
    code, said = train("--resume", "--batch-size", "5")
    assert code == 2 and "b is 20 there and 5 here" in said and "b: --batch-size" in said
    code, said = train("--resume", "--iterations", "20")
    assert code == 2 and "(max_alternations: --iterations)" in said
    code, said = train("--resume", "--schedule", "backprop")
    assert code == 2 and "of another kind" in said and "None" not in said
    assert contents() == before
    assert train("--seed", "1", "--overwrite")[0] == 0
    assert contents()["best.npz"] != before["best.npz"]
    (tmp_path / "checkpoint.npz").unlink()
    assert train()[0] == 2  # curves and summary are work too


@pytest.mark.parametrize("words, name", [
    (["site", "."], "index.html"), (["notebooks", "--html", "."], "index.html"),
    (["bench", "--out", "bench.json"], "bench.json"), (["verify"], "out/verify/ledger.md"),
], ids=lambda x: str(x[0]))
def test_a_user_s_files_are_never_overwritten_unasked(words, name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text("mine")
    assert cli.main(words) == 2 and Path(name).read_text() == "mine"
    said = capsys.readouterr().err
    assert Path(name).name in said and "--overwrite" in said


# ---- the course --------------------------------------------------------------------------------

def test_somebody_else_s_notebooks_folder_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks/00-mine.py").write_text("# %%\n1 + 1\n")
    assert notebooks.find_course() == notebooks.shipped("notebooks")


def test_an_installed_course_is_copied_before_it_is_written_into(tmp_path, monkeypatch, capsys):
    course = notebooks.shipped("notebooks")
    monkeypatch.chdir(tmp_path)
    assert notebooks.to_write_into(course) == course  # a checkout's is written into
    monkeypatch.setattr(notebooks, "PACKAGE", course.parent)
    copy = notebooks.to_write_into(course)
    assert copy == Path("dante-notebooks") and notebooks.is_course(copy)
    (copy / "00-the-map.py").write_text("mine now")
    assert notebooks.to_write_into(course) == copy  # made once, then the user's
    assert (copy / "00-the-map.py").read_text(encoding="utf-8") == "mine now"
    (copy / "00-the-map.py").unlink()
    assert cli.main(["notebooks", "--execute"]) == 2
    assert "./dante-notebooks is there and isn't the course" in capsys.readouterr().err


# ---- the tests themselves ----------------------------------------------------------------------

@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="a POSIX shell ignores SIGINT like this")
def test_the_tests_need_no_quiet_attended_machine(tmp_path):
    """Ctrl-C ignored, no terminal, no home, another language, width, backend, umask and folder."""
    (tmp_path / "a folder ü").mkdir()
    odd = {"HOME": "/proc/nowhere", "XDG_CONFIG_HOME": "/proc/nowhere", "LC_ALL": "C", "LANG": "xx",
           "COLUMNS": "20", "FORCE_COLOR": "1", "TERM": "dumb", "TZ": "Asia/Kathmandu",
           "PYTHONWARNINGS": "error", "PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "nonsense",
           "DANTE_REF_DATA": str(tmp_path / "nowhere"), "TMPDIR": str(tmp_path / "a folder ü")}
    files = (f"{Path(__file__).parent / name}.py" for name in (
        "test_faults", "test_surroundings", "test_data_command", "test_tables"))
    few = "ctrl_c or handler or closed or reader_that or list or tables"
    pytests = [sys.executable, "-W", "default", "-m", "pytest", "-q", "-p", "no:cacheprovider",
               "-m", "not slow", "-k", few, *files]
    shell = ["sh", "-c", 'trap "" INT; umask 077; exec "$@"', "sh", *pytests]
    done = run(shell, env=odd, stdin=subprocess.DEVNULL, start_new_session=True)
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-3000:]
