"""The report of a balanced baseline: the table before and after, what it cost, and a figure for each covariate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from immunoreset.baseline.balanced import LEAST_EFFECTIVE, Balanced, Line
from immunoreset.baseline.covariates import COVARIATES
from immunoreset.report.baseline_figures import KEY, figures_of
from immunoreset.report.trial_page import Section, Table, TrialPage
from immunoreset.report.words import capitalised, number

HEADINGS = ("Covariate", "Statistic", "Published", "Before", "Weighted", "After")
STATED = {"published": "", "secondary": "read in a report of it", "unverified": "recalled, not checked"}
ASSUMPTIONS = (
    "Weights are balanced on what a clinic knows at entry, never on outcomes: those would mix what is not known of the model "
    "with what differs between patients.",
    "Only the covariates of the table move, and whatever goes with them in the model's patients. Whether it goes with them in "
    "the published ones, no table of single covariates tells.",
    "The sampling variance of each published number is the ridge: the weights need not follow it more closely than it is known.",
)


def rows_in_words(found: Balanced) -> list[list[str]]:
    """The table as text below HEADINGS; a covariate is named once."""
    rows, last = [], ""
    for line in found.lines:
        name, unit = _named(line), _unit(line)
        values = (line.published, line.before, line.weighted, line.after)
        rows.append(["" if name == last else name, line.statistic, *(number(value, unit) for value in values)])
        last = name
    return rows


def _named(line: Line) -> str:
    about = COVARIATES[line.covariate]
    return capitalised(about.label.split(";")[0]) + (f", {about.unit}" if about.unit else "")


def _unit(line: Line) -> str:
    return "fraction" if line.statistic.startswith("share") else ""


def effective_in_words(found: Balanced) -> str:
    """The effective size of the pool."""
    share, size = found.weights.effective, found.problem.size
    return f"{share * size:,.0f} of {size:,} patients of the pool ({number(share, 'fraction')})"


def page_of(found: Balanced, files: Mapping[str, str], origin: str) -> TrialPage:
    """Everything that the page shows; `files` are the meanings of the files of the run."""
    baseline, cohort = found.baseline, found.cohort
    facts = [
        ("Patients", f"{len(cohort):,} virtual patients of the population '{cohort.population}', all different"),
        ("Effective size", f"{effective_in_words(found)}; below {number(LEAST_EFFECTIVE, 'fraction')} a table is refused"),
        ("Table", _source(baseline.source, baseline.standing)),
    ]
    without = found.problem.effective_without()
    cost = Table(
        [
            ("Covariate", "Effective size without it"),
            *((_label(name), number(share, "fraction")) for name, share in without.items()),
        ],
        "What the table costs by covariate: the effective size if the table did not have it.",
    )
    about = (
        "Published: the table. Before: all patients of the pool, as the population is. Weighted: the pool with the weights. "
        f"After: the {len(cohort):,} patients who were drawn by their weights, without weights; they scatter about the "
        "table as few patients do."
    )
    return TrialPage(
        title=baseline.title,
        description=" ".join(baseline.description.split()),
        facts=[(label, value) for label, value in facts if value],
        sections=[
            Section("Published, before and after", (about,), (Table([HEADINGS, *rows_in_words(found)], _sources(found)),)),
            Section("Covariates", grid=figures_of(found), grid_caption=KEY),
            Section("What it cost", tables=(cost,)),
        ],
        assumptions=ASSUMPTIONS,
        files=list(files.items()),
        origin=[origin],
    )


def _label(name: str) -> str:
    return capitalised(COVARIATES[name].label.split(";")[0])


def _source(source: str, standing: str) -> str:
    stated = STATED[standing]
    return f"{source} ({stated})" if source and stated else source or stated


def _sources(found: Balanced) -> str:
    """Rows with a source, standing or note of their own."""
    told = []
    for row in found.baseline.row:
        own = _source(row.source, row.standing or "published")
        words = "; ".join(part for part in (own, row.note) if part)
        if words:
            told.append(f"{_label(row.covariate)}: {words}.")
    return " ".join(told)


def summary_of(found: Balanced) -> dict[str, Any]:
    """The document of summary.json."""
    baseline, weights = found.baseline, found.weights
    return {
        "title": baseline.title,
        "population": found.cohort.population,
        "seed": found.cohort.seed,
        "patients": len(found.cohort),
        "pool": found.problem.size,
        "effective_size": {
            "patients": weights.effective * found.problem.size,
            "share": weights.effective,
            "least_share": LEAST_EFFECTIVE,
            "share_without": found.problem.effective_without(),
        },
        "table": [_line(found, line) for line in found.lines],
    }


def _line(found: Balanced, line: Line) -> dict[str, Any]:
    """A number of the table with its source; what is apart is in standard errors of the published number."""
    baseline, row = found.baseline, found.baseline.row[line.row]
    return {
        "covariate": line.covariate,
        "unit": COVARIATES[line.covariate].unit,
        "statistic": line.statistic,
        "published": line.published,
        "before": line.before,
        "weighted": line.weighted,
        "after": line.after,
        "standard_errors_before": line.apart_before,
        "standard_errors_weighted": line.apart,
        "n": row.of if row.of and line.statistic.startswith("share") else baseline.published_n(line.row),
        "source": row.source or baseline.source,
        "standing": row.standing or baseline.standing,
        "note": row.note,
    }
