"""Checks of the reference tables for rule-based and model-assisted dose finding.

Each checker takes the rows of one file and asserts every one of them.
"""

from collections.abc import Callable

import numpy as np

from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.dose_finding.decision_table import Letter, boundaries
from immunoreset.trial.dose_finding.i3plus3 import I3Plus3
from immunoreset.trial.dose_finding.isotonic import select_mtd, toxicity_estimates
from immunoreset.trial.dose_finding.keyboard import Keyboard
from immunoreset.trial.dose_finding.mtpi import MTPI
from immunoreset.trial.dose_finding.three_plus_three import ThreePlusThree
from immunoreset.trial.dose_finding.tite_boin import TiteBOIN
from immunoreset.trial.dose_paths import dose_paths
from immunoreset.trial.outcomes import Outcomes
from immunoreset.trial.scenarios import RateTable, operating_characteristics
from immunoreset.validation.escalation_calls import design_of, outcomes_of

Rows = list[dict[str, str]]


def numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(";")]


def boin_lambda(rows: Rows) -> None:
    for row in rows:
        design = BOIN(5, float(row["target"]), float(row["p_saf"]), float(row["p_tox"]))
        np.testing.assert_allclose(
            [design.lambda_e, design.lambda_d], [float(row["lambda_e"]), float(row["lambda_d"])], rtol=1e-12
        )


def same_boundaries(design: BOIN | Keyboard, row: dict[str, str]) -> None:
    patients = int(row["n"])
    found = [int(limit[-1]) for limit in boundaries(design, patients)]
    fields = ("escalate_if_dlt_le", "deescalate_if_dlt_ge", "eliminate_if_dlt_ge")
    assert found == [-1 if row[field] == "NA" else int(row[field]) for field in fields], row


def boin_boundaries(rows: Rows) -> None:
    for row in rows:
        same_boundaries(BOIN(5, float(row["target"])), row)


def keyboard_boundaries(rows: Rows) -> None:
    for row in rows:
        same_boundaries(Keyboard(5, float(row["target"]), end_keys=False), row)


def interval_tables(rows: Rows) -> None:
    for row in rows:
        target, low, high = float(row["target"]), float(row["eps1"]), float(row["eps2"])
        patients, toxic = int(row["n"]), int(row["dlt"])
        for name, kind in (("mtpi", MTPI), ("mtpi2", Keyboard), ("i3plus3", I3Plus3)):
            never = kind(5, target, low, high, exclusion_certainty=1.0).letters(patients)[patients, toxic]
            assert Letter(never).name == row[name], (name, row)
            closing = kind(5, target, low, high, exclusion_certainty=0.95, close_after=3).letters(patients)[patients, toxic]
            assert (closing == Letter.DU) == (row["eliminate_P(p>target)>0.95_n>=3"] == "1"), (name, row)


def boin_select_mtd(rows: Rows) -> None:
    for row in rows:
        patients, toxic = numbers(row["n"]), numbers(row["y"])
        seen = Outcomes.from_counts(patients, toxic)
        design = BOIN(len(patients), float(row["target"]))
        expected = 0 if row["mtd"] == "99" else int(row["mtd"])
        assert design.decide(seen).recommended.tolist() == [expected], row
        assert select_mtd(seen, design.target, open_doses=design.decide(seen).admissible).tolist() == [expected], row
        estimates = [np.nan if part == "----" else float(part) for part in row["p_est"].split(";")]
        np.testing.assert_allclose(toxicity_estimates(seen)[0], estimates, atol=0.005 + 1e-9, err_msg=str(row))


def boin_operating_characteristics(rows: Rows) -> None:
    for row in rows:
        rates, theirs = numbers(row["p_true"]), int(row["ntrial"])
        design = BOIN(len(rates), float(row["target"]), extrasafe=row["extrasafe"] == "TRUE", n_earlystop=int(row["n_earlystop"]))
        ours = 20_000
        found = operating_characteristics(
            design,
            RateTable(tuple(rates)),
            trials=ours,
            seed=6,
            target=design.target,
            cohort=int(row["cohortsize"]),
            max_cohorts=int(row["ncohort"]),
        )
        shares = [*numbers(row["selpercent"]), float(row["percentstop"])]
        for share, own in zip(shares, [*found.selected[1:], found.selected[0]], strict=True):
            close_share(share / 100, own, (theirs, ours), row)
        if row["risk_over60"] != "NA":
            close_share(float(row["risk_over60"]) / 100, found.overdose_risk, (theirs, ours), row)
        spread = np.sqrt(1 + ours / theirs)
        for name, own, error in (("npatients", found.treated, found.treated_error), ("ntox", found.toxic, found.toxic_error)):
            assert (np.abs(numbers(row[name]) - own) <= 4 * spread * error + 1e-3).all(), (name, row)


