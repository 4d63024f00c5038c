"""The numbers and drawings of docs/reset.md, from a run of examples/why-the-reset-holds.toml: `python docs/refresh.py reset`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from reset_figures import draw_courses, draw_states, loops_of

from immunoreset.catalogue import Theta
from immunoreset.catalogue.standard import STANDARD_PATIENT, typical
from immunoreset.disease.families.autoimmune.loop_map import unstable_root
from immunoreset.evidence import bands, evidence
from immunoreset.population import sample
from immunoreset.report.scan_maps import draw_map, rows_of, shown_in_words
from immunoreset.report.svg import svg_document
from immunoreset.results import ArmResult, StudyResult
from immunoreset.study import Study, run
from immunoreset.study_document import Axis, Scan

ROOT = Path(__file__).resolve().parent.parent
PAGE, FIGURES = ROOT / "docs/reset.md", ROOT / "docs/figures"
YEARS = (1, 5, 15)
SWITCHED = ("no sanctuary", "no re-selection", "neither")
FELLED, RAISED = 0.5, 2.0
ASSUMED = ("s", "eps", "KT", "Ka", "Km", "kTh", "dMa", "sZ", "cZ", "gSel", "kk", "kAC")
MECHANISMS = ("s", "KT", "eps", "Ka", "Km", "dMa", "kTh", "sZ", "cZ", "penA", "kk", "kRej", "kAC", "fLLd", "dLa")
FOLLOWED_UP = (
    "mackensen-2022/no-relapse-day540",
    "mueller-2024/relapse-free",
    "erlangen-programme/drug-free-remission-day1826",
    "kyv-101/relapse-time-kysa-1-3",
    "mueller-2025/relapse-time",
)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = ["| " + " | ".join(cells) + " |" for cells in (heads, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(heads), *lines[1:]]) + "\n"


def share(happened: float, of: int) -> str:
    """A share in percent with its exact 95 % interval and its count."""
    low, high = (100 * end for end in bands.fraction(int(happened), of))
    return f"{100 * happened / of:.1f} % ({low:.1f} to {high:.1f}; {int(happened)} of {of})"


def known(arm: ArmResult, outcome: str) -> np.ndarray:
    values = arm.outcomes.values[outcome]
    return values[np.isfinite(values)]


def relapsed(result: StudyResult, arm: str, year: int = YEARS[-1]) -> np.ndarray:
    """Who relapsed by a year, one per patient."""
    return result.arm(arm).outcomes.values[f"relapse_year{year}"] == 1


def states_in_words(study: Study, result: StudyResult) -> str:
    """How many patients have a reset state, and who of them relapses."""
    cohort = sample("cart", result.arm("car-t").twins, seed=study.seed)
    has, again = np.isfinite(unstable_root(loops_of(cohort))), relapsed(result, "car-t")
    reached = np.isfinite(result.arm("car-t").outcomes.values["relapse_year15"])
    typical_at = 100 * float(unstable_root(STANDARD_PATIENT.build(typical()).autoreactive_loop))
    none, some = (share((again & group).sum(), int((reached & group).sum())) for group in (~has, has))
    return (
        f"The threshold of the typical patient lies at {typical_at:.1f} % of active disease. No reset\n"
        f"state: {share((~has).sum(), len(has))} of the virtual patients. Relapse within 15 years, of those\n"
        f"who reach low activity: {none} without a reset state, {some} with one.\n"
    )


def shares_by_arm(result: StudyResult) -> str:
    rows = []
    for name, arm in result.arms.items():
        found = [known(arm, f"relapse_year{year}") for year in YEARS]
        rows.append([name, *(share(one.sum(), len(one)) for one in found)])
    return table(["arm", *(f"relapse by year {year}" for year in YEARS)], rows)


def causes(result: StudyResult) -> dict[str, int]:
    """Those who relapse in 15 years, by which switch keeps the same patient from it."""
    without = {name: ~relapsed(result, name) for name in SWITCHED}
    sanctuary, reselection, both = without.values()
    all_of = relapsed(result, "car-t")
    return {
        "re-selection alone: gone without it, not without the sanctuary": int((all_of & reselection & ~sanctuary).sum()),
        "sanctuary alone: gone without it, not without re-selection": int((all_of & sanctuary & ~reselection).sum()),
        "both together needed: gone without either": int((all_of & sanctuary & reselection).sum()),
        "each is enough: gone only without both": int((all_of & ~sanctuary & ~reselection & both).sum()),
        "neither: cells outlived the infusion where it does reach": int((all_of & ~sanctuary & ~reselection & ~both).sum()),
    }


def cause_table(result: StudyResult) -> str:
    found, all_of = causes(result), relapsed(result, "car-t")
    rows = [[name, share(count, int(all_of.sum()))] for name, count in found.items()]
    new = ", ".join(f"{int((relapsed(result, name) & ~all_of).sum())} ({name})" for name in SWITCHED)
    return table(["cause of relapse within 15 years", "of those who relapse"], rows) + (
        f"\nWho relapses only with a switch thrown, by chance or because the other numbers are the same: {new}.\n"
    )


def antibody_table(result: StudyResult) -> str:
    rows = []
    for name in ("car-t", "no long-lived plasma cells"):
        found = [known(result.arm(name), f"antibody_alone_year{year}") for year in YEARS]
        rows.append([name, *(share(one.sum(), len(one)) for one in found)])
    usual, other = (relapsed(result, name) for name in ("car-t", "no long-lived plasma cells"))
    moved = f"{int((usual & ~other).sum())} patients relapse only with them and {int((other & ~usual).sum())} only without"
    heads = ["arm", *(f"anti-dsDNA positive at year {year}, cells down" for year in YEARS)]
    return table(heads, rows) + f"\nRelapse within 15 years is not theirs: {moved}.\n"


def scan_table(result: StudyResult) -> str:
    assert result.scan
    heads = [*(axis.title for axis in result.scan.axes), *(shown_in_words(result.scan, name) for name in result.scan.show)]
    rows = []
    for row in rows_of(result.scan):
        cells = [" ".join(filter(None, (c["value"], c["range"], c["count"] and f"[{c['count']}]"))) for c in row["cells"]]
        rows.append([*row["steps"], *cells])
    return table(heads, rows)


def rate_table(result: StudyResult) -> str:
    """Relapses per 100 patient-years at risk by period, time in low activity being taken to begin at the infusion."""
    arm = result.arm("car-t")
    reached = np.isfinite(arm.outcomes.values["relapse_year15"])
    day = np.where(np.isfinite(arm.outcomes.values["relapse_day"]), arm.outcomes.values["relapse_day"], np.inf)[reached]
    rows = []
    for first, last in ((0, 1), (1, 2), (2, 3), (3, 5), (5, 10), (10, 15)):
        events = int(((day > 365 * first) & (day <= 365 * last)).sum())
        years = float(np.clip(day / 365 - first, 0, last - first).sum())
        low, high = (100 * end for end in bands.rate(events, years))
        rows.append([f"{first} to {last}", str(events), f"{years:.0f}", f"{100 * events / years:.2f} ({low:.2f} to {high:.2f})"])
    return table(["years after the infusion", "relapses", "patient-years", "per 100 patient-years"], rows)


def published_table() -> str:
    names = {one.id: one.name for one in evidence().publications.values()}
    rows = []
    for name in FOLLOWED_UP:
        row = evidence().row(name)
        found = row.statistic
        if found.events is not None and found.patient_days:
            years = found.patient_days / 365.25
            low, high = (100 * end for end in bands.rate(found.events, years))
            per = f"{100 * found.events / years:.1f} ({low:.1f} to {high:.1f}) per 100"
            said = f"{found.events} relapses in {years:.1f} patient-years: {per}"
        elif found.kind == "share":
            said = f"{row.quantity}: {found.count} of {found.of} on day {row.day:g}"
        else:
            said = f"{row.quantity}: {found.value:g} {row.unit}s, n = {found.n}"
        rows.append([names[row.publication], evidence().cohorts.by_id[row.cohort].who, said, f"{row.standing}; {row.role}"])
    return table(["publication", "patients", "what was seen", "standing; role"], rows)


def rests_on_table(study: Study) -> str:
    """Relapse by year 15 with each assumed number halved and doubled in every patient."""
    first = {study.scan.arm: study.arms[study.scan.arm]} if study.scan else {}
    theta, rows = Theta.current(), []
    for symbol in ASSUMED:
        axis = Axis(parameter=symbol, factors=[FELLED, 1.0, RAISED])
        document = study.model_copy(update={"arms": first, "scan": Scan(arm=next(iter(first)), axes=[axis])})
        points = run(document).scan
        assert points
        found = [point.share("relapse_year15") for point in points.points]
        parameter = theta.parameter(symbol)
        cells = [f"{100 * one.share:.1f} % ({one.happened}/{one.of})" for one in found]
        rows.append([f"`{symbol}`", parameter.note, *cells, parameter.standing])
    heads = ["number", "what it is", "halved", "as it is", "doubled", "standing"]
    return table(heads, rows)


def standing_table() -> str:
    rows = []
    for symbol in MECHANISMS:
        one = Theta.current().parameter(symbol)
        low, high = one.bounds
        unit = "" if one.unit == "1" else f" {one.unit}"
        value = f"{one.value:g}{unit} ({low:g} to {high:g}); {one.spread}"
        rows.append([f"`{symbol}`", one.note.replace("|", "/"), value, f"**{one.standing}**: {one.source}"])
    return table(["number", "what it is", "value (bounds); spread over patients", "standing: source"], rows)


def refresh() -> Mapping[str, str]:
    """Runs the example, draws the figures, and gives each table of the page by its mark."""
    study = Study.read(ROOT / "examples/why-the-reset-holds.toml")
    result = run(study)
    drawings = {"states": draw_states(study, relapsed(result, "car-t")), "courses": draw_courses(result)}
    assert result.scan
    drawings |= {f"relapse-year{year}": draw_map(result.scan, f"relapse_year{year}") for year in YEARS}
    for name, figure in drawings.items():
        (FIGURES / f"reset-{name}.svg").write_text(svg_document(figure), encoding="utf-8")
    return {
        "states": states_in_words(study, result),
        "arms": shares_by_arm(result),
        "causes": cause_table(result),
        "antibody": antibody_table(result),
        "scan": scan_table(result),
        "rates": rate_table(result),
        "published": published_table(),
        "rests": rests_on_table(study),
        "standing": standing_table(),
    }
