"""Arthritis, myositis, systemic sclerosis, diseases of relapses, myasthenia, vasculitis and further diseases at every visit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np

from immunoreset.endpoints.known import Range
from immunoreset.endpoints.other_diseases import (
    acr_response,
    myasthenia,
    myositis,
    rheumatoid_arthritis,
    systemic_sclerosis,
    vasculitis,
)
from immunoreset.endpoints.quantities import Aldolase, Alt, Ast, CreatineKinase, Crp, Esr, GlobalAssessment, Ldh, Prednisone
from immunoreset.endpoints.scoring.further_diseases import further_diseases
from immunoreset.endpoints.scoring.relapses import relapsing_diseases
from immunoreset.endpoints.scoring.result import Result
from immunoreset.endpoints.scoring.sheet import Rows, Sheet, take

ENZYMES = {"CK": CreatineKinase, "ALDOLASE": Aldolase, "ALT": Alt, "AST": Ast, "LDH": Ldh}
EULAR = (
    ("eular", "das28_crp", "EULAR response (DAS28-CRP)"),
    ("eular_esr", "das28_esr", "EULAR response (DAS28-ESR)"),
)
"""Name of each response, the score that it compares, and its label."""
PERCENTS = (20, 50, 70)
FALLS_OF_MGC: dict[str, Literal[3, 5]] = {"mgc_response": 3, "mgc_response_5": 5}


def other_diseases(sheet: Sheet) -> Iterator[Result]:
    """All scores outside lupus that the file can have."""
    visits = sheet.visits
    if visits.has("TJC28") and visits.has("SJC28"):
        yield from _arthritis(sheet)
    if visits.has("MMT8"):
        yield from _myositis(sheet)
    if visits.has("MRSS"):
        yield from _sclerosis(sheet)
    yield from relapsing_diseases(sheet)
    yield from _myasthenia(sheet)
    yield from _vasculitis(sheet)
    yield from further_diseases(sheet)
    if visits.has("SDI"):
        yield Result("sdi", "SLICC/ACR damage index", visits.points("SDI"), sheet.made("SDI"), {}, unit="points")


def _points(sheet: Sheet, code: str, rows: Rows | None = None) -> Range:
    number = sheet.visits.points(code)
    return number if rows is None else take(number, rows)


def _scale(sheet: Sheet, code: str, rows: Rows | None = None) -> GlobalAssessment:
    return sheet.quantity(GlobalAssessment, code, rows)


def _arthritis(sheet: Sheet) -> Iterator[Result]:
    tender, swollen = (sheet.visits.points(code) for code in ("TJC28", "SJC28"))
    shown = sheet.made("TJC28", "SJC28")
    crp, esr = sheet.quantity(Crp, "CRP"), sheet.quantity(Esr, "ESR")
    both = {"patient_global": _scale(sheet, "PTGA"), "physician_global": _scale(sheet, "PHGA")}
    scores: dict[str, tuple[str, Range, rheumatoid_arthritis.CutOffs, dict[str, np.ndarray]]] = {
        "das28_crp": (
            "DAS28-CRP",
            rheumatoid_arthritis.das28_crp(tender, swollen, crp=crp, patient_global=_scale(sheet, "GH")),
            sheet.protocol.das28_cut_offs,
            sheet.missing("TJC28", "SJC28", "CRP", "GH"),
        ),
        "das28_esr": (
            "DAS28-ESR",
            rheumatoid_arthritis.das28_esr(tender, swollen, esr=esr, patient_global=_scale(sheet, "GH")),
            "DAS28-ESR",
            sheet.missing("TJC28", "SJC28", "ESR", "GH"),
        ),
        "sdai": (
            "SDAI",
            rheumatoid_arthritis.sdai(tender, swollen, crp=crp, **both),
            "SDAI",
            sheet.missing("TJC28", "SJC28", "PTGA", "PHGA", "CRP"),
        ),
        "cdai": (
            "CDAI",
            rheumatoid_arthritis.cdai(tender, swollen, **both),
            "CDAI",
            sheet.missing("TJC28", "SJC28", "PTGA", "PHGA"),
        ),
    }
    for name, (label, score, cut_offs, missing) in scores.items():
        yield Result(name, label, score, shown, missing, unit="points")
        level = rheumatoid_arthritis.activity(score, cut_offs=cut_offs)
        words = rheumatoid_arthritis.CATEGORIES
        yield Result(f"{name}_category", f"{label} activity", level, shown, missing, categories=words)
    for name, of, label in EULAR:
        score, before = scores[of][1], sheet.baseline_rows(shown & scores[of][1].known)
        answer = rheumatoid_arthritis.eular_response(take(score, before), score)
        missing = {**scores[of][3], f"baseline {scores[of][0]}": before < 0}
        words = rheumatoid_arthritis.EULAR_RESPONSES
        yield Result(name, label, answer, shown & sheet.after_baseline(), missing, categories=words)
    yield from _acr(sheet, shown)


def _acr(sheet: Sheet, shown: np.ndarray) -> Iterator[Result]:
    base = sheet.baseline_rows(shown)
    before, now = _core_set(sheet, base), _core_set(sheet, None)
    missing = sheet.missing("TJC28", "SJC28", "PAIN", "PTGA", "PHGA", "HAQ", "CRP") | {"baseline": base < 0}
    for percent in PERCENTS:
        answer = acr_response.acr_response(before, now, percent=percent)
        yield Result(f"acr{percent}", f"ACR{percent} response", answer, shown & sheet.after_baseline(), missing)


def _core_set(sheet: Sheet, rows: Rows | None) -> acr_response.AcrCoreSet:
    return acr_response.AcrCoreSet(
        tender=_points(sheet, "TJC28", rows),
        swollen=_points(sheet, "SJC28", rows),
        pain=_scale(sheet, "PAIN", rows),
        patient_global=_scale(sheet, "PTGA", rows),
        physician_global=_scale(sheet, "PHGA", rows),
        haq=_points(sheet, "HAQ", rows),
        reactant=sheet.quantity(Crp, "CRP", rows),
    )


def _myositis(sheet: Sheet) -> Iterator[Result]:
    strength, enzyme = sheet.visits.points("MMT8"), sheet.visits.number("CK")
    yield Result("mmt8", "Manual muscle testing (MMT-8)", strength, sheet.made("MMT8"), {}, unit="points")
    yield Result("ck", "Creatine kinase", enzyme, sheet.made("CK"), {}, unit=CreatineKinase.standard_unit())
    shown = sheet.made("MMT8", "EXTRAMUSCULAR", "HAQ") & sheet.after_baseline()
    base = sheet.baseline_rows(sheet.made("MMT8"))
    followed = [code for code in ENZYMES if sheet.visits.has(code) and sheet.visits.has_upper_limit(code)]
    improvement = myositis.total_improvement(
        _myositis_visit(sheet, followed, base), _myositis_visit(sheet, followed, None), mmt=sheet.protocol.mmt
    )
    missing = sheet.missing("MMT8", "PHGA", "PTGA", "HAQ", "EXTRAMUSCULAR") | {
        "enzyme with its limit": ~sheet.made(*followed) if followed else np.ones(len(sheet.visits), dtype=bool),
        "baseline": base < 0,
    }
    yield Result("tis", "Total improvement score", improvement.score, shown, missing, unit="points")
    level = myositis.improvement_category(improvement.score, population="adult")
    yield Result("tis_category", "Improvement (adult cut-offs)", level, shown, missing, categories=myositis.CATEGORIES)


def _myositis_visit(sheet: Sheet, enzymes: list[str], rows: Rows | None) -> myositis.MyositisVisit:
    return myositis.MyositisVisit(
        physician_global=_scale(sheet, "PHGA", rows),
        patient_global=_scale(sheet, "PTGA", rows),
        haq=_points(sheet, "HAQ", rows),
        enzymes=[
            myositis.Enzyme(sheet.quantity(ENZYMES[code], code, rows), sheet.upper_limit(ENZYMES[code], code)) for code in enzymes
        ],
        extramuscular=_scale(sheet, "EXTRAMUSCULAR", rows),
        strength=_points(sheet, "MMT8", rows),
    )


def _sclerosis(sheet: Sheet) -> Iterator[Result]:
    yield Result("mrss", "Modified Rodnan skin score", sheet.visits.points("MRSS"), sheet.made("MRSS"), {}, unit="points")
    base = sheet.baseline_rows(sheet.made("MRSS"))
    shown = sheet.made("MRSS") & sheet.after_baseline()
    before, now = _sclerosis_visit(sheet, base), _sclerosis_visit(sheet, None)
    missing = sheet.missing("MRSS", "FVC", "PTGA", "PHGA", "HAQ") | {"baseline": base < 0}
    probability = systemic_sclerosis.criss(systemic_sclerosis.criss_changes(before, now), event=False)
    yield Result("criss", "ACR-CRISS 2016, without a step 1 event", probability, shown, missing, unit="probability")
    revised = systemic_sclerosis.revised_criss(systemic_sclerosis.criss_improvements(before, now), percent=20, event=False)
    yield Result("rcriss20", "Revised CRISS 20, without a step 1 event", revised, shown, missing)


def _sclerosis_visit(sheet: Sheet, rows: Rows | None) -> systemic_sclerosis.SclerosisVisit:
    return systemic_sclerosis.SclerosisVisit(
        skin=_points(sheet, "MRSS", rows),
        capacity=_points(sheet, "FVC", rows),
        patient_global=_scale(sheet, "PTGA", rows),
        physician_global=_scale(sheet, "PHGA", rows),
        haq=_points(sheet, "HAQ", rows),
    )


def _myasthenia(sheet: Sheet) -> Iterator[Result]:
    for code, label in (("MGADL", "MG-ADL"), ("QMG", "QMG"), ("MGC", "MG Composite")):
        if sheet.visits.has(code):
            yield Result(code.lower(), label, sheet.visits.points(code), sheet.made(code), {}, unit="points")
    if sheet.visits.has("MGADL"):
        shown, now = sheet.made("MGADL"), sheet.visits.points("MGADL")
        minimal = myasthenia.minimal_symptom_expression(now)
        yield Result("mg_minimal", "Minimal symptom expression", minimal, shown, {})
        base = sheet.baseline("MGADL")
        answer = myasthenia.mg_adl_response(_points(sheet, "MGADL", base), now)
        yield Result("mgadl_response", "MG-ADL response", answer, shown & sheet.after_baseline(), {"baseline": base < 0})
    if sheet.visits.has("MGC"):
        base, after = sheet.baseline("MGC"), sheet.made("MGC") & sheet.after_baseline()
        before, now = _points(sheet, "MGC", base), sheet.visits.points("MGC")
        for name, fall in FALLS_OF_MGC.items():
            answer = myasthenia.mg_composite_response(before, now, fall=fall)
            yield Result(name, f"MG Composite response ({fall} points)", answer, after, {"baseline": base < 0})


def _vasculitis(sheet: Sheet) -> Iterator[Result]:
    for code, label in (("BVAS", "BVAS v3"), ("BVASWG", "BVAS/WG")):
        if sheet.visits.has(code):
            name, score, shown = code.lower(), sheet.visits.points(code), sheet.made(code)
            yield Result(name, label, score, shown, {}, unit="points")
            yield Result(f"{name}_remission", f"{label.split()[0]} remission", vasculitis.bvas_remission(score), shown, {})
            complete = vasculitis.complete_remission(score, sheet.quantity(Prednisone, "PREDNISONE"))
            missing = sheet.missing(code, "PREDNISONE")
            yield Result(f"{name}_complete", f"{label.split()[0]} remission without glucocorticoids", complete, shown, missing)
