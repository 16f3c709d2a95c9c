"""Messages for the person at the terminal, beside the result: on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.refresh.refresh import Progress


def say(message: str) -> None:
    """A message for the person at the terminal, beside the result."""
    with suppress(BrokenPipeError):  # nobody reads any more; the work goes on
        print(message, file=sys.stderr, flush=True)


@contextmanager
def fetching() -> Iterator[Progress]:
    """How far a refresh is, on stderr: a bar on a terminal, plain lines otherwise."""
    if not sys.stderr.isatty():
        yield lambda done, total, symbol, sentence: say(f"{done}/{total} {symbol}: {sentence}")
        return
    with progress("Fetching") as report:
        yield lambda done, total, symbol, sentence: report(f"{symbol}: {sentence}"[:60], done, total)


@contextmanager
def progress(what: str) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on a terminal; elsewhere nothing, so that logs stay clean.

    Yields a function to call with the name of what is done, how many are done and how many there are.
    """
    if not sys.stderr.isatty():
        yield lambda name, done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda name, done, total: bar.update(task, completed=done, total=total, description=name)
