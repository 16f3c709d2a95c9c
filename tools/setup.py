"""Set-up: what a fresh clone needs, in the order in which somebody waits for it.

    python -m tools.setup .venv run     the packages; the rest is made behind the server, at low priority
    python -m tools.setup .venv style   the packages of the checks too
    python -m tools.setup .venv test    these, and everything made before the first test

It runs on a bare Python. Whatever is done leaves a stamp, at its end, that holds what it was made from:
a set-up that was stopped goes on where it stood, and one with nothing to do takes a tenth of a second.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tools.packages import BASE, DiskFullError, SetupError, install, no_venv, reason, run, say

ROOT = Path(__file__).parents[1]
RUN = (ROOT / "requirements.txt",)
DEVELOPMENT = (*RUN, ROOT / "requirements-dev.txt")
PLACES = ("PYTHONPYCACHEPREFIX",)  # what is made may be kept elsewhere
BYTECODE = "bytecode"
LEAST_URGENT = 19


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that the pages do without at first: how it is made, and from which files."""

    name: str
    words: str
    command: tuple[str, ...]
    sources: tuple[str, ...]

    def made_from(self, root: Path = ROOT) -> str:
        """A fingerprint of its sources, of the pinned packages and of the places where it is kept."""
        digest = sha256(repr([os.environ.get(place) for place in PLACES]).encode())
        paths = {path for pattern in self.sources for path in root.glob(pattern) if path.is_file()}
        for path in sorted(paths | {root / RUN[0].name}):
            digest.update(os.fsencode(path.relative_to(root)) + sha256(path.read_bytes()).digest())
        return digest.hexdigest()


PIECES = (
    Piece(
        "scripts",
        "smaller scripts of the pages (10 s)",
        ("-m", "tools.pack_scripts"),
        ("tools/pack_scripts.py", "tools/slim.py", "dashboard/render/packed.py", "dashboard/web/assets/*"),
    ),
    Piece(  # else left to the first import, and with PYTHONDONTWRITEBYTECODE to every one
        BYTECODE,
        "bytecode of the packages (20 s)",
        ("-m", "compileall", "-qq", "-j", "0", "-x", r"[/\\]tests?[/\\]", "{packages}"),
        (),
    ),
)


@dataclass(frozen=True, slots=True)
class Environment:
    """A folder with a Python and packages, and with a stamp for each thing that is done."""

    folder: Path

    @property
    def python(self) -> Path:
        """Its Python."""
        return self.folder / "bin" / "python"

    def done(self, name: str, made_from: str = "") -> bool:
        """Whether something is done, and from this."""
        try:
            return (self.folder / "set-up" / name).read_text(encoding="utf-8") == made_from
        except OSError:
            return False

    def stamp(self, name: str, made_from: str = "") -> None:
        """It is done."""
        stamp = self.folder / "set-up" / name
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(made_from, encoding="utf-8")

    def forget(self, name: str) -> None:
        """It is about to be done again."""
        (self.folder / "set-up" / name).unlink(missing_ok=True)

    def missing(self) -> list[Piece]:
        """The pieces that are not made, or from something else."""
        return [piece for piece in PIECES if not self.done(piece.name, piece.made_from())]


def prepare(environment: Environment, requirements: Sequence[Path]) -> None:
    """Make an environment with the packages of some requirements files, one process at a time.

    Raises
    ------
    SetupError
        In one sentence: why not, and what to do.
    """
    environment.folder.mkdir(parents=True, exist_ok=True)
    with alone(environment.folder):
        wanted = {path.name: path.read_text(encoding="utf-8") for path in requirements}
        whole = _is_whole(environment)
        if whole and all(environment.done(name, text) for name, text in wanted.items()):
            return
        if not whole:
            _make(environment)
        for name in (*wanted, BYTECODE):
            environment.forget(name)
        environment.stamp("unfinished")
        try:
            install(environment.python, requirements)
        except SetupError as error:
            if not isinstance(error, DiskFullError):  # installers load everything before they change anything
                environment.forget("unfinished")
            raise
        environment.forget("unfinished")
        for name, text in wanted.items():
            environment.stamp(name, text)


def _is_whole(environment: Environment) -> bool:
    """Whether its Python works, and no installation was stopped in it: files may be missing then."""
    if environment.done("unfinished"):
        return False
    try:
        answer = run([environment.python, "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))"])
    except OSError:
        return False
    return answer.returncode == 0


def _make(environment: Environment) -> None:
    if not importlib.util.find_spec("venv"):
        raise no_venv()
    say(f"making {environment.folder.name}")
    answer = run([BASE, "-m", "venv", "--clear", "--without-pip", environment.folder])
    if answer.returncode:
        raise SetupError(f"{environment.folder} could not be made: {reason(answer)}")


def make(environment: Environment, *, quietly: bool = False) -> None:
    """Make every piece that is missing. One that cannot be made is named, and tried again next time."""
    packages = next((environment.folder / "lib").glob("python*/site-packages"), environment.folder)
    for piece in environment.missing():
        if not quietly:
            say(f"making {piece.words}")
        made_from = piece.made_from()  # before: what changes meanwhile counts as changed
        command = [part.format(packages=packages) for part in piece.command]
        answer = run([environment.python, *command], cwd=ROOT)
        if answer.returncode:
            say(f"no {piece.name}, without which everything works, only slower: {reason(answer)}")
        else:
            environment.stamp(piece.name, made_from)


def make_behind(environment: Environment) -> None:
    """Have what is missing made by a process of its own, while the server answers."""
    if environment.missing():
        say("starting the server; what makes it faster is made meanwhile, in a minute or two")
        command = [str(environment.python), "-m", "tools.setup", str(environment.folder), "rest"]
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL)


def rest(environment: Environment) -> None:
    """What that process does, unless another one does it already."""
    os.nice(LEAST_URGENT)
    start = time.monotonic()
    with alone(ROOT, wait=False) as first:
        if first:
            make(environment, quietly=True)
            say(f"the rest is made ({time.monotonic() - start:.0f} s)")


@contextmanager
def alone(folder: Path, *, wait: bool = True) -> Iterator[bool]:
    """Whether no other set-up works on a folder; waits until none does, if asked to.

    The folder itself is locked, so nothing is left behind. Where it cannot be, as on some network file
    systems, two set-ups do the same work.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        yield _locked(handle, wait)
    finally:
        os.close(handle)


def _locked(handle: int, wait: bool) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if wait:
            say("another set-up is at work: waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        return wait
    except OSError:
        return True
    return True


def main(folder: str, purpose: str) -> None:
    """Set up an environment for a purpose."""
    environment = Environment(Path(folder).absolute())
    if purpose == "rest":
        return rest(environment)
    if purpose == "run":
        prepare(environment, RUN)
        return make_behind(environment)
    prepare(environment, DEVELOPMENT)
    if purpose == "test" and environment.missing():
        with alone(ROOT):
            make(environment)
    return None


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except SetupError as error:
        sys.exit(f"set-up: {error}")
    except OSError as error:
        sys.exit(f"set-up: {error.filename or 'a file'}: {error.strerror or error}")
    except KeyboardInterrupt:
        sys.exit(130)
