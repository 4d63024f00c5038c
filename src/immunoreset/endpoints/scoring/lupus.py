"""Lupus activity at every visit: SLEDAI, PGA, BILAG, remission, low activity, responses and flares."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.lupus import bilag, bilag_grades, flares, responses, sledai, states
from immunoreset.endpoints.lupus.sledai_items import CODES, YesNo
from immunoreset.endpoints.quantities import Haemoglobin, Pga, Platelets, Prednisone, Weight
from immunoreset.endpoints.scoring.result import Result
from immunoreset.endpoints.scoring.sheet import Rows, Sheet, take, take_answer

BILAG_ITEMS = (  # in the order of bilag_grades.DOMAINS
    "BILAG_CONST", "BILAG_MUCO", "BILAG_NEURO", "BILAG_MSK", "BILAG_CARDIO", "BILAG_GI", "BILAG_OPHTH", "BILAG_RENAL",
    "BILAG_HAEM",
)  # fmt: skip
SRI = (4, 5, 6, 7, 8)


def lupus(sheet: Sheet) -> Iterator[Result]:
    """All scores of lupus activity that the file can have."""
    if sheet.assessed.any():
        yield from _sledai(sheet)
        yield from _states(sheet)
    if sheet.visits.has("PGA"):
        pga = sheet.quantity(Pga, "PGA").to("0-3")
        yield Result("pga", "Physician global assessment", pga, sheet.made("PGA"), {}, unit="0-3")
    if sheet.visits.has(*BILAG_ITEMS):
        yield from _bilag(sheet)
    if sheet.assessed.any() and sheet.visits.has("PGA", *BILAG_ITEMS):
        yield from _responses(sheet)
    if sheet.assessed.any() and sheet.visits.has("PGA"):
        yield _flare_index(sheet)


def _undecided_items(sheet: Sheet, *, clinical: bool = False) -> dict[str, np.ndarray]:
    codes = [code for code in CODES if not clinical or code not in ("LOWCOMP", "DNA")]
    return {code: ~sheet.sledai_items[code].decided for code in codes}


def _sledai(sheet: Sheet) -> Iterator[Result]:
    score, shown = sheet.sledai, sheet.assessed
    name = {"2K": "SLEDAI-2K", "SELENA": "SELENA-SLEDAI"}[score.version]
    yield Result("sledai", name, score.total, shown, _undecided_items(sheet), unit="points")
    yield Result("csledai", f"Clinical {name}", score.clinical, shown, _undecided_items(sheet, clinical=True), unit="points")
    level = sledai.category(score.total)
    yield Result("sledai_category", f"{name} activity", level, shown, _undecided_items(sheet), categories=sledai.ACTIVITY)
    base = take(score.total, sheet.sledai_baseline)
    change = sledai.change(base, score.total)
    missing = _undecided_items(sheet) | {"baseline SLEDAI": ~base.known}
    after = shown & sheet.after_baseline()
    yield Result("sledai_change", f"{name} against baseline", change, after, missing, categories=sledai.CHANGES)


def _states(sheet: Sheet) -> Iterator[Result]:
    visits, shown = sheet.visits, sheet.assessed
    pga, prednisone = sheet.quantity(Pga, "PGA"), sheet.quantity(Prednisone, "PREDNISONE")
    drugs = sheet.missing("PGA", "PREDNISONE")
    clinical = sheet.sledai.clinical
    doris = states.doris(clinical, pga=pga, prednisone=prednisone)
    yield Result("doris", "DORIS 2021 remission", doris, shown, _undecided_items(sheet, clinical=True) | drugs)
    free = states.drug_free_doris(
        clinical,
        pga=pga,
        prednisone=prednisone,
        immunosuppressant=visits.answer("IMMUNOSUPPRESSANT"),
        antimalarial=visits.answer("ANTIMALARIAL"),
        antimalarial_allowed=sheet.protocol.antimalarial_allowed,
    )
    asked = drugs | sheet.missing("IMMUNOSUPPRESSANT")
    yield Result("drug_free_doris", "Drug-free DORIS", free, shown, _undecided_items(sheet, clinical=True) | asked)
    yield _low_activity(sheet, pga, prednisone)


def _low_activity(sheet: Sheet, pga: Pga, prednisone: Prednisone) -> Result:
    now, before = sheet.sledai_items, sheet.previous_rows(sheet.assessed)
    new = {code: now[code] & ~take_answer(now[code], before) for code in CODES}
    haemolysis, gut = (sheet.unlisted(sheet.visits.answer(code)) for code in ("HAEMOLYSIS", "GI_ACTIVITY"))
    answer = states.lldas(
        now,
        new=new,
        pga=pga,
        prednisone=prednisone,
        haemolytic_anaemia=haemolysis,
        gi_activity=gut,
    )
    missing = (
        _undecided_items(sheet)
        | sheet.missing("PGA", "PREDNISONE")
        | {"HAEMOLYSIS": ~haemolysis.decided, "GI_ACTIVITY": ~gut.decided, "earlier visit": before < 0}
    )
    return Result("lldas", "LLDAS", answer, sheet.assessed, missing)


def bilag_of(sheet: Sheet, rows: Rows | None = None) -> Range:
    """Grades as ordinals (visits, 9), of the visits themselves or of other rows."""
    parts = [sheet.visits.points(code) for code in BILAG_ITEMS]
    grades = Range(np.stack([part.low for part in parts], axis=-1), np.stack([part.high for part in parts], axis=-1))
    if rows is None:
        return grades
    absent = (rows < 0)[:, None]
    return Range(np.where(absent, bilag_grades.E, grades.low[rows]), np.where(absent, bilag_grades.A, grades.high[rows]))


def _bilag(sheet: Sheet) -> Iterator[Result]:
    grades, shown = bilag_of(sheet), sheet.made(*BILAG_ITEMS)
    missing = sheet.missing(*BILAG_ITEMS)
    yield Result("bilag", "BILAG-2004 numeric score", bilag_grades.numeric_score(grades), shown, missing, unit="points")
    before = sheet.previous_rows(shown)
    flare = bilag.flare_between(bilag_of(sheet, before), grades)
    missing = missing | {"earlier visit": before < 0}
    yield Result("bilag_flare", "BILAG flare since the visit before", flare, shown, missing, categories=bilag.FLARES)


def _responses(sheet: Sheet) -> Iterator[Result]:
    """SRI-4 to SRI-8 and BICLA; patients with too little activity at baseline are left out."""
    shown = sheet.assessed | sheet.made("PGA", *BILAG_ITEMS)
    base_sledai = take(sheet.sledai.total, sheet.sledai_baseline)
    base_bilag = bilag_of(sheet, sheet.baseline_rows(sheet.made(*BILAG_ITEMS)))
    baseline = responses.Activity(base_sledai, base_bilag, sheet.quantity(Pga, "PGA", sheet.baseline("PGA")))
    visit = responses.Activity(sheet.sledai.total, bilag_of(sheet), sheet.quantity(Pga, "PGA"))
    events = {
        "treatment_failure": since_baseline(sheet, "TREATMENT_FAILURE"),
        "death": since_baseline(sheet, "DEATH"),
        "dropout": since_baseline(sheet, "DROPOUT"),
    }
    missing = {
        "SLEDAI": ~sheet.sledai.total.known,
        **sheet.missing("PGA"),
        "BILAG": ~bilag_of(sheet).known.all(axis=-1),
        "baseline SLEDAI": ~base_sledai.known,
        "baseline BILAG": ~base_bilag.known.all(axis=-1),
        "baseline PGA": sheet.baseline("PGA") < 0,
    }
    after = shown & sheet.after_baseline()
    for k in SRI:
        evaluable = responses.sri_evaluable(baseline.sledai, k=k)
        answer = responses.sri(baseline, visit, k=k, **events)
        yield Result(f"sri{k}", f"SRI-{k} response", answer, after & ~evaluable.no, missing)
    evaluable = responses.bicla_evaluable(baseline.bilag)
    answer = responses.bicla(baseline, visit, **events)
    yield Result("bicla", "BICLA response", answer, after & ~evaluable.no, missing)


def since_baseline(sheet: Sheet, code: str) -> Answer:
    """Whether an event was recorded at or before the visit; what nobody recorded did not happen."""
    happened = sheet.visits.column(code) == 1
    return Answer.of(sheet.table.latest(happened) >= 0)


def _flare_index(sheet: Sheet) -> Result:
    """SELENA flare index from SLEDAI, PGA and prednisone; signs, new drugs and admissions are not in the table of visits."""
    before = sheet.previous_rows(sheet.assessed)

    def visit(rows: Rows | None, total: Range) -> flares.FlareVisit:
        return flares.FlareVisit(
            total,
            sheet.quantity(Pga, "PGA", rows),
            sheet.quantity(Prednisone, "PREDNISONE", rows),
            sheet.quantity(Haemoglobin, "HGB", rows),
        )

    signs: dict[str, YesNo] = dict.fromkeys((*flares.MILD_SIGNS, *flares.SEVERE_SIGNS))
    index = flares.flare_index(
        visit(before, take(sheet.sledai.total, before)),
        visit(None, sheet.sledai.total),
        version=sheet.protocol.flare_index,
        weight=sheet.quantity(Weight, "WEIGHT"),
        signs=signs,
        platelets=sheet.quantity(Platelets, "PLAT"),
        hydroxychloroquine_or_nsaid_added=None,
        immunosuppressant_added=None,
        hospitalised_for_lupus=None,
    )
    missing = (
        {"SLEDAI": ~sheet.sledai.total.known}
        | sheet.missing("PGA", "PREDNISONE")
        | {"earlier visit": before < 0, "new signs and drugs and admissions": np.ones(len(sheet.visits), dtype=bool)}
    )
    return Result("sfi", "SELENA flare index", index, sheet.assessed, missing, categories=flares.FLARES)
