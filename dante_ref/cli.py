"""The command `dante-ref`: one subcommand a module of `commands`.

Exit codes: 0 done; 1 the command ran and its answer is no (a verdict differs, a check failed);
2 bad usage, bad input or a file that can't be read or written: one line on standard error.
"""

import argparse
import sys
from collections.abc import Collection, Sequence
from difflib import get_close_matches
from importlib import import_module

from . import __version__
from .commands import COMMANDS
from .exceptions import DanteError


def make_parser(words: Collection[str] = tuple(COMMANDS)) -> argparse.ArgumentParser:
    """The parser of `dante-ref`, with the options of the commands among `words`.

    Their modules are imported here, the others' are not: NumPy, SciPy, scikit-learn and matplotlib
    take their time, and most commands need only some of them.
    """
    parser = argparse.ArgumentParser(prog="dante-ref", description=__doc__.splitlines()[0])
    parser.add_argument("--version", action="version", version=f"dante-ref {__version__}")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, purpose in COMMANDS.items():
        sub = subparsers.add_parser(
            name, help=purpose, description=purpose,
            formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        )
        if name in words:
            command = import_module(f".commands.{name}", __package__)
            command.add_arguments(sub)
            sub.set_defaults(run=command.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code: 2 for an error, 130 after Ctrl-C."""
    words = list(sys.argv[1:] if argv is None else argv)
    parser = make_parser(words)
    named = next((word for word in words if not word.startswith("-")), None)
    if named is not None and named not in COMMANDS:
        near = get_close_matches(named, COMMANDS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"allowed are {', '.join(COMMANDS)}"
        parser.error(f"there is no command {named!r}; {hint}")
    args = parser.parse_args(words)
    try:
        code: int = args.run(args)
        return code
    except (DanteError, OSError, MemoryError) as error:
        print(f"dante-ref {args.command}: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"dante-ref {args.command}: interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
