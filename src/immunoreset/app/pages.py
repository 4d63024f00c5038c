"""The built pages: index.html for every address of a page, and its files; nothing else of the disk."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from fastapi import APIRouter, Request, Response

from immunoreset.app.faults import refusal

router = APIRouter(include_in_schema=False)
NOT_BUILT = (
    b"<!doctype html><html lang=en><title>immunoreset</title><h1>The pages are not built</h1>"
    b"<p>Run <code>npm ci</code> and <code>npm run build</code> in <code>web</code>, then load this page again. "
    b"The answers to programs work: see <a href=/openapi.json>/openapi.json</a>.</p></html>"
)
PAGES = ("", "patient", "cohort", "trial", "visits", "evidence")
A_YEAR = "public, max-age=31536000, immutable"


@router.get("/{address:path}")
def page(address: str, request: Request) -> Response:
    """A built file, or index.html where the address is that of a page."""
    folder: Path = request.app.state.settings.static
    if address.strip("/") in PAGES:
        return _index(folder)
    found = built_file(folder, address)
    if found is None:
        return refusal(f"nothing is at /{address[:80]}; /openapi.json lists what there is", status=404)
    kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    keep = A_YEAR if found.parent.name == "assets" else "no-cache"
    return Response(found.read_bytes(), media_type=kind, headers={"Cache-Control": keep})


def built_file(folder: Path, address: str) -> Path | None:
    """The file of this address inside the folder; None when there is none, also for an address that leads outside."""
    parts = address.split("/")
    if any(part in ("", ".", "..") or part.startswith(".") or "\\" in part or "\0" in part for part in parts):
        return None
    try:
        found = folder.joinpath(*parts).resolve()
        inside = found.is_relative_to(folder.resolve()) and found.is_file()
    except (OSError, ValueError):
        return None
    return found if inside else None


def _index(folder: Path) -> Response:
    index = folder / "index.html"
    if not index.is_file():
        return Response(NOT_BUILT, media_type="text/html", headers={"Cache-Control": "no-store"})
    return Response(index.read_bytes(), media_type="text/html", headers={"Cache-Control": "no-cache"})
