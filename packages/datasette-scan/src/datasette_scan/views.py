"""The page at ``/-/scan``, and the same as JSON."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from urllib.parse import urlencode

from datasette import Forbidden, NotFound, Response
from datasette.utils import add_cors_headers

from . import access
from .life import Life, life_of
from .model import Entry, Status, Summary
from .source import shown

_ROWS = 100
_SUGGESTED = 100
"""Folders that the filter proposes, at most."""
_BUTTON_PATIENCE = 2.0
"""Seconds that "Scan now" waits for the end of the scan before it shows the page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """Which files are asked for.

    Attributes:
        folder: only those in this folder and below it; empty for all.
        status: only those of this status; empty for all.
        page: which page of them, from 1.
    """

    folder: str
    status: str
    page: int

    @classmethod
    def of(cls, request: Any) -> Query:
        """Read the query string."""
        folder = request.args.get("folder") or ""
        page = request.args.get("page") or "1"
        status = request.args.get("status") or ""
        return cls(
            folder=folder if folder.strip() else "",
            status=status if status in {known.value for known in Status} else "",
            page=max(1, int(page)) if page.isdecimal() and len(page) < 9 else 1,
        )

    def address(self, **changes: object) -> str:
        """The query string of this and what is to be changed; empty for everything."""
        values = {"folder": self.folder, "status": self.status, "page": self.page} | changes
        kept = {
            key: value for key, value in values.items() if value and (key, value) != ("page", 1)
        }
        text = urlencode(kept)
        return f"?{text}" if text else ""


async def page(datasette: Any, request: Any) -> Response:
    """The page; a POST starts a scan."""
    life = await _life(datasette, request)
    if request.method == "POST":
        return await _scan_now(datasette, request, life)
    if request.method not in {"GET", "HEAD"}:
        return Response.text("Method not allowed", status=405)
    query = Query.of(request)
    context = _context(life, query) | {
        "known": datasette.databases,
        "may_scan": await access.may(datasette, request, access.SCAN),
    }
    html = await datasette.render_template(
        "datasette_scan.html", context, request=request, view_name="datasette_scan"
    )
    return Response.html(html)


async def document(datasette: Any, request: Any) -> Response:
    """All files that are asked for, in one document."""
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        return Response.json({"ok": False, "error": "Method not allowed"}, status=405)
    life = await _life(datasette, request)
    query = Query.of(request)
    files = _in_folder(life, query.folder)
    asked = [entry for entry in files if query.status in {"", entry.verdict.status.value}]
    headers: dict[str, str] = {}
    if datasette.cors:
        add_cors_headers(headers)
    return Response.json(
        {
            "ok": True,
            "paths": [shown(path) for path in life.scans.settings.paths],
            "interval": life.scans.settings.interval,
            "is_scanning": life.scans.progress is not None,
            "last_scan": _summary(life.scans.summary),
            "counts": _counts(files),
            "files": [_file(datasette, entry) for entry in asked],
        },
        headers=headers,
    )


async def _life(datasette: Any, request: Any) -> Life:
    """What is shown, to those who may see it."""
    life = life_of(datasette)
    if life is None:
        raise NotFound("Nothing is scanned: there are no paths in datasette-scan's configuration.")
    if not await access.may(datasette, request, access.VIEW):
        raise Forbidden(access.VIEW)
    return life


async def _scan_now(datasette: Any, request: Any, life: Life) -> Response:
    if not await access.may(datasette, request, access.SCAN):
        raise Forbidden(access.SCAN)
    if not _is_own(request.headers):
        raise Forbidden("Another site's page may not start a scan.")
    task = life.scans.begin()
    await asyncio.wait([task], timeout=_BUTTON_PATIENCE if life.is_served else None)
    if not task.done():
        datasette.add_message(request, "The scan has begun.", datasette.INFO)
    elif task.cancelled() or task.result().error:
        said = "It was stopped." if task.cancelled() else task.result().error
        datasette.add_message(request, f"The scan failed. {said}", datasette.ERROR)
    else:
        datasette.add_message(request, _told(task.result()), datasette.INFO)
    address = datasette.urls.path("/-/scan") + Query.of(request).address()
    return Response.redirect(address, status=303)


