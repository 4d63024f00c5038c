"""Long work: start it, ask how far it is, cancel it, fetch what it found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Request, Response
from pydantic import ValidationError

from immunoreset.app.answers import answer
from immunoreset.app.cohort_job import DOWNLOADS
from immunoreset.app.faults import Refused, words_of
from immunoreset.app.job_office import Job, JobOffice
from immunoreset.app.settings import Settings
from immunoreset.app.study_text import study_toml
from immunoreset.bounds import values_of
from immunoreset.catalogue import built_in
from immunoreset.errors import ImmunoresetError
from immunoreset.study_document import FIVE_PATIENTS, Study
from immunoreset.therapy import Regimen
from immunoreset.virtual_trial.kinds import ADAPTER, trial_schema

router = APIRouter(prefix="/api", tags=["jobs"])
Number = Annotated[str, Path(pattern="^[0-9a-f]{24}$", description="number of the job")]
Document = Annotated[dict[str, Any], Body()]
MOST_ARMS = 8
MOST_REPEATS = 20_000
HTML_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox"


@router.post("/jobs/cohort")
async def cohort(study: Study, request: Request) -> Response:
    """Run a study document; the answer names the job."""
    check_cohort(study, request.app.state.settings)
    job = _office(request).take("cohort", study.model_dump(mode="json", exclude_unset=True))
    return answer(job.as_dict(), status=202)


@router.post("/jobs/trial")
async def trial(document: Document, request: Request) -> Response:
    """Run a trial document (/api/schema/trial); the answer names the job."""
    refuse_files(document)
    try:
        known = ADAPTER.validate_python(document)
    except ValidationError as fault:
        first = fault.errors(include_url=False)[0]
        raise Refused(words_of(first, fault.error_count()), where=".".join(map(str, first["loc"]))) from None
    most = request.app.state.settings.limits.cohort_patients
    if known.population is not None and known.population.n > most:
        raise Refused(f"{known.population.n:,} patients; the page runs at most {most:,}", where="population.n")
    if known.repeats > MOST_REPEATS:
        raise Refused(f"{known.repeats:,} trials; the page runs at most {MOST_REPEATS:,}", where="repeats")
    return answer(_office(request).take("trial", document).as_dict(), status=202)


@router.get("/schema/trial")
def schema() -> Response:
    """The JSON Schema of a trial document."""
    return answer(trial_schema())


@router.get("/jobs/{number}")
async def progress(number: Number, request: Request) -> Response:
    """How far a job is. A job about which nobody asks is cancelled."""
    return answer(_office(request).find(number).as_dict())


@router.delete("/jobs/{number}")
async def cancel(number: Number, request: Request) -> Response:
    """Cancel a job and forget its results."""
    job = _office(request).find(number)
    _office(request).drop(job)
    return answer(job.as_dict())


@router.get("/jobs/{number}/result")
async def result(number: Number, request: Request) -> Response:
    """What a finished job found."""
    job = finished(_office(request).find(number))
    body = (job.folder / "result.json").read_bytes()
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


@router.get("/jobs/{number}/download/{name}")
async def download(number: Number, name: Annotated[str, Path(max_length=80)], request: Request) -> Response:
    """A file of a finished job; the tables of a trial are CSV files by name."""
    job = finished(_office(request).find(number))
    files = {file.name: file for file in job.folder.iterdir() if file.suffix in (".csv", ".html") or file.name in DOWNLOADS}
    if name not in files:
        raise Refused(f"no file '{name}' in this job; it has {', '.join(sorted(files))}", status=404, where="name")
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    if name.endswith(".html"):
        headers["Content-Security-Policy"] = HTML_POLICY
    kind = DOWNLOADS.get(name, "text/csv; charset=utf-8")
    return Response(files[name].read_bytes(), media_type=kind, headers=headers)


@router.post("/study/toml")
def toml(study: Study) -> Response:
    """A study document as the text of STUDY.toml."""
    return answer({"text": study_toml(study)})


def check_cohort(study: Study, settings: Settings) -> None:
    """Refuse, before a process starts, a study that is too large here, reads files, or has a treatment that cannot be read."""
    refuse_files(study.model_dump(mode="json", exclude_unset=True))
    if len(study.arms) > MOST_ARMS:
        raise Refused(f"{len(study.arms)} arms; the page runs at most {MOST_ARMS}", where="arms")
    for name, arm in study.arms.items():
        who = study.patients_of(name)
        count = (who.n or 1) if who.population is not None else 5 * who.twins
        if count > settings.limits.cohort_patients:
            most = settings.limits.cohort_patients
            raise Refused(f"{count:,} patients in arm '{name}'; the page runs at most {most:,}", where="patients")
        try:
            Regimen.parse(arm.treatment, built_in().drugs)
        except ImmunoresetError as fault:
            raise Refused(f"arm '{name}': {fault}", where=f"arms.{name}.treatment") from None


def refuse_files(document: Mapping[str, Any]) -> None:
    """Refuse a document that names a file of this machine anywhere, whether or not it would be read.

    A module is a file of code, which the process would run.
    """
    if document.get("modules"):
        raise Refused("the page loads no modules; run this document with the command line", where="modules")
    if document.get("scan"):
        raise Refused("the page runs no scans; run this document with the command line", where="scan")
    for place, value in values_of(document):
        table = tuple(place[-2:]) in (("patients", "baseline"), ("population", "baseline"))  # an arm may have this name
        named = (place[-1] in ("listed", "outcomes") or table) and isinstance(value, str)
        if named and not (place[-1] == "listed" and value == FIVE_PATIENTS):
            raise Refused(
                f"the page reads no files; write '{FIVE_PATIENTS}' or a population, or use the command line",
                where=".".join(map(str, place)),
            )


def finished(job: Job) -> Job:
    """The job when it is done. Raises Refused with what became of it."""
    if job.state == "failed":
        raise Refused(job.error, status=409, where="job")
    if job.state != "done":
        raise Refused(f"the job is {job.state}; ask again when it is done", status=409, where="job")
    return job


def _office(request: Request) -> JobOffice:
    return request.app.state.jobs
