"""Packages into an environment: by uv, in seconds, where it is or can be had, and by pip everywhere else.

What pip is configured with (an index of one's own, a certificate) holds for both. Standard library only:
this runs before anything is installed.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

Answer = subprocess.CompletedProcess[str]
Run = Callable[..., Answer]

BASE: str = getattr(sys, "_base_executable", sys.executable)  # the Python outside of any environment

# Settings of pip under the names that uv knows; uv's own settings, where there are any, go first.
PASSED_ON = {
    "index-url": "UV_INDEX_URL",
    "extra-index-url": "UV_EXTRA_INDEX_URL",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "constraint": "UV_CONSTRAINT",
    "trusted-host": "UV_INSECURE_HOST",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
}
# Settings that change nothing of what is installed. With any other, pip does it.
OF_PIP_ALONE = {
    "cache-dir", "disable-pip-version-check", "no-cache-dir", "no-color", "no-input",
    "no-python-version-warning", "progress-bar", "quiet", "require-virtualenv", "retries",
    "root-user-action", "user", "verbose",
}  # fmt: skip

FULL = "No space left on device"
UNREACHED = (
    "ConnectionError", "Connection refused", "timed out", "Temporary failure in name resolution",
    "Network is unreachable", "ProxyError", "SSLError", "error sending request",
)  # fmt: skip


class SetupError(Exception):
    """Set-up cannot go on; the message is one sentence that says why, and what to do."""


class DiskFullError(SetupError):
    """There is no room; what was being installed may be there in part."""


def run(command: Sequence[str | Path], cwd: Path | None = None, **environment: str) -> Answer:
    """Run a command to its end and keep what it says, with something added to the environment."""
    return subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


def say(line: str) -> None:
    """One line of progress."""
    print(f"set-up: {line}", file=sys.stderr, flush=True)


def install(python: Path, requirements: Sequence[Path], run: Run = run) -> None:
    """Install what some requirements files ask for.

    Parameters
    ----------
    python : Path
        Of the environment.
    requirements : sequence of Path
    run : callable
        Runs a command.

    Raises
    ------
    SetupError
        If neither uv nor pip could.
    """
    pip = find_pip(python, run)
    wanted = [part for path in requirements for part in ("--requirement", str(path))]
    settings = uv_settings(run([*pip, "config", "list"]).stdout)
    uv = None if settings is None else find_uv(python, pip, run)
    if uv and settings is not None:
        say("installing the packages with uv (5 s, and the time to load 300 MB once)")
        command = [uv, "pip", "install", "--python", python, *wanted]
        answer = run(command, **{**settings, **os.environ})
        if "initialize cache" in answer.stderr:  # a home that cannot be written to
            answer = run([*command, "--no-cache"], **{**settings, **os.environ})
        if not answer.returncode:
            return
        say(f"uv could not: {reason(answer)}")
    say("installing the packages with pip (about a minute)")
    answer = run([*pip, "install", "--no-compile", *wanted], PIP_USER="0")
    if answer.returncode:
        kind = DiskFullError if FULL in answer.stderr + answer.stdout else SetupError
        raise kind(f"the packages could not be installed: {reason(answer)}; then run make again")


def find_pip(python: Path, run: Run = run) -> list[str]:
    """The pip of an environment; or that of the Python it was made from; or the one in that Python's box.

    The third takes 5 s to unpack.

    Raises
    ------
    SetupError
        If there is none.
    """
    own = [str(python), "-m", "pip"]
    for pip in (own, [BASE, "-m", "pip", "--python", str(python)]):
        if not run([*pip, "--version"]).returncode:
            return pip
    if run([python, "-m", "ensurepip"]).returncode:
        raise no_venv()
    return own


def no_venv() -> SetupError:
    """For a Python whose packager has taken a part of it away."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return SetupError(
        f"{name} has no venv module: install it (Debian, Ubuntu: apt-get install {name}-venv), "
        "then run make again"
    )


def uv_settings(listed: str) -> dict[str, str] | None:
    """What ``pip config list`` tells, as uv's environment; None if uv cannot do as pip is told."""
    settings = _settings(listed)
    if settings.keys() - PASSED_ON.keys() - OF_PIP_ALONE:
        return None
    passed = {PASSED_ON[name]: value for name, value in settings.items() if name in PASSED_ON}
    if "UV_FIND_LINKS" in passed:
        passed["UV_FIND_LINKS"] = ",".join(passed["UV_FIND_LINKS"].split())
    if "UV_EXTRA_INDEX_URL" in passed:  # as pip does: the best release, whichever index has it
        passed["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return passed


def _settings(listed: str) -> dict[str, str]:
    """Settings by name; a command's own go before those of all, and the environment's before both."""
    lines = [line.partition("=") for line in listed.splitlines()]
    return {
        key.removeprefix(f"{section}."): str(ast.literal_eval(value))
        for section in ("global", "install", ":env:")
        for key, _, value in lines
        if key.startswith(f"{section}.")
    }


def find_uv(python: Path, pip: Sequence[str], run: Run) -> Path | None:
    """The uv at hand, or else one in the environment itself; None where there is none for this machine."""
    if found := shutil.which("uv"):
        return Path(found)
    own = python.with_name("uv")
    if not own.exists():
        say("installing uv, which installs the rest (3 s)")
        impatient = ("--retries", "1", "--timeout", "20", "--only-binary", ":all:")
        run([*pip, "install", *impatient, "uv"], PIP_USER="0")
    return own if own.exists() else None


def reason(answer: Answer) -> str:
    """Why an installer or another command failed, in one line, with what to do where that is known."""
    said = f"{answer.stderr}\n{answer.stdout}"
    if FULL in said:
        return "the disk is full; make room (2 GB)"
    if any(word in said for word in UNREACHED):
        return "the package index cannot be reached; look at the network and at `pip config list`"
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return (errors or lines or ["it gave no reason"])[-1][:300]
