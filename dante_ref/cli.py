"""The command `dante-ref`: one subcommand a module of `commands`.

Exit codes: 0 done; 1 the command ran and its answer is no (a verdict differs, a check failed);
2 bad usage, bad input or a file that can't be read or written: one line on standard error.
"""

import argparse
import io
import os
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from importlib import import_module
from pathlib import Path
from shutil import get_terminal_size
from textwrap import fill
from typing import Any

from . import __version__
from .commands import COMMANDS, EXAMPLES
from .exceptions import DanteError, hint

DESCRIPTION = "The command `dante-ref`: read, verify, train, reproduce and teach with DANTE."
CLOSED_PIPE = 141
"""The exit code of a program whose reader has gone, as a shell gives it: 128 + SIGPIPE."""


class Parser(argparse.ArgumentParser):
    """Its help begins with what the command is for, where argparse's begins with the usage; '' is
    no path, where Path takes it for the working directory (`--out "$UNSET"`)."""

    def __init__(self, **options: Any):
        super().__init__(**options)
        self.register("type", Path, _path)

    def format_help(self) -> str:
        purpose, self.description = self.description or "", None
        try:
            return f"{fill(purpose, get_terminal_size().columns - 2)}\n\n{super().format_help()}"
        finally:
            self.description = purpose


def _path(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("it is ''; allowed is a path, as . for this folder")
    return Path(text)


def make_parser(words: Collection[str] = tuple(COMMANDS)) -> argparse.ArgumentParser:
    """The parser of `dante-ref`, with the options of the commands among `words`.

    Their modules are imported here, the others' are not: NumPy, SciPy, scikit-learn and matplotlib
    take their time, and most commands need only some of them.
    """
    parser = Parser(prog="dante-ref", description=DESCRIPTION)
    parser.add_argument("--version", action="version", version=f"dante-ref {__version__}")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, purpose in COMMANDS.items():
        sub = subparsers.add_parser(
            name, help=purpose, description=purpose, epilog=f"example: {EXAMPLES[name]}",
            formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        )
        if name in words:
            command = import_module(f".commands.{name}", __package__)
            command.add_arguments(sub)
            sub.set_defaults(run=command.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code: 2 for an error, 130 after Ctrl-C."""
    with _surroundings():
        return _main(list(sys.argv[1:] if argv is None else argv))


def _main(words: list[str]) -> int:
    named = next((word for word in words if not word.startswith("-")), None)
    try:
        parser = make_parser(words)
        if named is not None and named not in COMMANDS:
            parser.error(f"there is no command {named!r}; {hint(named, COMMANDS)}")
        args = parser.parse_args(words)
        code: int = args.run(args)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        _discard_output()
        return CLOSED_PIPE
    except (DanteError, OSError, MemoryError) as error:
        print(f"dante-ref {named}: {' '.join(_said(error).split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"dante-ref {named}: interrupted", file=sys.stderr)
        return 130


def _said(error: Exception) -> str:
    """What an error says; of the operating system's, the file and the reason, not the number."""
    if isinstance(error, OSError) and error.strerror:
        named = [str(name) for name in (error.filename, error.filename2) if name is not None]
        return ": ".join([" -> ".join(named), error.strerror] if named else [error.strerror])
    return str(error) or type(error).__name__


@contextmanager
def _surroundings() -> Iterator[None]:
    """What a command needs of its surroundings, put back at its end.

    MPLBACKEND is set aside: commands draw into files, and a name that matplotlib doesn't know stops
    its import. A stream that is closed (`2>&-`, pythonw) takes what is written and drops it; one
    that has no κ (a Windows console, LC_ALL=C) shows \\u03ba.
    """
    backend = os.environ.pop("MPLBACKEND", None)
    with ExitStack() as stack:
        for stream, redirect in ((sys.stdout, redirect_stdout), (sys.stderr, redirect_stderr)):
            if stream is None:
                nowhere = stack.enter_context(open(os.devnull, "w", encoding="utf-8"))
                stack.enter_context(redirect(nowhere))
            elif isinstance(stream, io.TextIOWrapper):
                stack.callback(stream.reconfigure, errors=stream.errors)
                stream.reconfigure(errors="backslashreplace")
        try:
            yield
        finally:
            if backend is not None:
                os.environ["MPLBACKEND"] = backend


def _discard_output() -> None:
    """What Python still writes at its end goes nowhere, in place of an error."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


if __name__ == "__main__":
    sys.exit(main())
