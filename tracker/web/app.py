"""The web pages: server-rendered, without scripts, and what they show is taken for hostile (PRODUCT 4.9)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from hashlib import sha256
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException

from tracker import __version__
from tracker.content import folders
from tracker.domain.change import Severity
from tracker.domain.digest import DISCLAIMER
from tracker.domain.wording import long_date
from tracker.errors import DatabaseProblem, OperatorError, TrackerError, UnknownName
from tracker.services.declared import Declared
from tracker.services.workspace import Workspace
from tracker.store.changes import ChangeFilter
from tracker.web.pages import Reader, moment, severities

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}

_ON_HOME = 20
_ON_A_PAGE = 50
_LAST_PAGE = 10_000
_LONGEST_NAME = 80
_LATE = timedelta(hours=1)
"""How late a source may be before the scheduler is taken to have stopped."""

_log = structlog.get_logger()


def create_app(workspace: Workspace) -> FastAPI:
    """The pages of one installation; they only read."""
    app = FastAPI(title="Access-rules tracker", openapi_url=None)
    site = _Site(workspace)
    for path, endpoint in (
        ("/", site.home),
        ("/jurisdictions/{code}", site.jurisdiction),
        ("/changes", site.changes),
        ("/health", site.health),
        ("/static/style.css", site.style),
    ):
        app.add_api_route(path, endpoint, methods=["GET", "HEAD"], response_model=None)
    app.add_exception_handler(HTTPException, site.no_page)
    app.add_exception_handler(UnknownName, site.unknown)
    app.add_exception_handler(OperatorError, site.wrong)
    app.add_exception_handler(TrackerError, site.broken)
    app.add_exception_handler(DatabaseProblem, site.broken)
    app.add_exception_handler(Exception, site.broken)
    app.middleware("http")(_guard)
    return app


async def _guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


class _Site:
    """The endpoints; plain functions, which run in a pool of threads."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._declared = Declared(workspace.settings)
        self._templates = Environment(
            loader=FileSystemLoader([str(folder) for folder in folders("templates")]),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {"moment": moment, "day": _day}
        self._style = self._templates.get_template("web/style.css").render().encode()
        self._templates.globals |= {
            "style": f"/static/style.css?{sha256(self._style).hexdigest()[:8]}",
            "disclaimer": DISCLAIMER.replace("this message", "this page"),
            "version": __version__,
        }

    def home(self) -> Response:
        """How the sources stand, what changed last, and where there are rules."""
        with self._reader() as reader:
            return self._page(
                "home",
                places=reader.places(),
                changes=reader.changes(limit=_ON_HOME),
                sources=reader.sources(),
                problems=[str(problem).splitlines()[0] for problem in self._declared.now().problems],
                waiting=reader.waiting(),
            )

    def jurisdiction(self, request: Request, code: str, as_of: str = "", known_at: str = "") -> Response:
        """The rules of one place, now or on another day, as known now or on a past day."""
        found = self._code(code)
        day, known_on = _parse_day(as_of, "as_of"), _parse_day(known_at, "known_at")
        if found != code:
            return RedirectResponse(f"/jurisdictions/{found}" + (f"?{request.url.query}" if request.url.query else ""))
        instant = datetime.combine(known_on, time.max, UTC) if known_on else None
        with self._reader() as reader:
            place = reader.place(found, day, instant)
            recent = reader.changes(ChangeFilter(jurisdictions=[found]), limit=5)
        return self._page("jurisdiction", place=place, changes=recent, asked=bool(day or known_on))

    def changes(self, jurisdiction: str = "", severity: str = "minor", page: str = "1") -> Response:
        """Every change, newest first."""
        code = self._code(jurisdiction) if jurisdiction else ""
        if severity not in set(Severity):
            raise OperatorError(f"severity is {severity!r}; it can be {', '.join(Severity)}.")
        if not (page.isascii() and page.isdigit() and 1 <= int(page) <= _LAST_PAGE):
            raise OperatorError(f"page is {page!r}; pages are numbered from 1.")
        wanted = ChangeFilter(jurisdictions=[code] if code else [], minimum=Severity(severity))
        with self._reader() as reader:
            found = reader.changes(wanted, limit=_ON_A_PAGE, skip=_ON_A_PAGE * (int(page) - 1))
            more = reader.changes(wanted, limit=1, skip=_ON_A_PAGE * int(page))
            places = reader.places()
        return self._page(
            "changes",
            changes=found,
            more=bool(more),
            number=int(page),
            places=places,
            code=code,
            severity=severity,
            severities=severities(),
        )

    def health(self) -> Response:
        """Whether the database answers and crawls are not overdue, for a program that watches this one."""
        now = datetime.now(UTC)
        try:
            with self._reader() as reader:
                sources, waiting, last = reader.sources(), reader.waiting(), reader.last_run()
        except DatabaseProblem:
            return JSONResponse({"ok": False, "version": __version__}, 503)
        late = [row.id for row in sources if row.due_at and row.due_at < now - _LATE and not row.running]
        body = {
            "ok": not late,
            "version": __version__,
            "last_run": last.isoformat() if last else None,
            "waiting": waiting,
            "sources": {"declared": len(sources), "in_trouble": sum(row.trouble for row in sources), "late": len(late)},
        }
        return JSONResponse(body, 200 if body["ok"] else 503)

    def style(self) -> Response:
        """The one style sheet; its address changes with it."""
        return Response(self._style, media_type="text/css", headers={"Cache-Control": "public, max-age=86400"})

    # ── What goes wrong ─────────────────────────────────────────────────────────────────────────────────────────────

    def unknown(self, _: Request, error: Exception) -> Response:
        """A place that nobody knows, with the nearest ones that somebody does."""
        assert isinstance(error, UnknownName)
        near = [(f"/jurisdictions/{code}", self._workspace.words.jurisdiction(code).name) for code in error.nearest]
        return self._message(404, f"There is no {error.kind} {error.given!r} here.", near)

    def no_page(self, request: Request, error: Exception) -> Response:
        """An address without a page."""
        assert isinstance(error, HTTPException)
        if error.status_code != 404:
            return self._message(error.status_code, f"{error.detail}.")
        known = {"/": "All jurisdictions", "/changes": "What changed", "/health": "Health of this tracker"}
        known |= {f"/jurisdictions/{code}": place.name for code, place in self._workspace.words.jurisdictions.items()}
        near = get_close_matches(request.url.path[:100], known, 3, 0.6)
        return self._message(404, "There is no page at this address.", [(path, known[path]) for path in near])

    def wrong(self, _: Request, error: Exception) -> Response:
        """A question that cannot be answered as it is put."""
        return self._message(400, str(error))

    def broken(self, request: Request, error: Exception) -> Response:
        """Something is wrong on our side; what it is, operators read in the log."""
        _log.error("page failed", path=request.url.path, reason=str(error))
        said = "The tracker cannot answer at the moment. Try again in a minute; if it lasts, its operator can help."
        return self._message(503 if isinstance(error, TrackerError) else 500, said)

    # ── Rendering ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _code(self, given: str) -> str:
        if len(given) > _LONGEST_NAME:  # looking for names like it would take long
            raise UnknownName("jurisdiction", f"{given[:_LONGEST_NAME]}…")
        return self._workspace.jurisdiction(given)

    @contextmanager
    def _reader(self) -> Iterator[Reader]:
        here = self._workspace
        with here.database.read() as conn:
            yield Reader(conn, here.words, self._declared.now(), datetime.now(UTC))

    def _message(self, status: int, text: str, near: list[tuple[str, str]] | None = None) -> Response:
        return self._page("message", status, text=text, near=near or [])

    def _page(self, name: str, status: int = 200, /, **shown: Any) -> Response:
        page = self._templates.get_template(f"web/{name}.html.j2").render(here=name, **shown)
        return HTMLResponse(page, status, HEADERS)


def _parse_day(text: str, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise OperatorError(f"{name} is {text!r}, which is no day of the calendar; write it as 2021-11-16.") from None


def _day(value: date | datetime) -> str:
    return long_date(value.astimezone(UTC).date() if isinstance(value, datetime) else value)
