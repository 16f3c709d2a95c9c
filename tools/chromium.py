"""Find the Chromium that the browser tests and the pictures use; install it where that is possible.

``python tools/chromium.py`` prints its path, after installing one if there is none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ADVICE = "no Chromium found: install it (Debian: apt-get install chromium) or set CHROMIUM=/path/to/chromium"


def chromium() -> str | None:
    """Path of a Chromium: the one named by CHROMIUM, the system's, or Playwright's own."""
    if named := os.environ.get("CHROMIUM"):
        return named
    installed = (shutil.which(name) for name in NAMES)
    return next((path for path in installed if path), None) or _playwrights_own()


@contextmanager
def browsing() -> Iterator[Browser]:
    """A Chromium without a window, driven by Playwright.

    Raises
    ------
    RuntimeError
        If there is none; says how to get one.
    """
    from playwright.sync_api import sync_playwright

    path = chromium()
    if path is None:
        raise RuntimeError(ADVICE)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # root has no sandbox
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=sandbox)
        yield browser
        browser.close()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _install() -> None:
    """Install Chromium: by the system's packages as root on Debian, else by Playwright."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _run("apt-get", "update")
        _run("apt-get", "install", "--yes", "--no-install-recommends", "chromium")
    if chromium() is None:
        _run(sys.executable, "-m", "playwright", "install", "chromium")


def _run(*command: str) -> None:
    """Run a command whose failure shows in the end: there still is no Chromium then."""
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)


def main() -> None:
    """Print the path of a Chromium, or one line on how to get one."""
    if chromium() is None:
        print("no Chromium yet: installing it", file=sys.stderr)
        _install()
    sys.exit(ADVICE) if (path := chromium()) is None else print(path)


if __name__ == "__main__":
    main()
