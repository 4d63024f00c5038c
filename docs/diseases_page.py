"""docs/diseases.md, from the catalogue and from cohorts simulated for it: `python docs/refresh.py diseases`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from compared_cells import name, published, simulated, unit
from prototype_page import part as prototype
from reset_page import table

from immunoreset.catalogue import built_in
from immunoreset.disease.disease import Disease
from immunoreset.patient.birth_certificates import standing_counts
from immunoreset.report.words import counted, interval
from immunoreset.validation.compared import Compared
from immunoreset.validation.diseases import compare, diseases
from immunoreset.validation.tuned import independent, set_to

PAGE = Path(__file__).resolve().parent / "diseases.md"
PATIENTS, SEED = 500, 15
SHOWN = 2  # numbers named in a cell
HEADS = ("row", "published", "band", "simulated (95 % by chance)", "verdict", "read as", "set to this publication")


def _verdict(row: Compared) -> str:
    if row.verdict == "outside":
        return "**outside**, near" if row.near else "**outside**"
    return row.verdict


def line(row: Compared) -> tuple[str, ...]:
    """The cells of a row, in the order of HEADS."""
    band = interval(row.band.low, row.band.high, unit(row)) if row.band else "none"
    found = simulated(row.simulated, unit(row)) if row.simulated else "–"
    numbers = set_to(row.row) if row.simulated else ()
    more = [f"{len(numbers) - SHOWN} more"] if len(numbers) > SHOWN else []
    before = ["an effect, in the prototype"] if row.tuned and row.simulated else []
    tuned = ", ".join([*before, *(f"`{one}`" for one in numbers[:SHOWN]), *more])
    return name(row), published(row), band, found, _verdict(row), row.how, tuned


def summary(rows: Sequence[Compared]) -> str:
    """How many rows are met."""
    counts = Counter(row.verdict for row in rows)
    near = sum(row.near for row in rows if row.verdict == "outside")
    banded = counts["inside"] + counts["outside"]
    free = sum(independent(row) for row in rows if row.verdict == "inside")
    inside = f"{counts['inside']} inside (for {free} of them no number was set to the publication)"
    return (
        f"{counted(len(rows), 'row')}: {banded} with a band, of which {inside} and "
        f"**{counts['outside']} outside**, {near} of these near; {counts['no band']} without a band, "
        f"{counts['not simulated']} not simulated."
    )


def _assumed(disease: Disease) -> str:
    """How the numbers that only this disease has stand."""
    theta, shared = built_in().theta, {module.name for module in built_in().disease("rheumatoid-arthritis").modules}
    own = {module.name for module in disease.modules} - (shared if disease.name != "rheumatoid-arthritis" else set())
    numbers = {n: p for n, p in theta.table.items() if n.split(".")[0] in own} | dict(theta.host(disease.name).parameters)
    told = ", ".join(f"{count} {standing}" for standing, count in standing_counts(numbers).items() if count)
    return f"Of {counted(len(numbers), 'number')} of its own: {told}."


def part(disease: Disease, rows: Sequence[Compared]) -> str:
    """What the page says of one disease."""
    groups = "; ".join(f"`{group.name}` ({group.title})" for group in disease.populations)
    return "\n".join(
        [
            f"## {disease.title[:1].upper()}{disease.title[1:]}",
            "",
            f"`{disease.name}`. **Known.** {disease.known} **Missed.** {disease.missed} **Assumed.** {_assumed(disease)}",
            "",
            f"Populations: {groups}. Scores: {', '.join(disease.scores)}.",
            "",
            summary(rows),
            "",
            table(HEADS, [line(row) for row in rows]),
        ]
    )


def refresh() -> dict[str, str]:
    """What stands between the marks of the page, by mark."""
    found = {disease: list(compare(disease, patients=PATIENTS, seed=SEED)) for disease in diseases()}
    everything = [row for rows in found.values() for row in rows]
    return {
        "diseases summary": f"Over all diseases, {summary(everything)} {PATIENTS} patients an arm, seed {SEED}.\n",
        "prototype": prototype(PATIENTS, SEED) + "\n",
        "diseases": "\n".join(part(built_in().disease(disease), rows) for disease, rows in found.items()),
    }
