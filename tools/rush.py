"""What one bad client can do, against the server as users start it; only this machine is asked.

    python -m tools.rush --half-open 200 --pictures 100 --views 16

Half a request is sent over many connections, then many pictures and many views that nobody has made are
asked for at once, and ``/health`` all the while. Exit code 1 if it took longer than a second, or if an answer
was neither what was asked for nor a 503 that says when to come again. ``--gunicorn`` tries gunicorn instead.
"""

from __future__ import annotations

import argparse
import socket
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tools.load_test import EVENT, resident
from tools.serving import APPLICATION, serving

MOST = 1000
PATIENCE = 120.0  # seconds for one answer
PROMISED = 1.0  # seconds within which /health answers
GUNICORN = ("-m", "gunicorn", "--threads", "8", "--bind", "127.0.0.1:0", "--no-control-socket", "app:server")
LATER = "503, later"


@dataclass
class Rush:
    """What was met: how long ``/health`` took while something else went on, and how that was answered."""

    health: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)

    @property
    def slowest(self) -> float:
        """Seconds of the slowest ``/health``; endless if there was none."""
        return max(self.health, default=float("inf"))


@contextmanager
def half_open(address: str, number: int) -> Iterator[None]:
    """Connections over which half a request came."""
    place = urlsplit(address)
    with ExitStack() as stack:
        for _ in range(number):
            line = stack.enter_context(socket.create_connection((place.hostname or "", place.port or 0)))
            line.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0")
        yield


def pictures(number: int) -> list[str]:
    """Addresses of pictures under ever other choices."""
    return [f"/download/{EVENT}/reaction/car-paths.png?car=-{i // 10}..{i % 10 + 1}" for i in range(number)]


def views(number: int) -> list[str]:
    """Addresses of the page that takes the longest, under ever other choices."""
    return [f"/e/{EVENT}/robustness?window=-{i // 4 + 1}..{i % 4 + 6}" for i in range(number)]


def ask(address: str, path: str) -> str:
    """How a request is answered, in a word."""
    try:
        with urllib.request.urlopen(address + path, timeout=PATIENCE) as answer:
            answer.read()
            return str(answer.status)
    except urllib.error.HTTPError as error:
        later = error.code == 503 and error.headers.get("Retry-After")
        return LATER if later else str(error.code)
    except OSError as error:
        return type(error).__name__


def healthy(address: str, rush: Rush) -> None:
    """Ask for ``/health`` once more."""
    start = time.monotonic()
    if ask(address, "/health") == "200":
        rush.health.append(time.monotonic() - start)
    else:
        rush.health.append(float("inf"))


def rushed(address: str, paths: Sequence[str]) -> Rush:
    """Ask for everything at once, and for ``/health`` until the last answer has come."""
    rush = Rush()
    threads = [
        threading.Thread(target=lambda path=path: rush.answers.update([ask(address, path)])) for path in paths
    ]
    for thread in threads:
        thread.start()
    healthy(address, rush)
    while any(thread.is_alive() for thread in threads):
        healthy(address, rush)
        time.sleep(0.1)
    return rush


def tried(address: str, connections: int, drawn: int, made: int) -> dict[str, Rush]:
    """Half-open connections, then pictures, then views besides them."""
    silent = Rush()
    with half_open(address, connections):
        for _ in range(5):
            healthy(address, silent)
        return {
            f"{connections} half-open connections": silent,
            f"{drawn} pictures": rushed(address, pictures(drawn)),
            f"{made} heavy views": rushed(address, views(made)),
        }


def summary(found: dict[str, Rush], say: Callable[[str], object] = print) -> bool:
    """Say what was met, a line each; whether it is what was promised."""
    well = True
    for what, rush in found.items():
        answers = ", ".join(f"{number} x {word}" for word, number in sorted(rush.answers.items()))
        say(f"{what:26} /health {len(rush.health):4} times, at most {rush.slowest:.3f} s  {answers}")
        well &= rush.slowest <= PROMISED and set(rush.answers) <= {"200", LATER}
    return well


def main() -> None:
    """Start the server, rush at it, print what was met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    for name, number in (("--half-open", 200), ("--pictures", 100), ("--views", 16)):
        parser.add_argument(name, type=int, default=number, help=f"at most {MOST}")
    parser.add_argument("--gunicorn", action="store_true", help="one worker with eight threads")
    chosen = parser.parse_args()
    if not all(0 <= number <= MOST for number in (chosen.half_open, chosen.pictures, chosen.views)):
        parser.error(f"0 to {MOST} of each")
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(
            GUNICORN if chosen.gunicorn else APPLICATION,
            AFTERSHOCK_DATABASE_URL=f"sqlite:///{folder}/prices.db",
        ) as address,
    ):
        ask(address, f"/e/{EVENT}/")
        before = resident(address.pid)
        well = summary(tried(address, chosen.half_open, chosen.pictures, chosen.views))
        print(f"memory {before:.0f} MB before, {resident(address.pid):.0f} MB after")
    sys.exit(not well)


if __name__ == "__main__":
    main()