def _is_own(headers: Mapping[str, str]) -> bool:
    """Whether the button on this page has sent a request, or no browser at all.

    Datasette 0.65 asks for its token only where there is a cookie, and who is on this machine
    needs none. So this looks at what a browser says of where the request is from, as Datasette
    1.0 does: ``Sec-Fetch-Site``, which a page cannot forge, and where that is missing (browsers
    send it to no plain HTTP but this machine's) ``Origin``, which all browsers send with a POST
    (https://fetch.spec.whatwg.org/#origin-header). With neither, it is a program such as curl,
    which no page of another site can command.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    if origin is None:
        return True
    return origin.partition("://")[2].lower() == headers.get("host", "").lower() != ""


def _told(summary: Summary) -> str:
    """What a scan has changed, as a sentence."""
    parts = [
        f"{number:,} {what}"
        for number, what in ((summary.attached, "attached"), (summary.detached, "detached"))
        if number
    ]
    return f"Scanned: {', '.join(parts) or 'nothing has changed'}."


# --- what is shown ------------------------------------------------------------------------------


def _context(life: Life, query: Query) -> dict[str, Any]:
    scans = life.scans
    files = _in_folder(life, query.folder)
    counts = _counts(files)
    asked = [entry for entry in files if query.status in {"", entry.verdict.status.value}]
    pages = max(1, -(-len(asked) // _ROWS))
    number = min(query.page, pages)
    return {
        "query": query,
        "rows": [
            _row(entry, scans.settings.paths)
            for entry in asked[(number - 1) * _ROWS : number * _ROWS]
        ],
        "total": len(asked),
        "total_files": len(files),
        "counts": counts,
        "number": number,
        "pages": pages,
        "folders": _folders(scans.entries),
        "roots": [shown(path) for path in scans.settings.paths],
        "interval": scans.settings.interval,
        "progress": scans.progress,
        "summary": scans.summary,
        "last_scan": _time(scans.summary.started) if scans.summary else "",
        "problems": [shown(problem) for problem in scans.summary.problems] if scans.summary else [],
    }


def _in_folder(life: Life, folder: str) -> list[Entry]:
    """The files in a folder and below; its path may begin at a folder that is scanned."""
    if not folder:
        return list(life.scans.entries)
    roots = map(shown, life.scans.settings.paths)
    # As text: a Path would keep "..", or follow links to take it away.
    folders = [os.path.normpath(os.path.join(root, folder)) for root in roots]  # noqa: PTH118
    starts = tuple(path.rstrip(os.sep) + os.sep for path in folders)
    return [entry for entry in life.scans.entries if shown(entry.path).startswith(starts)]


def _counts(files: list[Entry]) -> dict[str, int]:
    """How many files there are of each status, in the order in which Status names them."""
    found = Counter(entry.verdict.status for entry in files)
    return {status.value: found[status] for status in Status if found[status]}


def _folders(entries: tuple[Entry, ...]) -> list[str]:
    """Folders with files, those with most first."""
    found = Counter(str(PurePath(entry.path).parent) for entry in entries)
    return sorted(shown(folder) for folder, _ in found.most_common(_SUGGESTED))


def _row(entry: Entry, roots: tuple[str, ...]) -> dict[str, Any]:
    file = PurePath(entry.path)
    below = file.parent
    if len(roots) == 1 and below.is_relative_to(roots[0]):  # the page names it once, above
        below = below.relative_to(roots[0])
    return {
        "name": entry.name,
        "file": shown(file.name),
        "folder": shown(str(file.parent)),
        "below": shown(str(below)),
        "size": entry.size,
        "changed": _time(entry.changed) if entry.changed else "",
        "found": _time(entry.found),
        "status": entry.verdict.status.value,
        "reason": shown(entry.verdict.reason),
    }


def _file(datasette: Any, entry: Entry) -> dict[str, Any]:
    return {
        "path": shown(entry.path),
        "database": entry.name or None,
        "url": datasette.urls.database(entry.name) if _is_attached(datasette, entry) else None,
        "size": entry.size,
        "modified": _iso(entry.changed) if entry.changed else None,
        "found": _iso(entry.found),
        "status": entry.verdict.status.value,
        "reason": shown(entry.verdict.reason) or None,
    }


def _is_attached(datasette: Any, entry: Entry) -> bool:
    return bool(entry.name) and entry.name in datasette.databases


def _summary(summary: Summary | None) -> dict[str, Any] | None:
    if summary is None:
        return None
    return {
        "started": _iso(summary.started),
        "seconds": round(summary.seconds, 4),
        "attached": summary.attached,
        "detached": summary.detached,
        "problems": [shown(problem) for problem in summary.problems],
        "error": summary.error or None,
    }


def _iso(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, tz=dt.timezone.utc).isoformat(timespec="seconds")  # noqa: UP017 - Python 3.10


def _time(seconds: float) -> str:
    """A time as this machine's clock shows it."""
    return dt.datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M")
