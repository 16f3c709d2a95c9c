"""Proxies before a server: nginx with the configuration that is shipped, and a small one in Python."""

from __future__ import annotations

import http.client
import re
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from tests.waiting import soon

SHIPPED = Path(__file__).parents[1] / "deploy/nginx.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
OPENSSL = shutil.which("openssl")
NAME, PATIENCE = "news.example", 60.0
OUTSIDE = """daemon off; pid {folder}/pid; error_log {folder}/log; worker_processes 1;
events {{ worker_connections 64; }}
http {{ access_log off; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b;
fastcgi_temp_path {folder}/c;
uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e; include {mime}; {server} }}"""


@contextmanager
def nginx(behind: str, prefix: str, folder: Path) -> Iterator[http.client.HTTPConnection]:
    """A connection to nginx with TLS, before a server that stands below `prefix`."""
    assert NGINX
    assert OPENSSL
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [OPENSSL, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-subj", f"/CN={NAME}", "-days", "2", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    port = free_port()
    server = SHIPPED.read_text(encoding="utf-8").replace("location / {", f"location {prefix}/ {{")
    server = re.sub(r"listen 443", f"listen 127.0.0.1:{port}", re.sub(r"listen \[::\].*", "", server))
    server = re.sub(r"/etc/.*/fullchain.pem", str(certificate), server)
    server = re.sub(r"/etc/.*/privkey.pem", str(key), server).replace("http://127.0.0.1:8050", behind)
    config = folder / "nginx.conf"
    mime = folder / "mime.types"
    mime.write_text("types { text/html html; }")
    config.write_text(OUTSIDE.format(folder=folder, mime=mime, server=server))
    with subprocess.Popen([NGINX, "-e", folder / "log", "-c", config]) as running:
        try:
            reached(port)
            trusted = ssl.create_default_context(cafile=certificate)
            trusted.check_hostname = False  # it is asked by its number
            yield http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE, context=trusted)
        finally:
            running.terminate()


@contextmanager
def plain(behind: str, prefix: str, folder: Path) -> Iterator[http.client.HTTPConnection]:
    """A connection to a small proxy that passes on what stands below `prefix`, and says that it has TLS."""

    class Proxy(BaseHTTPRequestHandler):
        def passed_on(self) -> None:
            if not self.path.startswith(prefix + "/"):
                self.send_error(404)
                return
            told = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": NAME}
            line = http.client.HTTPConnection(urlsplit(behind).netloc, timeout=PATIENCE)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            line.request(self.command, self.path, body, dict(self.headers) | told)
            answer = line.getresponse()
            content = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)
            line.close()

        do_GET = do_POST = passed_on  # as the library names them

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=PATIENCE)
        finally:
            server.shutdown()
            thread.join()


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def reached(port: int) -> None:
    """Wait until somebody listens."""

    def listens() -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return True
        return False

    assert soon(listens), f"nothing listens on {port}"
