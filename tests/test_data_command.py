"""`dante-ref data list|check|fetch` as a user calls it."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from dante_ref import cli, datasets

SHIPPED = Path(__file__).parents[1] / "data"


pytestmark = pytest.mark.usefixtures("offline")


@pytest.fixture
def home(tmp_path):
    """A copy of the shipped sets."""
    for name in ("vehicle", "fires"):
        shutil.copytree(SHIPPED / name, tmp_path / name)
    return tmp_path


def test_list_shows_every_set_and_where_it_is(home, capsys):
    assert cli.main(["data", "list", "--data-home", str(home)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["name", "rows", "features", "task", "where", "licence", "what"]
    table = {line.split()[0]: line for line in lines[1:]}
    assert tuple(table) == datasets.names()
    assert str(home / "vehicle") in table["vehicle"] and "CC BY 4.0" in table["vehicle"]
    assert table["vehicle"].split()[1:4] == ["846", "18", "classification"]
    assert "not here" in table["mnist"] and "stand-in for mnist" in table["digits32"]


def test_check_passes_on_the_shipped_sets(capsys):
    assert cli.main(["data", "check", "--data-home", str(SHIPPED)]) == 0
    verdicts = {line.split()[1]: line.split()[0] for line in capsys.readouterr().out.splitlines()}
    for name in ("ionosphere", "vehicle", "airfoil", "fires", "ccpp"):
        assert verdicts[name] == "ok"


@pytest.mark.parametrize("content", [b"", b"1 2 3 van\n", b"\xff\x00"])
def test_check_fails_on_a_wrong_file_and_goes_on(home, capsys, content):
    (home / "vehicle/xac.dat").write_bytes(content)
    assert cli.main(["data", "check", "--data-home", str(home)]) == 1
    out, err = capsys.readouterr()
    lines = {line.split()[1]: line for line in out.splitlines()}
    assert lines["vehicle"].startswith("WRONG") and "xac.dat" in lines["vehicle"]
    assert lines["fires"].startswith("ok") and not err


def test_check_fails_on_one_changed_digit(home, capsys):
    path = home / "fires/forestfires.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("1090.84", "1090.83"))
    assert cli.main(["data", "check", "fires", "--data-home", str(home)]) == 1
    assert "forestfires.csv" in capsys.readouterr().out


def test_check_fails_on_an_incomplete_set(home, capsys):
    (home / "vehicle/xai.dat").unlink()
    assert cli.main(["data", "check", "--data-home", str(home)]) == 1
    assert "incomplete" in capsys.readouterr().out


def test_check_of_an_absent_set_fails_if_it_was_asked_for(home, capsys):
    assert cli.main(["data", "check", "--data-home", str(home)]) == 0
    assert cli.main(["data", "check", "vehicle", "mnist", "--data-home", str(home)]) == 1
    assert "absent  mnist" in capsys.readouterr().out


def test_without_a_data_folder_the_five_shipped_sets_are_checked(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["data", "check"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("ok ") for line in said) == 5
    assert sum(line.startswith("absent ") for line in said) == len(datasets.SOURCES) - 5


def test_check_of_nothing_at_all_fails(tmp_path, capsys):
    assert cli.main(["data", "check", "--data-home", str(tmp_path)]) == 1
    assert str(tmp_path) in capsys.readouterr().out


def one_line_of_error(capsys) -> str:
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and err.startswith("dante-ref data: ")
    return err


def test_fetch_offline_is_one_line(tmp_path, capsys):
    assert cli.main(["data", "fetch", "mnist", "--data-home", str(tmp_path)]) == 2
    error = one_line_of_error(capsys)
    assert "can't be reached" in error and "train-images-idx3-ubyte.gz" in error
    assert str(tmp_path) in error and not list(tmp_path.iterdir())


@pytest.mark.parametrize("name, why", [
    ("svmguide4", "no copy"), ("digits", "stand-in"), ("iris", "allowed are mnist"),
])
def test_fetch_of_what_can_t_be_fetched(name, why, tmp_path, capsys):
    assert cli.main(["data", "fetch", name, "--data-home", str(tmp_path)]) == 2
    assert why in one_line_of_error(capsys)


def test_fetch_keeps_what_it_got(tmp_path, capsys, monkeypatch):
    X, y = datasets.SOURCES["vehicle"].read(SHIPPED)
    bunch = SimpleNamespace(data=X, target=y)
    monkeypatch.setattr("sklearn.datasets.fetch_openml", lambda **_: bunch)
    folder = str(tmp_path / "new")
    assert cli.main(["data", "fetch", "vehicle", "--data-home", folder]) == 0
    monkeypatch.setattr("sklearn.datasets.fetch_openml", lambda **_: pytest.fail("asked again"))
    assert cli.main(["data", "fetch", "vehicle", "--data-home", folder]) == 0
    assert cli.main(["data", "check", "vehicle", "--data-home", folder]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("fetched") and out[1].startswith("here") and out[2].startswith("ok")


def test_fetch_into_a_folder_that_can_t_be_made(tmp_path, capsys, monkeypatch):
    X, y = datasets.SOURCES["vehicle"].read(SHIPPED)
    bunch = SimpleNamespace(data=X, target=y)
    monkeypatch.setattr("sklearn.datasets.fetch_openml", lambda **_: bunch)
    (tmp_path / "file").write_text("")
    assert cli.main(["data", "fetch", "vehicle", "--data-home", str(tmp_path / "file/x")]) == 2
    assert "file" in one_line_of_error(capsys)


def test_a_data_folder_that_isn_t_there(tmp_path, capsys):
    for action in ("list", "check"):
        assert cli.main(["data", action, "--data-home", str(tmp_path / "nowhere")]) == 2
        assert "nowhere" in one_line_of_error(capsys)


def test_usage(capsys):
    for arguments in (["data"], ["data", "steal"]):
        with pytest.raises(SystemExit) as caught:
            cli.main(arguments)
        assert caught.value.code == 2
    capsys.readouterr()
