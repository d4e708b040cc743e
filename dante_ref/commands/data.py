"""`dante-ref data list|check|fetch`: which data sets are here, are they right, get one."""

import argparse
from pathlib import Path

from .. import datasets
from ..datasets import openml
from ..datasets.dataset import folder_of
from ..datasets.raw import DEFAULT_HOME, ENVIRONMENT, held, instructions, missing_files, read_local
from ..exceptions import DanteError, DataError, InputError, MissingDataError
from ..report.columns import in_columns


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The three actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for action, text in (
        ("list", "a table of all sets and stand-ins, with the place where each is found"),
        ("check", "verify checksums and counts; exit code 1 if a file is wrong, if a set asked "
         "for isn't here, or if none is"),
        ("fetch", "download sets that aren't here from OpenML into the data folder"),
    ):
        named = "" if action == "list" else " vehicle"
        sub = actions.add_parser(
            action, help=text, description=text, epilog=f"example: dante-ref data {action}{named}"
        )
        sub.add_argument(
            "--data-home", metavar="DIR", default=argparse.SUPPRESS,
            help=f"the data folder; by default ${ENVIRONMENT}, else data/ in the working "
            "directory; the five small sets come with the package",
        )
        if action != "list":
            sub.add_argument("names", nargs="*", metavar="NAME", help="data sets; none means all")


def run(args: argparse.Namespace) -> int:
    """0 done, 1 a check failed."""
    args.data_home = getattr(args, "data_home", None)
    return {"list": _list, "check": _check, "fetch": _fetch}[args.action](args)


def _list(args: argparse.Namespace) -> int:
    rows = [("name", "rows", "features", "task", "where", "licence", "what")]
    for name in datasets.names():
        entry = datasets.lookup(name)
        where = datasets.find(name, args.data_home) or "not here"
        if isinstance(entry, datasets.StandIn) and entry.stands_for:
            where += f", stand-in for {entry.stands_for}"
        rows.append((
            name, str(entry.rows), str(entry.features), entry.task, where, entry.licence,
            entry.title,
        ))
    print(in_columns(rows, right=(1, 2)))
    return 0


def _sources(names: list[str]) -> list[datasets.Source]:
    """The entries asked for, all real sets if none is; InputError for a stand-in."""
    entries = []
    for entry in map(datasets.lookup, names or datasets.SOURCES):
        if isinstance(entry, datasets.StandIn):
            raise InputError(
                f"{entry.name} is a stand-in, made when it's used; allowed are "
                f"{', '.join(datasets.SOURCES)}"
            )
        entries.append(entry)
    return entries


def _check(args: argparse.Namespace) -> int:
    sources = _sources(args.names)
    home = datasets.data_home(args.data_home)
    named = home != Path(DEFAULT_HOME)  # then it alone is checked
    wrong = here = 0
    for source in sources:
        try:
            verdict, text = _verdict(source, home if named else folder_of(source, home))
        except (DanteError, OSError) as error:
            verdict, text = "WRONG", " ".join(str(error).split())
        here += verdict != "absent"
        wrong += verdict == "WRONG" or (verdict == "absent" and bool(args.names))
        print(f"{verdict:<7} {source.name:<11} {text}", flush=True)
    if not here:
        print(f"none of these data sets is in {home.absolute()}")
    return int(bool(wrong) or not here)


def _verdict(source: datasets.Source, home: Path) -> tuple[str, str]:
    """'ok', 'absent', and what was looked at; DataError if it's wrong."""
    how, missing = held(source, home), [home / name for name in missing_files(source, home)]
    if how == "kept":
        return "ok", openml.read_kept(source, home).origin
    if how == "absent":
        return "absent", f"no {missing[0]}"
    if how == "incomplete":
        raise DataError(f"incomplete: no {', '.join(map(str, missing))}")
    return "ok", f"{source.rows} x {source.features}: {read_local(source, home).origin}"


def _fetch(args: argparse.Namespace) -> int:
    sources = _sources(args.names)
    home = datasets.data_home(args.data_home, must_exist=False)
    for source in sources:
        where = datasets.find(source.name, home) if home.is_dir() else None
        if where:
            print(f"here    {source.name:<11} {where}")
        elif source.openml is None and not args.names:
            print(f"skipped {source.name:<11} OpenML has no copy that is known to be this one")
        else:
            print(f"fetched {source.name:<11} {_fetch_one(source, home)}")
    return 0


def _fetch_one(source: datasets.Source, home: Path) -> str:
    """Where the copy is kept, and what it is; MissingDataError says what to do without network."""
    try:
        raw = openml.download(source)
    except MissingDataError as error:
        raise MissingDataError(f"{error}; {instructions(source, home)}") from None
    return f"{openml.keep(source, raw, home)}: {raw.origin}"
