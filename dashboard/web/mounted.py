"""The application below a path of its server, which other sites may share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

MONITORS = ("/health", "/ready", "/metrics")  # of the process: at the root too, for who asks it directly


class Mounted:
    """A WSGI application that answers below `prefix`; the root leads there."""

    def __init__(self, application: Any, prefix: str) -> None:
        self._application, self._prefix = application, prefix

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        path = environ.get("PATH_INFO", "")
        if path.startswith(self._prefix + "/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + self._prefix
            environ["PATH_INFO"] = path.removeprefix(self._prefix)
        elif path not in MONITORS:
            return self._beside(path)(environ, start_response)
        answer: Iterable[bytes] = self._application(environ, start_response)
        return answer

    def _beside(self, path: str) -> Response:
        if path in ("", "/", self._prefix):
            return redirect(self._prefix + "/")
        return Response(f"404 Not Found: everything stands below {self._prefix}/\n", 404)
