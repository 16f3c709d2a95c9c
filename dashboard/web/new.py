"""``/new``: an event of a reader's own, answered at once while it is made, by plain JSON.

Nothing that a reader gives is trusted as markup, no address is fetched on their word, and what changes
something carries a header that no other site can send.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from analysis.market.errors import EventStudyError, LaterError, StoreError, UndecidedError, UnknownNameError
from dashboard.views import words
from dashboard.web import new_page
from dashboard.web.rights import Limits, Rights

if TYPE_CHECKING:
    from dashboard.views.source import OwnSource

log = logging.getLogger(__name__)

HEADER = "X-Aftershock"  # asked of every request that changes something
SECRET, EDITORS = "X-Edit-Secret", "X-Editors-Token"
LARGEST_TEXT, LARGEST_FILES = 4_500_000, 33 * 1024 * 1024  # bytes of a request
MINUTE, HOUR = 60.0, 3600.0
READS, KEEPS = (240, MINUTE), (20, HOUR)  # by one address on an open server
MOST_OPEN = 2_000  # events on an open server
FULL = "The server's disk is full: nothing was kept. What you typed stays here; try again when there is room."
DEAF = "The store does not answer: nothing was kept. What you typed stays here; try again soon."
OFF = "Events of your own are switched off on this server."
HIDDEN = ("/e/own-", "/embed/own-", "/download/own-", "/card/own-", "/new")


def register(server: Flask, source: OwnSource, rights: Rights) -> None:
    """Serve the page and what answers it; where events are switched off, the page says so."""
    limits = Limits()

    @server.get("/new")
    def page() -> Response:
        body = (
            new_page.closed(OFF)
            if rights.mode == "off"
            else new_page.page(rights.private, bool(rights.token))
        )
        return Response(body, 200 if rights.mode != "off" else 403, mimetype="text/html")

    @server.after_request
    def hidden(response: Response) -> Response:
        if request.path.startswith(HIDDEN):
            response.headers["X-Robots-Tag"] = "noindex"
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    if rights.mode != "off":
        _answers(server, source, rights, limits)


def _answers(server: Flask, source: OwnSource, rights: Rights, limits: Limits) -> None:
    def guarded(limit: tuple[int, float], largest: int = LARGEST_TEXT) -> Callable[..., Any]:
        """Check who asks, how often and how much, and turn errors into a sentence with its field."""

        def around(answer: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(answer)
            def checked(**named: str) -> Any:
                request.max_content_length = largest
                if refused := _refused(rights, limits, limit):
                    return refused
                try:
                    return answer(**named)
                except RequestEntityTooLarge:
                    return _said(f"That is too much at once: at most {largest // 1_000_000} MB.", 413)
                except StoreError as error:
                    log.error("%s %s: %s", request.method, request.path, error)
                    return _said(FULL if "is full" in str(error) else DEAF, 503)
                except LaterError:
                    raise
                except UnknownNameError:
                    return _said("There is no such event here; it may have been deleted.", 404)
                except EventStudyError as error:
                    return _said(str(error), getattr(error, "status", 422), getattr(error, "field", ""))

            return checked

        return around

    def secret() -> str | None:
        return None if rights.private else request.headers.get(SECRET, "")

    def kept(desk: Any, event: Any, right: str) -> Response:
        firms, every = desk.missing(event.id, claimed=False), desk.missing(event.id)
        return jsonify(
            id=event.id, secret=right, name=event.name, version=event.version, missing=firms,
            beside=[symbol for symbol in every if symbol not in firms],
        )  # fmt: skip

    def room() -> None:
        if not rights.private and source.own_count() >= MOST_OPEN:
            raise EventStudyError(f"This server keeps {MOST_OPEN:,} events, and no more.")

    @server.post("/new/find")
    @guarded(READS)
    def find() -> Response:
        return jsonify(source.desk.found(str(_given().get("text", ""))))

    @server.post("/new/look")
    @guarded(READS)
    def look() -> Response:
        return jsonify(source.desk.look(_given()))

    @server.post("/new/read")
    @guarded(READS)
    def read() -> Response:
        given = _given()
        text = str(given.pop("text", ""))
        return jsonify([_in_utf16(text, claim) for claim in source.desk.read(text, given)])

    @server.post("/new/lacks")
    @guarded(READS)
    def lacks() -> Response:
        claims = _given().get("claims")
        claims = [one for one in claims if isinstance(one, dict)] if isinstance(claims, list) else []
        return jsonify(source.desk.lacks(claims))

    @server.post("/new/prices")
    @guarded(READS, LARGEST_FILES)
    def prices() -> Response:
        read = _read(source.desk, _files())
        told = [
            {"symbol": symbol, "ends": [str(own.history.dates[0]), str(own.history.dates[-1])],
             "said": list(own.said)}
            for symbol, own in read.prices.items()
        ]  # fmt: skip
        unread, refused = ({s: str(e) for s, e in one.items()} for one in (read.unread, read.refused))
        undecided = any(isinstance(error, UndecidedError) for error in read.unread.values())
        return jsonify(
            prices=told, unread=unread, refused=refused, assumed=list(read.assumed), undecided=undecided
        )

    @server.post("/new/keep")
    @guarded(KEEPS, LARGEST_FILES)
    def keep() -> Response:
        room()
        desk = source.desk
        own = _own_prices(desk)
        return kept(desk, *desk.keep(_draft(), own))

    @server.post("/new/change/<identifier>")
    @guarded(KEEPS, LARGEST_FILES)
    def change(identifier: str) -> Response:
        desk = source.desk
        own = _own_prices(desk)
        version = request.form.get("version", "")
        number = int(version) if version.isdigit() and len(version) < 9 else 0
        return kept(desk, desk.change(identifier, secret(), number, _draft(), own), "")

    @server.post("/new/copy/<identifier>")
    @guarded(KEEPS)
    def copy(identifier: str) -> Response:
        room()
        return kept(source.desk, *source.own.duplicate(identifier))

    @server.post("/new/open")
    @guarded(KEEPS, LARGEST_FILES)
    def opened() -> Response:
        room()
        desk = source.desk
        for name, content in _files().items():
            return kept(desk, *desk.opened(desk.slug_of(name), content))
        raise EventStudyError("no file was given: choose an event as .toml or .zip")

    @server.post("/new/delete/<identifier>")
    @guarded(KEEPS)
    def delete(identifier: str) -> Response:
        source.own.delete(identifier, secret())
        return jsonify(id=identifier)

    @server.post("/new/restore/<identifier>")
    @guarded(KEEPS)
    def restore(identifier: str) -> Response:
        source.own.restore(identifier, secret())
        return jsonify(id=identifier)

    @server.post("/new/draft/<identifier>")
    @guarded(READS)
    def draft(identifier: str) -> Response:
        return jsonify(source.desk.draft(identifier))

    @server.post("/new/own")
    @guarded(READS)
    def own() -> Response:
        given = _given().get("ids", [])
        if not isinstance(given, list):
            return _said("ids: needed is a list of the events' ids", 400, "ids")
        ids = [str(one) for one in given[:100]]
        standing = source.own_events() if rights.private else source.own_of(ids)
        return jsonify(
            kept=[{"id": one.id, "name": one.name, "day": _day(one)} for one in standing],
            deleted=[
                {"id": one.id, "name": one.name, "deleted": words.day(one.deleted), "until": words.day(until)}
                for one, until in source.deleted_events(ids)
            ],
        )

    @server.post("/new/fetch/<identifier>")
    @guarded(KEEPS)
    def fetch(identifier: str) -> Response:
        source.fetch(identifier)
        return jsonify(id=identifier)

    @server.post("/new/progress/<identifier>")
    @guarded(READS)
    def progress(identifier: str) -> Response:
        missing, status = source.desk.missing(identifier, claimed=False), source.status()
        run = next(iter(status.runs), None)
        told = {
            name: getattr(run, name, usual) for name, usual in (("message", ""), ("done", 0), ("total", 0))
        }
        reasons = {symbol: status.reasons[symbol] for symbol in missing if symbol in status.reasons}
        return jsonify(
            **told, running=run is not None and run.status == "running", missing=missing, reasons=reasons
        )

    @server.get("/new/event/<identifier>.toml")
    def toml(identifier: str) -> Response:
        return _file(source, identifier, "toml", "application/toml", lambda event: event.text.encode())

    @server.get("/new/event/<identifier>.zip")
    def archive(identifier: str) -> Response:
        return _file(source, identifier, "zip", "application/zip", lambda _: source.desk.archive(identifier))


def _refused(rights: Rights, limits: Limits, limit: tuple[int, float]) -> Response | None:
    """Why a request is not answered."""
    if request.headers.get(HEADER) != "1":
        return _said("This request did not come from this page.", 403)
    if rights.token and not hmac.compare_digest(
        request.headers.get(EDITORS, "").encode(), rights.token.encode()
    ):
        return _said("Making events asks for the editors' password here.", 401, "token")
    if not rights.private and not limits.passes(request.remote_addr or "", limit):
        most, span = limit
        each = "an hour" if span == HOUR else "a minute"
        return _said(f"At most {most} times {each}. What you typed stays here; try again later.", 429)
    return None


def _given() -> dict[str, Any]:
    given = request.get_json(force=True, silent=True)
    if not isinstance(given, dict):
        raise EventStudyError("the request is no JSON object")
    return given


def _draft() -> Any:
    try:
        return json.loads(request.form.get("draft", ""))
    except ValueError:
        raise EventStudyError("the draft is no JSON") from None


def _files() -> Mapping[str, bytes]:
    return {file.filename or "": file.read() for file in request.files.getlist("file")}


def _own_prices(desk: Any) -> Any:
    """Prices of the files that were sent; None if there are none."""
    files = _files()
    return _read(desk, files).prices if files else None


def _read(desk: Any, files: Mapping[str, bytes]) -> Any:
    """What files hold, as the reader says that they are to be taken."""
    return desk.dropped(files, request.form.getlist("accept"), request.form.get("dates") or None)


def _day(event: Any) -> str:
    """The day of an event; empty where its text cannot be read."""
    try:
        return words.day(event.dossier.event.known_on)
    except EventStudyError:
        return ""


def _in_utf16(text: str, claim: dict[str, Any]) -> dict[str, Any]:
    """A claim whose characters are counted as browsers count them."""
    places = {name: len(text[: claim[name]].encode("utf-16-le")) // 2 for name in ("start", "end")}
    return {**claim, **places}


def _said(sentence: str, status: int, at: str = "") -> Response:
    response = jsonify(said=sentence, field=at)
    response.status_code = status
    return response


def _file(
    source: OwnSource, identifier: str, ending: str, kind: str, make: Callable[[Any], bytes]
) -> Response:
    """An event to be taken away, under its short name."""
    try:
        event = source.own.get(identifier)
        content = make(event)
    except EventStudyError:
        return Response("404 Not Found\n", 404, mimetype="text/plain")
    named = {"Content-Disposition": f'attachment; filename="{event.slug}.{ending}"'}
    return Response(content, mimetype=kind, headers=named)
