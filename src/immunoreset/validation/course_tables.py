"""Dose-finding models beside published courses and posteriors, and simulated trials beside those of BOIN and dfcrm.

Two simulations differ by chance: their difference is given in standard errors of it, and more than four is a disagreement.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from immunoreset.trial.dose_finding.blrm import BLRM
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.dose_finding.crm import CRM
from immunoreset.trial.dose_finding.toxicity_curves import Empiric, Logistic, TwoParameterLogistic
from immunoreset.trial.dose_finding.toxicity_posterior import posterior
from immunoreset.trial.outcomes import Outcomes, Patients
from immunoreset.trial.scenarios import RateTable, operating_characteristics
from immunoreset.validation.compare import Pair, Rows, Table, Tolerance, numbers

_PAPER_DOSES = (1, 2.5, 5, 10, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 250)
_PAPER_PATIENTS, _PAPER_TOXIC = (3, 4, 5, 4, 0, 0, 2) + (0,) * 8, (0,) * 6 + (2,) + (0,) * 8
_PAPER_SKELETON = (0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.1, 0.17, 0.3, 0.45, 0.7, 0.8, 0.9, 0.95)
_BOOK_SKELETON, _BOOK_TARGET = (0.05, 0.12, 0.25, 0.4, 0.55), 0.25
_TRIALS = 20_000


def _neuenschwander(rows: Rows) -> Iterator[Pair]:
    """Cases A and B are the CRM with the guesses of the paper and with even ones, C the two-parameter model."""
    seen = Outcomes.from_counts(_PAPER_PATIENTS, _PAPER_TOXIC)
    two = TwoParameterLogistic.from_covariance((2.15, 0.52), (0.84**2, 0.134, 0.134, 0.8**2))
    beliefs = {
        "A": posterior(Empiric(1.34), _PAPER_SKELETON, seen),
        "B": posterior(Empiric(1.34), tuple(np.arange(1, 16) / 16), seen),
        "C": BLRM(_PAPER_DOSES, 250, two).belief(Outcomes.from_counts((0, *_PAPER_PATIENTS[1:]), _PAPER_TOXIC)),
    }
    for row in rows:
        belief, place = beliefs[row["case"][0]], _PAPER_DOSES.index(float(row["dose"]))
        yield Pair("posterior_mean", belief.mean[0, place], float(row["posterior_mean"]))
        if row["posterior_sd"]:
            yield Pair("posterior_sd", belief.sd[0, place], float(row["posterior_sd"]))


def _book(rows: Rows) -> Iterator[Pair]:
    """As long as no patient of the course is left out of the file."""
    crm = CRM(_BOOK_SKELETON, _BOOK_TARGET, Logistic(3.0), stop_confidence=None)
    for place, row in enumerate(rows):
        if int(row["patient"]) != place + 1:
            break
        dose, toxic = (np.array([int(one[name]) for one in rows[: place + 1]]) for name in ("dose", "dlt"))
        seen = Outcomes.from_patients(Patients(dose, toxic, np.arange(place + 1), np.ones(place + 1)), doses=len(_BOOK_SKELETON))
        fit = crm.fit(seen)
        yield Pair("beta_hat_book", fit.parameters[0, 0], float(row["beta_hat_book"]))
        yield Pair("beta_hat_dfcrm", fit.parameters[0, 0], float(row["beta_hat_dfcrm"]))
        yield Pair("next_dose_dfcrm", crm.decide(seen).dose[0], int(row["next_dose_dfcrm"]))


def _boin_trials(rows: Rows) -> Iterator[Pair]:
    for row in rows:
        rates, theirs = tuple(numbers(row["p_true"])), int(row["ntrial"])
        design = BOIN(len(rates), float(row["target"]), extrasafe=row["extrasafe"] == "TRUE", n_earlystop=int(row["n_earlystop"]))
        found = operating_characteristics(
            design, RateTable(rates), trials=_TRIALS, seed=6, target=design.target,
            cohort=int(row["cohortsize"]), max_cohorts=int(row["ncohort"]),
        )  # fmt: skip
        shares = np.array([float(row["percentstop"]), *numbers(row["selpercent"])]) / 100
        middle = np.clip((shares + found.selected) / 2, 1 / _TRIALS, 1 - 1 / _TRIALS)
        error = np.sqrt(middle * (1 - middle) * (1 / theirs + 1 / _TRIALS))
        yield Pair("selected, none and by dose", (found.selected - shares) / error, np.zeros(len(shares)))
        spread = np.sqrt(1 + _TRIALS / theirs)
        for name, own, own_error in (
            ("npatients", found.treated, found.treated_error), ("ntox", found.toxic, found.toxic_error),
        ):  # fmt: skip
            printed = numbers(row[name])
            yield Pair(f"{name} by dose", (own - printed) / (spread * own_error + 2.5e-4), np.zeros(len(printed)))


_PRINTED = Tolerance("toxicity rate", 0.01 + 1e-9, "two or three printed digits")
_ERRORS = Tolerance("standard errors", 4, "both are simulated; chance of more below 1 in 10,000 each")
TABLES = (
    Table(
        "blrm_crm_neuenschwander2008.csv", "CRM and logistic regression, published posteriors", "Neuenschwander 2008, table I",
        _neuenschwander, {"posterior_mean": _PRINTED, "posterior_sd": _PRINTED},
    ),
    Table(
        "crm_cheung_book_table_3_2.csv", "Course of a trial by the CRM", "Cheung 2011, table 3.2; dfcrm (R)", _book,
        {
            "beta_hat_book": Tolerance("parameter", 0.01, "two printed digits"),
            "beta_hat_dfcrm": Tolerance("parameter", 1e-5, "quadrature of dfcrm"),
            "next_dose_dfcrm": Tolerance("dose", 0, "decisions must be the same"),
        },
    ),
    Table(
        "boin_operating_characteristics.csv", "Simulated trials of BOIN", "BOIN (R)", _boin_trials,
        dict.fromkeys(("selected, none and by dose", "npatients by dose", "ntox by dose"), _ERRORS),
    ),
)  # fmt: skip
