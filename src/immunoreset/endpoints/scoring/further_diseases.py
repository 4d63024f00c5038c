"""Sjögren's disease, pemphigus, stiff-person syndrome, and lung function, at every visit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from immunoreset.endpoints.other_diseases import criss_events, gait, pemphigus, sjogren
from immunoreset.endpoints.scoring.result import Result
from immunoreset.endpoints.scoring.sheet import Sheet, take


def further_diseases(sheet: Sheet) -> Iterator[Result]:
    """All scores of these diseases that the file can have."""
    visits = sheet.visits
    if visits.has("FVC") or visits.has("DLCO"):
        yield from _lung(sheet)
    if visits.has("ESSDAI") or visits.has("ESSPRI") or visits.has("SALIVARY_FLOW"):
        yield from _sjogren(sheet)
    if visits.has("PDAI"):
        yield from _pemphigus(sheet)
    if visits.has("T25FW"):
        yield from _walk(sheet)
    if visits.has("STIFFNESS"):
        yield _plain(sheet, "STIFFNESS", "Distribution of stiffness index", "points")
    if visits.has("MRS"):
        rankin, shown = visits.points("MRS"), sheet.made("MRS")
        yield _plain(sheet, "MRS", "Modified Rankin scale", "points")
        yield Result("mrs_independent", "Independent (modified Rankin 0 to 2)", gait.independent(rankin), shown, {})


def _plain(sheet: Sheet, code: str, label: str, unit: str) -> Result:
    return Result(code.lower(), label, sheet.visits.points(code), sheet.made(code), {}, unit=unit)


def _changed(sheet: Sheet, code: str) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Rows of an item's baseline, the visits after it at which it was written down, and where the baseline is missing."""
    base = sheet.baseline(code)
    return base, sheet.made(code) & sheet.after_baseline(), {"baseline": base < 0}


def _lung(sheet: Sheet) -> Iterator[Result]:
    for code, label in (("FVC", "Forced vital capacity"), ("DLCO", "Diffusing capacity")):
        if sheet.visits.has(code):
            yield _plain(sheet, code, label, "% of predicted")
    if not sheet.visits.has("FVC"):
        return
    base, after, missing = _changed(sheet, "FVC")
    falls = []
    for code, highest in (("FVC", criss_events.HIGHEST_CAPACITY), ("DLCO", criss_events.HIGHEST_DIFFUSION)):
        now = sheet.visits.points(code)
        falls.append(criss_events.capacity_fall(take(now, base).clip(0, highest), now, highest=highest))
    worse = criss_events.lung_progression(falls[0], falls[1], measure="relative")
    yield Result("lung_progression", "Progression of lung disease", worse, after, missing | sheet.missing("FVC", "DLCO"))


def _sjogren(sheet: Sheet) -> Iterator[Result]:
    visits = sheet.visits
    if visits.has("ESSDAI"):
        now, shown = visits.points("ESSDAI"), sheet.made("ESSDAI")
        yield _plain(sheet, "ESSDAI", "ESSDAI", "points")
        words = sjogren.CATEGORIES
        yield Result("essdai_category", "ESSDAI activity", sjogren.activity(now), shown, {}, categories=words)
        base, after, missing = _changed(sheet, "ESSDAI")
        answer = sjogren.essdai_response(take(now, base), now)
        yield Result("essdai_response", "ESSDAI response (3 points)", answer, after, missing)
    if visits.has("ESSPRI"):
        now = visits.points("ESSPRI")
        yield _plain(sheet, "ESSPRI", "ESSPRI", "points")
        base, after, missing = _changed(sheet, "ESSPRI")
        answer = sjogren.esspri_response(take(now, base), now)
        yield Result("esspri_response", "ESSPRI response (1 point or 15 %)", answer, after, missing)
    if visits.has("SALIVARY_FLOW"):
        flow, shown = visits.points("SALIVARY_FLOW"), sheet.made("SALIVARY_FLOW")
        yield _plain(sheet, "SALIVARY_FLOW", "Unstimulated flow of saliva", "mL/min")
        yield Result("low_salivary_flow", "Low flow of saliva (0.1 mL/min)", sjogren.low_salivary_flow(flow), shown, {})


def _pemphigus(sheet: Sheet) -> Iterator[Result]:
    score, shown = sheet.visits.points("PDAI"), sheet.made("PDAI")
    yield _plain(sheet, "PDAI", "PDAI activity", "points")
    yield Result("pdai_category", "Pemphigus extent", pemphigus.extent(score), shown, {}, categories=pemphigus.CATEGORIES)
    free = pemphigus.free_of_lesions(score)
    yield Result("pemphigus_lesion_free", "Free of lesions", free, shown, {})
    taken = sheet.visits.points("PREDNISONE") > 0
    lately = sheet.table.within(taken, pemphigus.OFF_THERAPY_DAYS)
    remission = pemphigus.complete_remission_off_therapy(free, lately)
    missing = sheet.missing("PREDNISONE")
    yield Result("pemphigus_remission", "Complete remission off glucocorticoid, two months", remission, shown, missing)


def _walk(sheet: Sheet) -> Iterator[Result]:
    now = sheet.visits.points("T25FW")
    yield _plain(sheet, "T25FW", "Timed 25-foot walk", "s")
    base, after, missing = _changed(sheet, "T25FW")
    before = take(now, base)
    change = gait.walk_change(before, now)
    yield Result("t25fw_change", "Timed 25-foot walk, change", change, after, missing, unit="%")
    yield Result("t25fw_faster", "Timed 25-foot walk, 20 % faster", gait.walks_faster(before, now), after, missing)
