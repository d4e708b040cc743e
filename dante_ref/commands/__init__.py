"""The subcommands of `dante-ref`: a module each, with NAME, HELP, add_arguments(parser), run(args).

`run` returns the exit code. A new command is one file here and its name in `cli.COMMANDS`.
"""
