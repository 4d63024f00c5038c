"""Decisions beside published tables and other programs: mTPI, mTPI-2, i3+3, BOIN12, TITE-BOIN, and the R package escalation."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.dose_finding.boin12 import BOIN12
from immunoreset.trial.dose_finding.decision_table import Letter
from immunoreset.trial.dose_finding.i3plus3 import I3Plus3
from immunoreset.trial.dose_finding.keyboard import Keyboard
from immunoreset.trial.dose_finding.mtpi import MTPI
from immunoreset.trial.dose_finding.tite_boin import TiteBOIN
from immunoreset.trial.outcomes import Outcomes
from immunoreset.validation.compare import Pair, Rows, Table, Tolerance, numbers, optional
from immunoreset.validation.escalation_calls import design_of, outcomes_of

_EXACT = "decisions must be the same"
_CLOSED = "eliminate_P(p>target)>0.95_n>=3"
_INTERVALS = {"mtpi": MTPI, "mtpi2": Keyboard, "i3plus3": I3Plus3}


def _intervals(rows: Rows) -> Iterator[Pair]:
    for row in rows:
        settings = (5, float(row["target"]), float(row["eps1"]), float(row["eps2"]))
        patients, toxic = int(row["n"]), int(row["dlt"])
        for name, kind in _INTERVALS.items():
            never = kind(*settings, exclusion_certainty=1.0).letters(patients)[patients, toxic]
            closing = kind(*settings, exclusion_certainty=0.95, close_after=3).letters(patients)[patients, toxic]
            yield Pair(f"{name}: decision", never, Letter[row[name]])
            yield Pair(f"{name}: dose closed", closing == Letter.DU, int(row[_CLOSED]))


def _scores(rows: Rows) -> Iterator[Pair]:
    tables: dict[str, dict[tuple[int, ...], float]] = {}
    for row in rows:
        sizes = row["sample_sizes_ranked"]
        if sizes not in tables:
            table = BOIN12(5).scores(tuple(int(size) for size in numbers(sizes)))
            results = zip(table.patients.tolist(), table.toxic.tolist(), table.effective.tolist(), strict=True)
            tables[sizes] = dict(zip(results, table.score.tolist(), strict=True))
        score = tables[sizes][int(row["patients"]), int(row["toxicity"]), int(row["efficacy"])]
        theirs = optional(row["rds"])
        yield Pair("rank-based score", score, np.nan if theirs is None else theirs)
        yield Pair("admissible", not np.isnan(score), row["admissible"] == "Admissible")


def _tite_boin(rows: Rows) -> Iterator[Pair]:
    for row in rows:
        treated, pending, toxic = (np.array(numbers(row[name])).astype(int) for name in ("n", "n_pending", "dlt"))
        followed = np.array(numbers(row["total_followup_of_pending"])) / float(row["window"])
        design = TiteBOIN(BOIN(len(treated), float(row["target"])), float(row["maxpen"]))
        current = [int(row["current_dose"])]
        seen = Outcomes.from_counts(treated - pending, toxic, current=current, pending=pending, followed=followed)
        now, stop = design.decide(seen), row["early_stop"] == "1"
        yield Pair("stop", now.stop[0], stop)
        yield Pair("next_dose", now.dose[0], 0 if stop else int(row["next_dose"]))
        yield Pair("wait", now.wait[0] and not stop, row["suspend_or_pending"] == "1" and not stop)
        yield Pair("eliminated", ~now.admissible[0], numbers(row["eliminated"]))


def _escalation(rows: Rows) -> Iterator[Pair]:
    for row in rows:
        design = design_of(row["design_call"])
        if design is None:
            continue
        now = design.decide(Outcomes.read(outcomes_of(row["outcomes"]), doses=design.doses))
        goes_on = row["continue"] == "TRUE"
        yield Pair("continue", not now.stop[0], goes_on)
        expected = 0 if row["recommended_dose"] == "NA" else int(row["recommended_dose"])
        yield Pair("recommended_dose", (now.dose if goes_on else now.recommended)[0], expected)


_DECISION, _YES_NO, _DOSE = (Tolerance(unit, 0, _EXACT) for unit in ("decision", "yes or no", "dose"))
TABLES = (
    Table(
        "mtpi_mtpi2_i3p3_tables.csv", "Decision tables of mTPI, mTPI-2 and i3+3", "published rules, enumerated", _intervals,
        {f"{name}: decision": _DECISION for name in _INTERVALS} | {f"{name}: dose closed": _YES_NO for name in _INTERVALS},
    ),
    Table(
        "boin12_rds_table.csv", "Rank-based desirability scores of BOIN12", "Lin 2020, table", _scores,
        {"rank-based score": Tolerance("score", 0, _EXACT), "admissible": _YES_NO},
    ),
    Table(
        "tite_boin_decisions.csv", "Decisions of TITE-BOIN", "TITEgBOIN (R)", _tite_boin,
        {"stop": _YES_NO, "next_dose": _DOSE, "wait": _YES_NO, "eliminated": _YES_NO},
    ),
    Table(
        "dose_decisions_escalation.csv", "Decisions of 3+3, BOIN, TPI, mTPI, mTPI-2, CRM and BOIN12", "escalation (R)",
        _escalation, {"continue": _YES_NO, "recommended_dose": _DOSE},
    ),
)  # fmt: skip
