"""Real visits: files are scored in memory and in a folder that is deleted afterwards; nothing of them is kept."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from immunoreset.app.answers import answer
from immunoreset.app.faults import Refused, words_of
from immunoreset.app.job_office import JobOffice
from immunoreset.app.waiting import gone
from immunoreset.endpoints.scoring.example import USUAL
from immunoreset.endpoints.scoring.protocol import Protocol
from immunoreset.errors import Cancelled
from immunoreset.exchange.reading import ENDINGS
from immunoreset.exchange.template import template

router = APIRouter(prefix="/api/visits", tags=["visits"])
MOST_FILES = 12
FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": f"one or more of {', '.join(ENDINGS)}"},
                        "protocol": {"type": "string", "description": "JSON; keys that are left out are as usual"},
                        "partial": {"type": "string", "enum": ["true", "false"], "description": "score what is right"},
                    },
                }
            }
        },
    }
}
PROTOCOL: TypeAdapter[Protocol] = TypeAdapter(Protocol)


@router.get("/protocol")
def protocol() -> Response:
    """The usual protocol, the JSON Schema of protocols, and a file to start from."""
    return answer({"usual": asdict(USUAL), "schema": PROTOCOL.json_schema(), "template": template()})


@router.post("/score", openapi_extra=FORM)
async def score(request: Request) -> Response:
    """Scores by visit, summaries by patient, episodes and a timeline; or, with status 422, the faults by row."""
    files, document = await _form(request)
    office: JobOffice = request.app.state.jobs
    job = office.take("visits", document, files)
    waited = asyncio.ensure_future(office.finish(job))
    left = asyncio.ensure_future(gone(request))
    try:
        await asyncio.wait({waited, left}, return_when=asyncio.FIRST_COMPLETED)
        if not waited.done():
            raise Cancelled("the page no longer waits for the scores")
        if job.state != "done":
            raise Refused(job.error.replace(f"{job.folder}/uploads/", "") or "the scoring was cancelled", where="file")
        found = json.loads((job.folder / "result.json").read_bytes())
    finally:
        waited.cancel()
        left.cancel()
        office.drop(job)
    return answer(found, status=200 if found["ok"] else 422)


async def _form(request: Request) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The files by safe names, and the document of the job. Raises Refused for anything unfit."""
    most = request.app.state.settings.limits.upload_bytes
    parser = MultiPartParser(request.headers, request.stream(), max_files=MOST_FILES, max_fields=8, max_part_size=100_000)
    parser.spool_max_size = most  # uploads stay in memory
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError, UnicodeDecodeError) as fault:
        message = getattr(fault, "message", "it cannot be taken apart")
        raise Refused(f"the upload is broken: {message}", where="file") from None
    files: dict[str, bytes] = {}
    for place, part in enumerate(form.getlist("file")):
        if not isinstance(part, UploadFile):
            raise Refused("'file' holds no file; choose one", where="file")
        files[_safe_name(part.filename or "", place, files)] = await part.read()
    if not files:
        raise Refused(f"no file was sent; choose one that ends in {', '.join(ENDINGS)}", where="file")
    partial = form.get("partial", "false")
    if partial not in ("true", "false"):
        raise Refused("'partial' is true or false", where="partial")
    return files, {"protocol": asdict(_protocol(form.get("protocol") or "{}")), "partial": partial == "true"}


def _safe_name(name: str, place: int, taken: dict[str, bytes]) -> str:
    """The name inside the folder of uploads: letters, digits and a known ending; no folders."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", re.split(r"[/\\]", name)[-1]).lstrip(".")[-80:]
    ending = "." + plain.rpartition(".")[2].lower()
    if ending not in ENDINGS:
        raise Refused(f"'{plain[:60]}' is no table of visits; choose a file that ends in {', '.join(ENDINGS)}", where="file")
    return plain if plain not in taken else f"{place}_{plain}"


def _protocol(text: Any) -> Protocol:
    if not isinstance(text, str):
        raise Refused("'protocol' is a file; send its JSON as text", where="protocol")
    try:
        given = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Refused('\'protocol\' is no JSON; send an object such as {"sledai": "2K"}', where="protocol") from None
    known = asdict(USUAL)
    if not isinstance(given, dict) or not given.keys() <= known.keys():
        raise Refused(f"'protocol' holds other keys than {', '.join(known)}", where="protocol")
    try:
        return PROTOCOL.validate_python(known | given)
    except ValidationError as fault:
        first = fault.errors(include_url=False)[0]
        raise Refused(words_of(first, fault.error_count()), where=f"protocol.{first['loc'][0]}") from None


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")
