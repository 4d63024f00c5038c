"""What happened to each twin with lupus under one treatment: serology, proteinuria, SLEDAI-2K, remission, responses, relapse."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from immunoreset.disease.families.autoimmune.autoreactive_loop import ONE_CELL
from immunoreset.disease.lupus import chart
from immunoreset.disease.lupus.bilag_chart import bilag, haemolysis
from immunoreset.disease.lupus.long_term import outcomes as long_term
from immunoreset.disease.lupus.organs import ORGANS
from immunoreset.disease.lupus.visit import TAPERED_BY, Seen, background_steroid, rescued, see, tapered
from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.lupus import responses
from immunoreset.endpoints.lupus.renal import crr_bliss_ln, perr_bliss_ln
from immunoreset.endpoints.quantities import Egfr, Pga, Upcr
from immunoreset.patient.course import BETWEEN_VISITS, Course
from immunoreset.patient.observe import printed
from immunoreset.patient.outcome import Outcome
from immunoreset.patient.signs import column

DAYS_OF_OUTCOMES = (90, 180, 360, 540)
YEARS_OF_RELAPSE = (1, 5, 15)
YEAR = 365
HAEMOLYSIS = "red_cells.haemolysis"

OUTCOMES: dict[str, Outcome] = {
    "anti_dsdna_negative_day90": Outcome("anti-dsDNA negative at day 90", share=True),
    "c3_normal_day90": Outcome("C3 normal at day 90", share=True),
    "proteinuria_normal_day90": Outcome("proteinuria normal at day 90", share=True),
    "sledai_entry": Outcome("SLEDAI-2K at entry", "points"),
    "sledai_day90": Outcome("SLEDAI-2K at day 90", "points"),
    "sledai_day180": Outcome("SLEDAI-2K at day 180", "points"),
    "sledai_day360": Outcome("SLEDAI-2K at day 360", "points"),
    "doris_day90": Outcome("DORIS remission at day 90", share=True),
    "doris_day180": Outcome("DORIS remission at day 180", share=True),
    "drug_free_doris_day180": Outcome("drug-free DORIS remission at day 180", share=True),
    "sri4_day180": Outcome("SRI-4 response at day 180", share=True),
    "sri4_day360": Outcome("SRI-4 response at day 360", share=True),
    "bicla_day180": Outcome("BICLA response at day 180", share=True),
    "bicla_day360": Outcome("BICLA response at day 360", share=True),
    "lldas_day90": Outcome("low disease activity at day 90", share=True),
    "lldas_day180": Outcome("low disease activity at day 180", share=True),
    "remission_day540": Outcome("responded, without relapse by day 540", share=True),
    "autoreactive_lowest_percent": Outcome("autoreactive B cells at the lowest", "% of untreated"),
    "relapse_day": Outcome("relapse after low activity", "day"),
    **{
        f"relapse_year{year}": Outcome(f"relapse by year {year}, of those who reached low activity", share=True)
        for year in YEARS_OF_RELAPSE
    },
    **{
        f"antibody_alone_year{year}": Outcome(
            f"anti-dsDNA positive at year {year}, of those whose autoreactive cells stay down", share=True
        )
        for year in YEARS_OF_RELAPSE
    },
    **long_term.OUTCOMES,
}


def activity_of(course: Course, places: np.ndarray) -> chart.Activity:
    """The chart of lupus activity at visits on some stored days, twins x days."""
    seen = see(course, places)
    return chart.Activity(
        marks=seen.marks,
        marks_before=see(course, course.visit_before(places)).marks,
        load=chart.assessed_load(seen.organs, seen.upcr, course.parameters),
        prednisolone=course.curves["prednisolone"][:, places],
        immunosuppressed=course.curves["immunosuppressed"][:, places],
        parameters=course.parameters,
        background_steroid=background_steroid(course, places),
        haemolysis=haemolysis(seen.haemoglobin, seen.organs["blood"], course.parameters),
    )


def true_activity(course: Course, places: np.ndarray, twins: slice) -> chart.Activity:
    """The same of some twins, as it is: without the noise of visits, and without the steroid of entry."""

    def curve(name: str, columns: np.ndarray) -> np.ndarray:
        return course.curves[name][twins][:, columns]

    parameters, organs = course.parameters_of(twins), {organ: curve(organ, places) for organ in ORGANS}
    return chart.Activity(
        marks=curve("sledai_items", places),
        marks_before=curve("sledai_items", course.visit_before(places)),
        load=chart.assessed_load(organs, curve("proteinuria", places), parameters),
        prednisolone=curve("prednisolone", places),
        immunosuppressed=curve("immunosuppressed", places),
        parameters=parameters,
        haemolysis=haemolysis(curve("haemoglobin", places), organs["blood"], parameters),
    )


def read_outcomes(course: Course) -> dict[str, np.ndarray]:
    """All outcomes of lupus that the simulated days allow."""
    judge_bilag(course, [0, *(course.place(day) for day in DAYS_OF_OUTCOMES if day in course.days)])
    entry = visit_at(course, 0)
    found = {"sledai_entry": chart.sledai_score(course.curves["sledai_items"][:, 0]).total.values}
    for day in DAYS_OF_OUTCOMES:
        if day in course.days:
            found |= _outcomes_on(course, day, entry)
    return found | _relapses(course) | long_term.read_outcomes(course, true_activity)


def _outcomes_on(course: Course, day: int, entry: responses.Activity) -> dict[str, np.ndarray]:
    p = course.parameters
    judged = judged_on(course, course.place(day), entry)
    remission = f"remission_day{day}"
    return {
        f"anti_dsdna_negative_day{day}": course.on(day, "anti_dsdna_reading") <= p["autoantibody.positive_above"],
        f"c3_normal_day{day}": course.on(day, "c3") >= p["sledai.cut_c3"],
        f"proteinuria_normal_day{day}": course.on(day, "proteinuria") <= p["sledai.cut_proteinuria"],
        **{f"{name}_day{day}": values for name, values in judged.items()},
        **({remission: _without_relapse(course, day)} if remission in OUTCOMES else {}),
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
    """What visits on stored days show, twins x days: SLEDAI, remission, low activity, responses and proteinuria."""
    judge_bilag(course, [0, *(course.place(day) for day in days)])
    entry = visit_at(course, 0)
    judged = [judged_on(course, course.place(day), entry) for day in days]
    found = {name: np.stack([one[name] for one in judged], axis=1) for name in judged[0]}
    seen = see(course, np.array([course.place(day) for day in days]))
    failed = np.stack([rescued(course, day) for day in days], axis=1)
    return (
        found
        | renal_responses(course, seen, failed)
        | {
            "upcr": seen.upcr,
            "rescued": failed.astype(float),
            "steroid_tapered": _steroid_tapered(course, days, failed),
        }
    )


def renal_responses(course: Course, seen: Seen, failed: np.ndarray) -> dict[str, np.ndarray]:
    """Complete (without active sediment) and primary efficacy renal response at visits, twins x visits; nan without nephritis.

    Filtration before the flare is not known: that at entry stands for it. `failed` marks who was given rescue.
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


