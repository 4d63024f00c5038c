"""What the pages need to know before anybody asks: diseases, drugs, parameters, equations, the form of a study."""

from __future__ import annotations

import re
from dataclasses import asdict
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from immunoreset.app.answers import answer
from immunoreset.app.diseases import described
from immunoreset.app.faults import Refused
from immunoreset.app.settings import WARNING, Settings
from immunoreset.catalogue import Theta, built_in
from immunoreset.disease.facts import QUANTITIES
from immunoreset.evidence import published_points
from immunoreset.patient.birth_certificates import STANDINGS, Parameter, standing_counts
from immunoreset.study_document import Study

router = APIRouter(prefix="/api", tags=["about"])
Text = Annotated[str, Query(max_length=100)]
EQUATIONS = "model.md"


@router.get("/meta")
def meta(request: Request) -> Response:
    """Everything that is listed on the pages."""
    settings: Settings = request.app.state.settings
    limits = settings.limits
    return answer(
        {
            **_meta(),
            "limits": {
                "treatments": limits.treatments,
                "treatment_characters": limits.treatment_characters,
                "twins": limits.twins,
                "cohort_patients": limits.cohort_patients,
                "upload_bytes": limits.upload_bytes,
            },
        }
    )


@cache
def _meta() -> dict[str, Any]:
    return {
        "version": metadata.version("immunoreset"),
        "warning": WARNING,
        "diseases": [described(disease) for disease in built_in().diseases.values()],
        "facts": {name: {"lowest": q.lowest, "highest": q.highest, "unit": q.unit} for name, q in QUANTITIES.items()},
        "drugs": [
            {
                "name": drug.name,
                "meaning": drug.meaning,
                "units": list(drug.units),
                "forms": [form.__name__.lower() for form in drug.forms],
                "example": f"{drug.name} {drug.example}",
                "family": drug.kind,
            }
            for drug in built_in().drugs.values()
        ],
        "points": [_point(asdict(point)) for point in published_points()],
        "standings": standing_counts(Theta.current().table),
    }


def _point(point: dict[str, Any]) -> dict[str, Any]:
    """A published point with null where a limit is not known."""
    lists = {key: value for key, value in point.items() if isinstance(value, list)}
    return point | {key: [None if number != number else number for number in value] for key, value in lists.items()}


@router.get("/schema")
def schema() -> Response:
    """The JSON Schema of a study document."""
    return answer(Study.model_json_schema())


@router.get("/parameters")
def parameters(search: Text = "", standing: Text = "") -> Response:
    """Every number of the model, or those whose name, symbol, note or source holds every word of `search`."""
    if standing and standing not in STANDINGS:
        raise Refused(f"no standing '{standing}'; known: {', '.join(STANDINGS)}", where="standing")
    words = search.lower().split()
    rows = [_row(p) for p in Theta.current().table.values() if _holds(p, words) and standing in ("", p.standing)]
    return answer({"parameters": rows, "in_all": len(Theta.current().table), "standings": standing_counts(Theta.current().table)})


def _holds(parameter: Parameter, words: list[str]) -> bool:
    text = " ".join((parameter.name, parameter.symbol, parameter.unit, parameter.source, parameter.standing, parameter.note))
    return all(word in text.lower() for word in words)


def _row(parameter: Parameter) -> dict[str, Any]:
    low, high = parameter.bounds
    return {**asdict(parameter), "bounds": [low, high], "sampled": parameter.sampled}


@router.get("/equations")
def equations() -> Response:
    """The page of the model's equations, as sections of markdown."""
    return answer({"sections": sections(_model_page())})


def sections(page: str) -> list[dict[str, str]]:
    """The parts of a markdown page by their headings; what stands before the first heading has the title "".

    >>> sections("# Model\\nWords.\\n## Cells\\nMore.")
    [{'title': 'Model', 'text': 'Words.'}, {'title': 'Cells', 'text': 'More.'}]
    """
    parts = re.split(r"^#{1,2} +(.+)$", page, flags=re.MULTILINE)
    pairs = [("", parts[0]), *zip(parts[1::2], parts[2::2], strict=True)]
    return [{"title": title.strip(), "text": text.strip()} for title, text in pairs if title or text.strip()]


@cache
def _model_page() -> str:
    """The page in the wheel, or, in a checkout, in docs."""
    shipped = resources.files("immunoreset.app").joinpath("static", EQUATIONS)
    if shipped.is_file():
        return shipped.read_text(encoding="utf-8")
    written = Path(__file__).parents[4] / "docs" / EQUATIONS
    if written.is_file():
        return written.read_text(encoding="utf-8")
    raise Refused("the page of the equations is not installed; read docs/model.md of the source", status=404)