def close_share(theirs: float, ours: float, trials: tuple[int, int], row: dict[str, str]) -> None:
    """Two shares from so many trials each differ by at most four standard errors of their difference."""
    middle = min(max((theirs + ours) / 2, 1 / min(trials)), 1 - 1 / min(trials))
    assert abs(theirs - ours) <= 4 * np.sqrt(middle * (1 - middle) * (1 / trials[0] + 1 / trials[1])), (theirs, ours, row)


VARIANTS = {
    "A_no_deescalation_MTD_is_dose_below": "no_deescalation",
    "escalation_only": "no_deescalation",
    "with_deescalation": "deescalation",
    "B_deescalation_MTD_needs_le1_of_6_incl_top_dose": "six_at_mtd",
}


def three_plus_three(rows: Rows) -> None:
    for row in rows:
        rates = numbers(row["p_true"])
        found = dose_paths(ThreePlusThree(len(rates), VARIANTS[row["variant"]])).exact(rates)
        pairs = (
            ("prob_select_0_to_K", found.recommended),
            ("expected_n_per_dose", found.treated),
            ("expected_dlt_per_dose", found.toxic),
            ("expected_total_n", found.treated.sum(keepdims=True)),
        )
        for name, own in pairs:
            np.testing.assert_allclose(own, numbers(row[name]), atol=1e-8, rtol=1e-9, err_msg=f"{name} {row}")


def tite_boin(rows: Rows) -> None:
    for row in rows:
        treated, pending, toxic = (np.array(numbers(row[name])).astype(int) for name in ("n", "n_pending", "dlt"))
        followed = np.array(numbers(row["total_followup_of_pending"])) / float(row["window"])
        design = TiteBOIN(BOIN(len(treated), float(row["target"])), float(row["maxpen"]))
        current = [int(row["current_dose"])]
        seen = Outcomes.from_counts(treated - pending, toxic, current=current, pending=pending, followed=followed)
        now = design.decide(seen)
        stop = row["early_stop"] == "1"
        assert now.stop.tolist() == [stop], row
        assert now.dose.tolist() == [0 if stop else int(row["next_dose"])], row
        assert stop or now.wait.tolist() == [row["suspend_or_pending"] == "1"], row
        assert (~now.admissible[0]).astype(int).tolist() == [int(part) for part in numbers(row["eliminated"])], row


def escalation_decisions(rows: Rows) -> None:
    for row in rows:
        design = design_of(row["design_call"])
        if design is None:
            continue
        seen = Outcomes.read(outcomes_of(row["outcomes"]), doses=design.doses)
        now = design.decide(seen)
        expected = 0 if row["recommended_dose"] == "NA" else int(row["recommended_dose"])
        goes_on = row["continue"] == "TRUE"
        assert now.stop.tolist() == [not goes_on], (row, now.explain())
        assert (now.dose if goes_on else now.recommended).tolist() == [expected], (row, now.explain())


CHECKS: dict[str, Callable[[Rows], None]] = {
    "boin_lambda.csv": boin_lambda,
    "boin_boundaries.csv": boin_boundaries,
    "boin_select_mtd.csv": boin_select_mtd,
    "boin_operating_characteristics.csv": boin_operating_characteristics,
    "keyboard_boundaries.csv": keyboard_boundaries,
    "mtpi_mtpi2_i3p3_tables.csv": interval_tables,
    "three_plus_three_oc.csv": three_plus_three,
    "three_plus_three_oc_bcrm.csv": three_plus_three,
    "tite_boin_decisions.csv": tite_boin,
    "dose_decisions_escalation.csv": escalation_decisions,
}
