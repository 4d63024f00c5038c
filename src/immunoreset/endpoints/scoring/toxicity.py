"""Toxicity at every assessment: CRS, ICANS, laboratory grades of CTCAE, low IgG and the prompt for IEC-HS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from immunoreset.endpoints.items import items
from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.quantities import (
    Alt,
    Ast,
    Ferritin,
    Fibrinogen,
    Igg,
    Ldh,
    OxygenFlow,
    Quantity,
    Temperature,
    Triglycerides,
)
from immunoreset.endpoints.scoring.result import Result
from immunoreset.endpoints.scoring.sheet import Kind, Sheet, take
from immunoreset.endpoints.together import choose
from immunoreset.endpoints.toxicity import crs, crs_episodes, ctcae, ctcae_terms, hypogammaglobulinaemia, icans, iec_hs
from immunoreset.endpoints.toxicity.episodes import Course
from immunoreset.endpoints.visits import RELEASE

CRS_ITEMS = ("TEMP", "HYPOTENSION", "PRESSORS", "VASOPRESSIN", "OXYGEN")
ICANS_ITEMS = ("ICE", "CONSCIOUSNESS", "ICANS_SEIZURE", "MOTOR", "OEDEMA")
ABSENT_UNLESS_RECORDED = ("VASOPRESSIN", "ICANS_SEIZURE", "MOTOR", "OEDEMA")
DEATH = 5.0
TERMS = {  # CTCAE terms by item; a term that the version of the protocol does not have is left out
    "NEUT": ("Neutrophil count decreased",),
    "LYM": ("Lymphocyte count decreased",),
    "PLAT": ("Platelet count decreased", "Thrombocytopenia"),
    "WBC": ("White blood cell decreased",),
    "HGB": ("Anemia",),
    "CD4": ("CD4 lymphocytes decreased",),
    "FIBRINO": ("Fibrinogen decreased",),
    "ALT": ("Alanine aminotransferase increased",),
    "AST": ("Aspartate aminotransferase increased",),
    "BILI": ("Blood bilirubin increased",),
    "CREAT": ("Creatinine increased",),
    "CK": ("CPK increased",),
}
IGG_LIMITS = (Igg(7.0, "g/L"), Igg(4.0, "g/L"), Igg(2.0, "g/L"))  # sponsor-defined: CTCAE has no term (assumed)


class Courses(NamedTuple):
    """Grades, days and episodes of CRS and ICANS; None where the file has no assessment of it."""

    crs: Course | None
    icans: Course | None


def courses(sheet: Sheet) -> Courses:
    """The courses of CRS and ICANS after the infusion."""
    has_crs, has_icans = crs_rows(sheet).any(), icans_rows(sheet).any()
    return Courses(_crs_course(sheet) if has_crs else None, _icans_course(sheet) if has_icans else None)


def toxicity(sheet: Sheet, courses: Courses) -> Iterator[Result]:
    """All grades that the file can have."""
    if courses.crs is not None:
        rows = crs_rows(sheet)
        yield Result("crs", "CRS grade (ASTCT 2019)", _spread(rows, courses.crs), rows, sheet.missing(*_asked(sheet, CRS_ITEMS)))
    if courses.icans is not None:
        rows = icans_rows(sheet)
        yield Result(
            "icans", "ICANS grade (ASTCT 2019)", _spread(rows, courses.icans), rows, sheet.missing(*_asked(sheet, ICANS_ITEMS))
        )
    yield from _ctcae(sheet)
    if sheet.visits.has("IGG"):
        grades = hypogammaglobulinaemia.grade(sheet.quantity(Igg, "IGG"), limits=IGG_LIMITS)
        yield Result("low_igg", "Low IgG (7, 4, 2 g/L)", grades, sheet.made("IGG"), {})
    if sheet.visits.has("FERRITIN"):
        yield _iec_hs(sheet)


def _asked(sheet: Sheet, codes: tuple[str, ...]) -> list[str]:
    """Items whose absence at a visit leaves the grade open: those that the file never has were taken as absent."""
    return [code for code in codes if code not in ABSENT_UNLESS_RECORDED or sheet.visits.has(code)]


def crs_rows(sheet: Sheet) -> np.ndarray:
    """Visits that are assessments for CRS, after the infusion."""
    return sheet.made("HYPOTENSION", "PRESSORS", "OXYGEN") & (sheet.visits.day >= 0)


def icans_rows(sheet: Sheet) -> np.ndarray:
    """Visits that are assessments for ICANS, after the infusion."""
    return sheet.made(*ICANS_ITEMS) & (sheet.visits.day >= 0)


def _crs_course(sheet: Sheet) -> Course:
    rows, visits = np.flatnonzero(crs_rows(sheet)), sheet.visits

    def chosen(code: str) -> Answer:
        answer = visits.answer(code)
        return Answer(answer.yes[rows], answer.no[rows])

    signs = crs.Signs(
        temperature=sheet.quantity(Temperature, "TEMP", rows),
        hypotension=chosen("HYPOTENSION"),
        pressors=take(visits.number("PRESSORS"), rows),
        vasopressin=chosen("VASOPRESSIN") if visits.has("VASOPRESSIN") else False,
        oxygen=visits.words("OXYGEN")[rows],
        oxygen_flow=sheet.quantity(OxygenFlow, "O2FLOW", rows),
        due_to_crs=_due(sheet, rows),
    )
    given = {code: visits.column(code)[rows] == 1 for code in ("ANTIPYRETIC", "TOCILIZUMAB", "CRS_STEROID")}
    return crs_episodes.course(
        visits.patient[rows],
        visits.day[rows],
        signs,
        antipyretic=given["ANTIPYRETIC"],
        anti_cytokine=given["TOCILIZUMAB"] | given["CRS_STEROID"],
    )


def _due(sheet: Sheet, rows: np.ndarray) -> dict[str, Answer]:
    """Attribution of the three signs to CRS; what nobody judged counts as due to it."""
    named = {"fever": "TEMP", "hypotension": "HYPOTENSION", "hypoxia": "OXYGEN"}
    found = {part: sheet.visits.due_to(RELEASE, code) for part, code in named.items()}
    return {part: Answer(answer.yes[rows], answer.no[rows]) for part, answer in found.items()}


def _spread(rows: np.ndarray, course: Course) -> Range:
    """Grades of the assessments in the rows of all visits."""
    low, high = np.zeros(len(rows)), np.full(len(rows), DEATH)
    low[rows], high[rows] = course.grades.low, course.grades.high
    return Range(low, high)


def _icans_course(sheet: Sheet) -> Course:
    """A seizure, weakness or oedema that nobody ever wrote down in the file is absent."""
    visits, rows = sheet.visits, np.flatnonzero(icans_rows(sheet))

    def words(code: str) -> np.ndarray | str:
        return visits.words(code)[rows] if visits.has(code) else "none"

    signs = icans.Signs(
        ice=take(visits.points("ICE"), rows),
        consciousness=visits.words("CONSCIOUSNESS")[rows] if visits.has("CONSCIOUSNESS") else None,
        seizure=words("ICANS_SEIZURE"),
        motor=words("MOTOR"),
        oedema=words("OEDEMA"),
    )
    return icans.course(visits.patient[rows], visits.day[rows], signs)


def _ctcae(sheet: Sheet) -> Iterator[Result]:
    version = sheet.protocol.ctcae
    for code, terms in TERMS.items():
        term = next((term for term in terms if term in ctcae_terms.TERMS[version]), None)
        kind = items()[code].measure
        if term is None or kind is None or not sheet.visits.has(code):
            continue
        lln, uln = sheet.lower_limit(kind, code), sheet.upper_limit(kind, code)
        grades = ctcae.grade(
            term,
            sheet.quantity(kind, code),
            version=version,
            lln=lln,
            uln=uln,
            baseline=_reference(sheet, kind, code),
        )
        missing = {**sheet.missing(code), "lower or upper limit of normal": _nowhere(lln) & _nowhere(uln)}
        label = f"{term} (CTCAE {version})"
        yield Result(f"ctcae_{code.lower()}", label, grades, sheet.made(code), missing)


def _reference(sheet: Sheet, kind: type[Kind], code: str) -> Kind:
    """The value before treatment, for what comes after it; up to then a value with which the limit of normal alone decides.

    A baseline is never graded against itself, nor is what lies before it. Rises ask whether the baseline was above the upper
    limit, so it is put there; the fall of fibrinogen asks what is left of the baseline, and nothing falls below 0.
    """
    baseline, upper = sheet.quantity(kind, code, sheet.baseline(code)), sheet.upper_limit(kind, code)
    normal = Range.of(np.zeros(len(sheet.visits)) if code == "FIBRINO" else upper.value)
    return kind(choose(Answer.of(sheet.after_baseline()), Range.of(baseline.value), normal), kind.standard_unit())


def _nowhere(limit: Quantity) -> np.ndarray:
    return np.isnan(np.asarray(limit.value, dtype=float))


def _iec_hs(sheet: Sheet) -> Result:
    """Whether somebody should judge if this is IEC-HS: a prompt, never a diagnosis."""
    ferritin = iec_hs.ferritin_criterion(
        sheet.quantity(Ferritin, "FERRITIN"),
        uln=sheet.upper_limit(Ferritin, "FERRITIN"),
        baseline=_reference(sheet, Ferritin, "FERRITIN"),
    )
    liver = [
        iec_hs.transaminases(
            sheet.quantity(kind, code),
            uln=sheet.upper_limit(kind, code),
            baseline=_reference(sheet, kind, code),
        )
        for kind, code in ((Alt, "ALT"), (Ast, "AST"))
        if sheet.visits.has(code)
    ]
    features = iec_hs.Features(
        ferritin=ferritin,
        transaminases=liver[0] if len(liver) == 1 else (liver[0] | liver[1]) if liver else None,
        fibrinogen=iec_hs.low_fibrinogen(sheet.quantity(Fibrinogen, "FIBRINO")) if sheet.visits.has("FIBRINO") else None,
        ldh=iec_hs.high_ldh(sheet.quantity(Ldh, "LDH"), uln=sheet.upper_limit(Ldh, "LDH")) if sheet.visits.has("LDH") else None,
        triglycerides=iec_hs.high_triglycerides(sheet.quantity(Triglycerides, "TRIG")) if sheet.visits.has("TRIG") else None,
    )
    prompt = iec_hs.prompt(features)
    shown = sheet.made("FERRITIN") & (sheet.visits.day >= 0)
    missing = sheet.missing("FERRITIN", "FIBRINO", "ALT")
    return Result("iec_hs_prompt", "IEC-HS: adjudicate", prompt.adjudicate, shown, missing)
