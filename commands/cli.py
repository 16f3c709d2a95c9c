"""The command line: which commands there are, and the running of one."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from commands.source import Source

ABOUT = "What a market did around a piece of news, next to what the news said it did."
COMMANDS = {  # function and the module that has it, in the order of the help
    "serve": "serve",
    "show": "show",
    "events": "events",
    "compare": "compare",
    "study": "study",
    "reported": "reported",
    "claims": "claims",
    "new": "new",
    "robustness": "robustness",
    "simulate": "simulate",
    "refresh": "prices",
    "status": "prices",
    "backup": "backup",
    "restore": "backup",
    "export": "export",
    "report": "export",
}

SEVERAL = ("--symbols", "--article", "--hosts", "--donors")  # options that take any number of values


def run(arguments: Sequence[str], source: Source) -> int:
    """Run the command that is named, `serve` when none is, and give its exit code."""
    given = _spelled_out(arguments)
    return command_line(given[0])(args=given, obj=source, standalone_mode=False) or 0


def command_line(name: str) -> typer.Typer:
    """The command line with one command, or with all if the name is none of theirs: for help and for typos.

    A command is imported and its options are read only where it may be run or listed.
    """
    cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help=ABOUT)
    cli.callback()(lambda: None)  # without it, typer makes a single command nameless
    for command in [name] if name in COMMANDS else COMMANDS:
        cli.command()(getattr(import_module(f"commands.{COMMANDS[command]}"), command))
    return cli


def _spelled_out(arguments: Sequence[str]) -> list[str]:
    """Arguments with ``serve`` where no command is named; options of `SEVERAL` stand before each value."""
    named = arguments and (not arguments[0].startswith("-") or arguments[0] == "--help")
    out: list[str] = [] if named else ["serve"]
    several = ""
    for position, argument in enumerate(arguments):
        if argument.startswith("-"):
            several = argument if argument in SEVERAL else ""
        elif several and arguments[position - 1] != several:
            out.append(several)
        out.append(argument)
    return out
