"""Aftershock: what a market did around a piece of news, next to what the news said it did.

The composition root: here the source of data meets the commands and the pages. `main` runs a command;
`server` is the WSGI application (``gunicorn app:server``), built when first asked for.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from typing import Any

# Matrices of a study are small: threads of one decomposition wait for each other longer than they compute,
# on a busy machine a hundred times as long. Who wants them sets the variable. NumPy reads it when imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from typer.exceptions import TyperException

from analysis.market.errors import DesignError, EventStudyError, UnknownNameError
from commands.cli import run
from commands.console import say
from commands.source import Source


@cache
def _server() -> Any:
    from commands.serve import HOSTS, REFRESH_EVERY, asked_read_only, wsgi

    source, hosts = Source(os.environ.get(REFRESH_EVERY) or "off"), os.environ.get(HOSTS, "")
    return wsgi(source, asked_read_only(os.environ), hosts=[hosts])


def __getattr__(name: str) -> Any:
    if name == "server":
        return _server()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; an error is one line on stderr."""
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115  # a caller may have closed it
    with suppress(AttributeError):  # not a stream of text
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        code = run(sys.argv[1:] if arguments is None else arguments, Source())
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader has stopped: say no more, not even at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except TyperException as error:
        return _fail(error.format_message(), error.exit_code)
    except (DesignError, UnknownNameError) as error:
        return _fail(str(error), 2)
    except EventStudyError as error:
        return _fail(str(error), 1)
    except OSError as error:
        return _fail(f"{error.filename or 'the output'}: {error.strerror or error}", 1)
    except Exception as error:
        if os.environ.get("AFTERSHOCK_DEBUG"):
            raise
        return _fail(f"{type(error).__name__}: {error} (AFTERSHOCK_DEBUG=1 shows where)", 1)


def _fail(message: str, code: int) -> int:
    say(f"error: {' '.join(message.split())}")
    return code


if __name__ == "__main__":
    gc.set_threshold(200_000)  # most commands end before looking for garbage pays; `serve` sets it back
    code = main()
    gc.freeze()  # else its end would look for garbage once more, which takes a sixth of a study
    sys.exit(code)
