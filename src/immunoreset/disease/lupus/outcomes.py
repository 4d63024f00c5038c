"""What happened to each twin with lupus under one treatment: serology, proteinuria, SLEDAI-2K, remission, responses, relapse."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from immunoreset.disease.lupus import chart
from immunoreset.disease.lupus.activity import activity_of, true_activity
from immunoreset.disease.lupus.bilag_chart import bilag
from immunoreset.disease.lupus.long_term import outcomes as long_term
from immunoreset.disease.lupus.long_term.course import dead, kidney_replaced
from immunoreset.disease.lupus.relapse import YEAR, YEARS_OF_RELAPSE, relapses, without_relapse
from immunoreset.disease.lupus.steroid import TAPERED_BY, rescued, tapered
from immunoreset.disease.lupus.visit import Seen, see
from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.lupus import responses
from immunoreset.endpoints.lupus.renal import crr_bliss_ln, perr_bliss_ln
from immunoreset.endpoints.quantities import Egfr, Pga, Upcr
from immunoreset.patient.course import Course
from immunoreset.patient.observe import printed
from immunoreset.patient.outcome import Outcome, after_death
from immunoreset.patient.signs import column

DAYS_OF_OUTCOMES = (90, 180, 360, 540)
HAEMOLYSIS = "red_cells.haemolysis"
VALUES_AT_VISITS = ("sledai", "upcr", "rescued")
"""What visits show that is no response: the dead have none of it."""

OUTCOMES: dict[str, Outcome] = {
    "anti_dsdna_negative_day90": Outcome("anti-dsDNA negative at day 90", share=True, on=90),
    "c3_normal_day90": Outcome("C3 normal at day 90", share=True, on=90),
    "proteinuria_normal_day90": Outcome("proteinuria normal at day 90", share=True, on=90),
    "sledai_entry": Outcome("SLEDAI-2K at entry", "points"),
    "sledai_day90": Outcome("SLEDAI-2K at day 90", "points", on=90),
    "sledai_day180": Outcome("SLEDAI-2K at day 180", "points", on=180),
    "sledai_day360": Outcome("SLEDAI-2K at day 360", "points", on=360),
    "doris_day90": Outcome("DORIS remission at day 90", share=True, on=90),
    "doris_day180": Outcome("DORIS remission at day 180", share=True, on=180),
    "drug_free_doris_day180": Outcome("drug-free DORIS remission at day 180", share=True, on=180),
    "sri4_day180": Outcome("SRI-4 response at day 180", share=True, on=180),
    "sri4_day360": Outcome("SRI-4 response at day 360", share=True, on=360),
    "bicla_day180": Outcome("BICLA response at day 180", share=True, on=180),
    "bicla_day360": Outcome("BICLA response at day 360", share=True, on=360),
    "lldas_day90": Outcome("low disease activity at day 90", share=True, on=90),
    "lldas_day180": Outcome("low disease activity at day 180", share=True, on=180),
    "remission_day540": Outcome("responded, without relapse by day 540", share=True, on=540),
    "autoreactive_lowest_percent": Outcome("autoreactive B cells at the lowest", "% of untreated"),
    "relapse_day": Outcome("relapse after low activity", "day"),
    **{
        f"relapse_year{year}": Outcome(f"relapse by year {year}, of those who reached low activity", share=True)
        for year in YEARS_OF_RELAPSE
    },
    **{
        f"antibody_alone_year{year}": Outcome(
            f"anti-dsDNA positive at year {year}, of those whose autoreactive cells stay down",
            share=True,
            on=year * YEAR,
            of_living=True,
        )
        for year in YEARS_OF_RELAPSE
    },
    **long_term.OUTCOMES,
}


def read_outcomes(course: Course) -> dict[str, np.ndarray]:
    """All outcomes of lupus that the simulated days allow."""
    judge_bilag(course, [0, *(course.place(day) for day in DAYS_OF_OUTCOMES if day in course.days)])
    entry = visit_at(course, 0)
    found = {"sledai_entry": chart.sledai_score(course.curves["sledai_items"][:, 0]).total.values}
    for day in DAYS_OF_OUTCOMES:
        if day in course.days:
            found |= _outcomes_on(course, day, entry)
    return found | relapses(course) | long_term.read_outcomes(course, true_activity)


def _outcomes_on(course: Course, day: int, entry: responses.Activity) -> dict[str, np.ndarray]:
    p = course.parameters
    judged = judged_on(course, course.place(day), entry)
    remission = f"remission_day{day}"
    return {
        f"anti_dsdna_negative_day{day}": course.on(day, "anti_dsdna_reading") <= p["autoantibody.positive_above"],
        f"c3_normal_day{day}": course.on(day, "c3") >= p["sledai.cut_c3"],
        f"proteinuria_normal_day{day}": course.on(day, "proteinuria") <= p["sledai.cut_proteinuria"],
        **{f"{name}_day{day}": values for name, values in judged.items()},
        **({remission: without_relapse(course, day)} if remission in OUTCOMES else {}),
    }


def judged_on(course: Course, place: int, entry: responses.Activity) -> dict[str, np.ndarray]:
    """SLEDAI, remission, low activity, SRI-4 and BICLA at a stored day, one per twin; a yes or no is 1 or 0.

    Responses are against `entry`, the `visit_at` the first stored day, and nan for a twin with too little activity then. Who was
    given rescue is no responder from then on.
    """
    seen = activity_of(course, np.array([place]))
    visit = visit_at(course, place)
    evaluable = {"sri4": responses.sri_evaluable(entry.sledai, k=4), "bicla": responses.bicla_evaluable(entry.bilag)}
    kept = ~Answer.of(rescued(course, course.days[place]))
    found = {"sri4": responses.sri(entry, visit, k=4) & kept, "bicla": responses.bicla(entry, visit) & kept}
    return {
        "sledai": seen.total.values[:, 0],
        "doris": seen.doris().values[:, 0],
        "drug_free_doris": seen.drug_free_doris().values[:, 0],
        "lldas": (Answer.of(seen.lldas().values[:, 0]) & kept).values,
        **{name: np.where(evaluable[name].yes, answer.values, np.nan) for name, answer in found.items()},
    }


def visit_at(course: Course, place: int) -> responses.Activity:
    """What the responses compare, one value per twin."""
    seen = activity_of(course, np.array([place]))
    return responses.Activity(
        sledai=seen.total.values[:, 0],
        bilag=bilag_at(course, place),
        pga=Pga(np.asarray(seen.pga.value)[:, 0], "0-3"),
    )


def bilag_at(course: Course, place: int) -> Range:
    """BILAG-2004 grades at the visit on a stored day, one row per twin."""
    key = "bilag", place
    if key not in course.noted:
        judge_bilag(course, [place])
    return course.noted[key]


def judge_bilag(course: Course, places: Sequence[int]) -> None:
    """Note the BILAG-2004 grades at visits on stored days: all in one go, which for few twins costs little more than one."""
    now = np.asarray(places)
    before = np.array([int(course.visit_before(place)) for place in places])
    see(course, np.union1d(now, before))
    read = {name: value for name, value in course.parameters.items() if name.startswith("sledai.") or name == HAEMOLYSIS}
    repeated = {name: np.tile(value, len(places)) if np.ndim(value) else value for name, value in read.items()}
    grades = bilag(see(course, now).findings(), see(course, before).findings(), repeated)
    ends = zip(np.split(grades.low, len(places)), np.split(grades.high, len(places)), strict=True)
    for place, (low, high) in zip(places, ends, strict=True):
        course.noted["bilag", place] = Range(low, high)


def sledai_curve(course: Course) -> np.ndarray:
    """SLEDAI-2K, twins x stored days."""
    return np.concatenate([chart.sledai_score(course.curves["sledai_items"][piece]).total.values for piece in course.pieces()])


def points_by_organ(course: Course) -> dict[str, np.ndarray]:
    """Points of SLEDAI-2K by organ, twins x stored days."""
    score = chart.sledai_score(course.curves["sledai_items"])
    return {organ: points.values for organ, points in score.organs.items()}


def visits(course: Course, days: np.ndarray) -> dict[str, np.ndarray]:
    """What visits on stored days show, twins x days: SLEDAI, remission, low activity, responses and proteinuria.

    Who has died by then responds to nothing, and has no value of anything else.
    """
    judge_bilag(course, [0, *(course.place(day) for day in days)])
    entry = visit_at(course, 0)
    judged = [judged_on(course, course.place(day), entry) for day in days]
    found = {name: np.stack([one[name] for one in judged], axis=1) for name in judged[0]}
    seen = see(course, np.array([course.place(day) for day in days]))
    failed = np.stack([rescued(course, day) for day in days], axis=1)
    found |= renal_responses(course, seen, failed | kidney_replaced(course, days))
    found |= {"upcr": seen.upcr, "rescued": failed, "steroid_tapered": _steroid_tapered(course, days, failed)}
    gone = dead(course, days)
    return {name: after_death(values, gone, response=name not in VALUES_AT_VISITS) for name, values in found.items()}


def renal_responses(course: Course, seen: Seen, failed: np.ndarray) -> dict[str, np.ndarray]:
    """Complete (without active sediment) and primary efficacy renal response at visits, twins x visits; nan without nephritis.

    Filtration before the flare is not known: that at entry stands for it. `failed` marks who was given rescue, or is on dialysis.
    """
    upcr, egfr = Upcr(seen.upcr, "g/g"), Egfr(seen.egfr, "mL/min/1.73m2")
    before = Egfr(column(egfr_before(course)), "mL/min/1.73m2")
    active = seen.renal_inflammation >= column(course.parameters["trial.responder_sediment"])
    has = column(np.broadcast_to(course.parameters["sledai.has_proteinuria"], course.failed.shape)) > 0
    complete = crr_bliss_ln(upcr, egfr, before, treatment_failure=failed | active, specimen="random")
    primary = perr_bliss_ln(upcr, egfr, before, treatment_failure=failed, specimen="random")
    return {name: np.where(has, one.response.values, np.nan) for name, one in (("crr", complete), ("perr", primary))}


def egfr_before(course: Course) -> np.ndarray:
    """Filtration before the flare as the responses take it, mL/min per 1.73 m2, one per twin."""
    return printed(np.broadcast_to(course.parameters["body.egfr"], course.failed.shape))


def _steroid_tapered(course: Course, days: np.ndarray, failed: np.ndarray) -> np.ndarray:
    """Steroid at the target dose at visits, without rescue; nan for twins who did not enter above it."""
    above = column(np.broadcast_to(course.parameters["trial.steroid_above_target"], course.failed.shape)) > 0
    low = tapered(course)[:, None] & (days >= TAPERED_BY) & ~failed
    return np.where(above, low, np.nan)
