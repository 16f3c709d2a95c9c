"""The lock: everything that is installed, pinned with hashes, made from two short files written by hand.

    python -m tools.lock [--upgrade]    requirements.txt, requirements-dev.txt
    python -m tools.lock audit          what is known against what is locked, where a source can be reached

One lock serves Linux, macOS and Windows, and Python 3.11 and newer. Pins that are there stay, but for
``--upgrade``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.packages import UNREACHED, Answer, Run, SetupError, find_pip, find_uv, reason, run

ROOT = Path(__file__).parents[1]
OLDEST = "3.11"
AUDIT = "pip-audit==2.10.1"
UNASKED = 3  # of an audit that checked nothing: neither well nor ill
HEADERS = {
    "requirements": "# What runs: made from requirements.in by `make lock`.\n",
    "requirements-dev": "# What checks, beside what runs: made from requirements-dev.in by `make lock`.\n"
    "-r requirements.txt\n",
}


def locked(text: str) -> dict[str, str]:
    """Versions by normal name of the packages that a requirements file pins, markers left aside."""
    pins = re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;]+)", text, re.M)
    return {normal(name): version for name, version in pins}


def normal(name: str) -> str:
    """A package's name as indices write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def lock(uv: Path, options: Sequence[str] = (), root: Path = ROOT, run: Run = run) -> None:
    """Make both locks; what runs is the same in both.

    Raises
    ------
    SetupError
        In one sentence: why not.
    """
    _compile(uv, "requirements", options, root, run)
    runs = locked((root / "requirements.txt").read_text(encoding="utf-8"))
    left_out = [option for name in runs for option in ("--no-emit-package", name)]
    _compile(uv, "requirements-dev", ["--constraint", "requirements.txt", *left_out, *options], root, run)


def _compile(uv: Path, name: str, options: Sequence[str], root: Path, run: Run) -> None:
    target = root / f"{name}.txt"
    command = [uv, "pip", "compile", f"{name}.in", "--output-file", target.name, "--quiet", "--no-header"]
    answer = run(
        [*command, "--universal", "--python-version", OLDEST, "--generate-hashes", *options], cwd=root
    )
    if answer.returncode:
        raise SetupError(f"{target.name} could not be made: {reason(answer)}")
    target.write_text(HEADERS[name] + target.read_text(encoding="utf-8"), encoding="utf-8")


def audit(uv: Path, options: Sequence[str] = (), root: Path = ROOT, run: Run = run) -> int:
    """Print what is known against what is locked; 1 if there is something, `UNASKED` where nobody answers."""
    command = [uv, "tool", "run", "--from", AUDIT, "pip-audit", "--vulnerability-service", "osv", "--strict"]
    files = [part for name in HEADERS for part in ("--requirement", f"{name}.txt")]
    quietly = ["--disable-pip", "--require-hashes", "--progress-spinner", "off", "--timeout", "20"]
    answer = run([*command, *quietly, *files, *options], cwd=root)
    if unreached(answer):
        print("audit: no source of advisories could be reached, so nothing was checked")
        return UNASKED
    print((answer.stdout + answer.stderr).strip())
    return answer.returncode


def unreached(answer: Answer) -> bool:
    """Whether a command failed for want of a network."""
    return bool(answer.returncode) and any(
        word in answer.stderr for word in (*UNREACHED, "Failed to resolve")
    )


def main(*arguments: str) -> int:
    """Lock or audit."""
    python = Path(sys.executable)
    uv = find_uv(python, find_pip(python), run)
    if uv is None:
        raise SetupError("uv is needed, and could not be installed; install it and put it on the PATH")
    if arguments[:1] == ("audit",):
        return audit(uv, arguments[1:])
    lock(uv, arguments)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except SetupError as error:
        sys.exit(f"lock: {error}")
