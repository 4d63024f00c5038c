"""The Patient page: the course of one patient while the slider moves, and the bands of his or her twins after it."""

from __future__ import annotations

from typing import Any

import numpy as np
from fastapi import APIRouter, Request, Response

from immunoreset.app.answers import answer, number, numbers
from immunoreset.app.api.regimen import read_treatment, wrong_treatment
from immunoreset.app.courses import Span, bands, one_course, outcome_rows, outcomes_of, treat
from immunoreset.app.forms import BandsForm, CourseForm, UnsureForm
from immunoreset.app.unsure import edges_of
from immunoreset.app.waiting import Counter
from immunoreset.app.who import many, one, who
from immunoreset.catalogue import Theta
from immunoreset.errors import InvalidRegimen
from immunoreset.results import QUANTILES

router = APIRouter(prefix="/api/patient", tags=["patient"])


@router.post("/course")
async def course(form: CourseForm, request: Request) -> Response:
    """One patient under each treatment: curves by output, SLEDAI-2K by organ, events, outcomes."""
    counter: Counter = request.app.state.courses
    return answer(await counter.serve(request, lambda cancel: courses_of(form, cancel)))


@router.post("/bands")
async def in_twins(form: BandsForm, request: Request) -> Response:
    """The same in virtual twins: 5, 25, 50, 75 and 95 % by output and day, and the outcome table with published numbers."""
    counter: Counter = request.app.state.bands
    threads: int = request.app.state.settings.threads
    return answer(await counter.serve(request, lambda cancel: bands_of(form, threads, cancel)))


@router.post("/uncertainty")
async def unsure(form: UnsureForm, request: Request) -> Response:
    """How sure the median of the twins is: its middle 90 % over draws of the numbers, by output and day."""
    counter: Counter = request.app.state.bands
    threads: int = request.app.state.settings.threads
    return answer(await counter.serve(request, lambda cancel: unsure_of(form, threads, cancel)))


def courses_of(form: CourseForm, cancel: np.ndarray, theta: Theta | None = None) -> dict[str, Any]:
    """The answer to a form, computed; `theta` are other numbers of the model than those of this version."""
    patient, span = who(form.patient, form.seed, theta), Span(form.start, form.stop)
    cohort = one(patient, form.parameters)
    found = []
    for place, treatment in enumerate(form.treatments):
        regimen = read_treatment(treatment.text, place)
        try:
            solved = treat(cohort, regimen, span, typical=True, threads=1, cancel=cancel)
        except InvalidRegimen as fault:
            raise wrong_treatment(fault, place) from None
        found.append({"name": treatment.name, "text": str(regimen), **one_course(solved, judged=form.judged)})
    return {"days": numbers(span.days), "treatments": found}


def bands_of(form: BandsForm, threads: int, cancel: np.ndarray, theta: Theta | None = None) -> dict[str, Any]:
    """The answer to a form, computed; `theta` are other numbers of the model than those of this version."""
    patient, span = who(form.patient, form.seed, theta), Span(form.start, form.stop)
    cohort = many(patient, form.twins, form.parameters)
    found = []
    for place, treatment in enumerate(form.treatments):
        regimen = read_treatment(treatment.text, place)
        try:
            solved = treat(cohort, regimen, span, typical=False, threads=threads, cancel=cancel)
        except InvalidRegimen as fault:
            raise wrong_treatment(fault, place) from None
        outcomes = outcomes_of(solved)
        found.append(
            {
                "name": treatment.name,
                "text": str(regimen),
                "bands": bands(solved),
                "outcomes": outcome_rows(outcomes, cohort.illness, regimen),
                "twins": len(cohort),
                "failed": int(solved.course.failed.sum()),
                "failures": solved.failures,
            }
        )
    return {"days": numbers(span.days), "quantiles": [number(share) for share in QUANTILES], "treatments": found}


def unsure_of(form: UnsureForm, threads: int, cancel: np.ndarray) -> dict[str, Any]:
    """The answer to a form, computed."""
    patient, span = who(form.patient, form.seed), Span(form.start, form.stop)
    regimens = [read_treatment(treatment.text, place) for place, treatment in enumerate(form.treatments)]
    edges, drawn = edges_of(
        patient,
        regimens,
        span,
        twins=form.twins,
        draws=form.draws,
        parameters=form.parameters,
        threads=threads,
        cancel=cancel,
    )
    named = [{"name": one.name, "edges": found} for one, found in zip(form.treatments, edges, strict=True)]
    return {"days": numbers(span.days), "words": drawn.words, "prior": drawn.is_prior, "treatments": named}
