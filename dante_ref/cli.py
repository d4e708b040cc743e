"""The command `dante-ref`: one subcommand a module of `commands`.

Exit codes: 0 done; 1 the command ran and its answer is no (a verdict differs, a check failed);
2 bad usage, bad input or a file that can't be read or written: one line on standard error.
"""

import argparse
import sys
from collections.abc import Sequence

from . import __version__
from .commands import bench, data, notebooks, reproduce, show, train, verify
from .exceptions import DanteError

COMMANDS = (verify, show, train, data, reproduce, notebooks, bench)


def make_parser() -> argparse.ArgumentParser:
    """The parser of `dante-ref` with every subcommand."""
    parser = argparse.ArgumentParser(prog="dante-ref", description=__doc__.splitlines()[0])
    parser.add_argument("--version", action="version", version=f"dante-ref {__version__}")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        sub = subparsers.add_parser(
            command.NAME, help=command.HELP, description=command.HELP,
            formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        )
        command.add_arguments(sub)
        sub.set_defaults(run=command.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code: 2 for an error, 130 after Ctrl-C."""
    args = make_parser().parse_args(argv)
    try:
        return args.run(args)
    except (DanteError, OSError, MemoryError) as error:
        print(f"dante-ref {args.command}: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"dante-ref {args.command}: interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
