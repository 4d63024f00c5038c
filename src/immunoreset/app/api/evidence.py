"""Every published number beside the simulated one, from the run that comes with the package."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from typing import Any

from fastapi import APIRouter, Response

from immunoreset.app.answers import answer
from immunoreset.app.stored_evidence import is_current, stored
from immunoreset.demo import demo_study
from immunoreset.evidence import PublishedNumber, misfits, published_numbers

router = APIRouter(prefix="/api", tags=["evidence"])


@router.get("/evidence")
def evidence() -> Response:
    """The comparison table, tuned rows apart, what is known not to fit, and the study that makes it anew as a cohort job."""
    return answer(_evidence())


@cache
def _evidence() -> dict[str, Any]:
    run = stored()
    marks = {number.quantity: _marks(number) for number in published_numbers()}
    rows = [{**row, **marks.get(row["quantity"], {})} for row in run["comparisons"]]
    return {
        "tuned": [row for row in rows if row["tuned"]],
        "untouched": [row for row in rows if not row["tuned"]],
        "published": [_number(asdict(number)) for number in published_numbers()],
        "misfits": [{"title": one.title, "text": one.text, "sources": list(one.sources)} for one in misfits()],
        "run": {**run["manifest"], "current": is_current(run)},
        "study": demo_study().model_dump(mode="json", exclude_unset=True),
    }


def _marks(number: PublishedNumber) -> dict[str, Any]:
    """What the roles of the evidence say today, whatever they said when the run was stored."""
    return {"standing": number.standing, "tuned": number.tuned, "tuned_to": number.tuned_to}


def _number(number: dict[str, Any]) -> dict[str, Any]:
    return {**number, "source": number["source"]["name"], "doi": number["source"]["doi"]}