def _relapses(course: Course) -> dict[str, np.ndarray]:
    """How deep depletion went; relapse of those who came to low activity, and antibody without disease, as years go by."""
    p = course.parameters
    lowest = course.curves["autoreactive_tissue_fraction"].min(axis=1)
    untreated = np.asarray(p["autoreactive_loop.activated"]) + np.asarray(p["autoreactive_loop.memory"])
    found = {"autoreactive_lowest_percent": 100 * np.where(lowest * untreated < ONE_CELL, 0.0, lowest)}
    visits_at = visit_days(course.days)
    if not len(visits_at):
        return found
    low, relapsed = first_low_activity_and_relapse(course, visits_at)
    found["relapse_day"] = relapsed
    for year in (year for year in YEARS_OF_RELAPSE if year * YEAR <= course.days[-1]):
        reached = low <= year * YEAR
        found[f"relapse_year{year}"] = np.where(reached, relapsed <= year * YEAR, np.nan)
        place = int(np.searchsorted(course.days, year * YEAR, side="right")) - 1
        positive = course.curves["anti_dsdna_reading"][:, place] > np.asarray(p["autoantibody.positive_above"])
        down = course.curves["autoreactive_tissue_fraction"][:, place] <= np.asarray(p["sledai.relapse_autoreactive"])
        found[f"antibody_alone_year{year}"] = np.where(down, positive, np.nan)
    return found


def visit_days(days: np.ndarray) -> np.ndarray:
    """Visits every four weeks after the infusion, each on the first stored day from then on: more visits see more relapses.

    >>> visit_days(np.array([0.0, 27.0, 30.0, 54.0, 60.0, 84.0, 90.0])).tolist()
    [30.0, 60.0, 84.0]
    """
    due = BETWEEN_VISITS * np.arange(1, int(max(days[-1], 0) // BETWEEN_VISITS) + 1)
    return np.unique(days[np.searchsorted(days, due)])


def relapse_day(course: Course, days: np.ndarray) -> np.ndarray:
    """The first visit with signs of relapse after one in low activity; nan if there is none."""
    return first_low_activity_and_relapse(course, days)[1]


def first_low_activity_and_relapse(course: Course, days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first visits in low activity, and with signs of relapse after it; nan if there is none."""
    places = np.array([course.place(day) for day in days])
    parts = []
    for twins in course.pieces():
        low = np.maximum.accumulate(true_activity(course, places, twins).lldas().yes, axis=1)
        relapsed = low & relapse_signs(course, places, twins).yes
        parts.append([np.where(seen.any(axis=1), days[seen.argmax(axis=1)], np.nan) for seen in (low, relapsed)])
    first, again = (np.concatenate(one) for one in zip(*parts, strict=True))
    return first, again


def _without_relapse(course: Course, day: float) -> np.ndarray:
    """Low disease activity was reached after the infusion, and no relapse followed up to `day`."""
    window = np.flatnonzero((course.days > 0) & (course.days <= day))
    return np.concatenate([_kept_low(course, window, piece) for piece in course.pieces()])


def _kept_low(course: Course, window: np.ndarray, twins: slice) -> np.ndarray:
    visits = true_activity(course, window, twins)
    reached = np.maximum.accumulate(visits.lldas().yes, axis=1)
    relapsed = (reached & relapse_signs(course, window, twins).yes).any(axis=1)
    return reached[:, -1] & ~relapsed


def relapse_signs(course: Course, places: np.ndarray, twins: slice) -> Answer:
    """Autoreactive cells and clinical activity are both back; a relapse if activity had been low before."""
    p = course.parameters_of(twins)
    cells = course.curves["autoreactive_tissue_fraction"][twins][:, places] > column(p["sledai.relapse_autoreactive"])
    clinical = chart.sledai_score(course.curves["sledai_items"][twins][:, places]).clinical
    return Answer.of(cells) & (clinical >= column(p["sledai.relapse_points"]))
