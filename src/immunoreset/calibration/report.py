"""The page of a calibration: what was free, what the rows say, what moved, and how far to trust it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from immunoreset.calibration.drawings import forest, unknown_bars
from immunoreset.report.trial_page import Drawing, Section, Table, TrialPage, build_trial_page

MOST_NAMED = 20
FILES = (
    (
        "posterior.parquet",
        "draws of the unknowns, in their units; immunoreset simulate STUDY --uncertainty N --posterior FOLDER takes them",
    ),
    ("unknowns.parquet", "prior and posterior of each unknown"),
    ("rows.parquet", "each row: published, band, before and after"),
    ("design.parquet", "points of the design and what the engine said there"),
    ("parts/", "what was simulated, for a later --check; may be deleted"),
    ("lock.json", "hashes of what this calibration rests on"),
)


def page_of(summary: Mapping[str, Any]) -> str:
    """The whole page as text, from the summary of the run."""
    counts, rows, unknowns = summary["counts"], summary["rows"], summary["unknowns"]
    inside = f"{counts['used_inside_after']} of {counts['used']} rows that were used lie inside their band after it"
    facts = [
        (
            "Unknowns",
            f"{len(unknowns)}, of which {sum(one['earned'] == 'calibrated' for one in unknowns)} earned the standing calibrated",
        ),
        ("Rows", f"{counts['rows']}, of which {counts['used']} were used; {inside} ({counts['used_inside_before']} before)"),
        ("Expected inside", summary["expected_inside"] or "not computed; run with --check"),
        ("Waves", "; ".join(_wave(number, wave) for number, wave in enumerate(summary["waves"], 1))),
        ("Largest R-hat", f"{summary['r_hat']:.3f}"),
    ]
    left = [row for row in rows if row["left_out"]]
    sections = [
        Section(
            "What the rows say of the unknowns",
            text=(
                "Grey: 90 % of the prior. Bar: 90 % of the posterior, in standard deviations of the prior, with its median. A "
                "round mark has earned the standing calibrated (the rows narrow its variance by 30 % or more); a square has "
                "not, however far it moved.",
            ),
            drawings=[Drawing(unknown_bars(unknowns))],
            tables=[Table(_unknown_table(unknowns), wide=True)],
        ),
        Section(
            "Published rows, before and after",
            text=(
                "Simulated with patients who took no part in the calibration: hollow before, filled after, at the mean of the "
                "posterior. Round lies inside the band, square outside; names in grey were not used. Bands marked * are "
                "tolerances chosen by us.",
            ),
            drawings=[Drawing(forest(rows))],
            tables=[Table(_row_table(rows), wide=True)],
        ),
        *_validation(summary),
        Section(
            "Rows that were left out",
            text=() if left else ("None.",),
            tables=[Table([("row", "why"), *((row["row"], row["left_out"]) for row in left)])] if left else (),
        ),
    ]
    if summary["unused"]:
        named = ", ".join(summary["unused"]) if len(summary["unused"]) <= MOST_NAMED else f"{len(summary['unused'])} rows"
        sections.append(Section("Calibration rows of the evidence that the document does not name", text=(named,)))
    if summary.get("checks"):
        sections.append(
            Section("Checks", tables=[Table([("check", "found"), *((str(k), str(v)) for k, v in summary["checks"].items())])])
        )
    return build_trial_page(
        TrialPage(
            title=summary["title"],
            description=summary["description"],
            facts=facts,
            sections=sections,
            assumptions=ASSUMPTIONS,
            files=FILES,
            origin=(
                f"immunoreset {summary['version']}, seed {summary['seed']}; SHA-256 of the numbers {summary['lock']['numbers']}",
            ),
        )
    )


def _validation(summary: Mapping[str, Any]) -> list[Section]:
    """Validation rows, where the document names any."""
    rows, inside = summary["validation"], summary["validation_inside"]
    if not rows:
        return []
    said = f"These rows took no part. {inside['before']} of {len(rows)} lay inside their band before, {inside['after']} after."
    worse = " It is worse there than before." if inside["after"] < inside["before"] else ""
    return [
        Section("Validation rows", (said + worse,), tables=[Table(_row_table(rows), wide=True)], drawings=[Drawing(forest(rows))])
    ]


ASSUMPTIONS = (
    "Priors follow from standing and bounds of each number (docs/decisions/inference.md); their widths are chosen by us.",
    "The rows are joined as one likelihood: patients counted by two rows count once, and studies differ by more than chance.",
    "A posterior is right only if the structure of the model is; rows that it cannot reach are named above, not forced.",
)


def _wave(number: int, wave: Mapping[str, Any]) -> str:
    median, largest = (f"{100 * wave[f'emulator_{which}']:.0f} %" for which in ("median", "largest"))
    error = f"error of the emulator {median} of a row's own variance in the median, {largest} at most"
    return f"{number}: {wave['points']} points, {error}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


def _unknown_table(unknowns: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    head = ("number", "now", "prior 5–95 %", "posterior 5–95 %", "moved, sd", "contraction", "earned", "standing now")
    return [head] + [
        (
            own["name"], _number(own["value"]), f"{_number(own['prior_low'])} to {_number(own['prior_high'])}",
            f"{_number(own['median'])} ({_number(own['low'])} to {_number(own['high'])})", f"{own['moved']:+.2f}",
            f"{own['contraction']:.2f}", own["earned"], own["standing"],
        )
        for own in unknowns
    ]  # fmt: skip


def _row_table(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    head = ("row", "published", "band", "before", "after", "known", "read as")
    return [head] + [
        (
            row["row"], "–" if row["published"] is None else f"{_number(row['published'])} {row['unit']}".strip(),
            f"{_number(row['low'])} to {_number(row['high'])}{' *' if row['band_is_ours'] else ''}",
            f"{_number(row['before'])}, {row['before_verdict']}", f"{_number(row['after'])}, {row['after_verdict']}",
            row["standing"], f"{row['reading']} in {row['arm']}",
        )
        for row in rows
    ]  # fmt: skip
