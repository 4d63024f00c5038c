"""Dose-finding designs beside the R packages BOIN, dfcrm and bcrm, and beside crmPack's tables from SAS."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

import numpy as np

from immunoreset.trial.dose_finding.blrm import BLRM
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.dose_finding.crm import CRM
from immunoreset.trial.dose_finding.decision_table import boundaries
from immunoreset.trial.dose_finding.isotonic import toxicity_estimates
from immunoreset.trial.dose_finding.keyboard import Keyboard
from immunoreset.trial.dose_finding.skeleton import getprior
from immunoreset.trial.dose_finding.three_plus_three import ThreePlusThree, Variant
from immunoreset.trial.dose_finding.tite_crm import TiteCRM
from immunoreset.trial.dose_finding.toxicity_curves import Empiric, Logistic, TwoParameterLogistic
from immunoreset.trial.dose_paths import dose_paths
from immunoreset.trial.outcomes import Outcomes, Patients
from immunoreset.validation.compare import Pair, Rows, Table, Tolerance, numbers

_EXACT = "whole numbers must be the same"
_PRINTED = "digits that the program prints"
_LIMITS = ("escalate_if_dlt_le", "deescalate_if_dlt_ge", "eliminate_if_dlt_ge")
_VARIANTS: dict[str, Variant] = {
    "A_no_deescalation_MTD_is_dose_below": "no_deescalation",
    "escalation_only": "no_deescalation",
    "with_deescalation": "deescalation",
    "B_deescalation_MTD_needs_le1_of_6_incl_top_dose": "six_at_mtd",
}
_PATHS = {
    "prob_select_0_to_K": Tolerance("probability", 1e-8, _PRINTED),
    "expected_n_per_dose": Tolerance("patients", 1e-8, _PRINTED),
    "expected_dlt_per_dose": Tolerance("patients", 1e-8, _PRINTED),
}
_SAS = {
    name: Tolerance(unit, 0.01, "two printed digits, and SAS's Markov chains")
    for name, unit in (
        ("PTARGET", "probability"), ("POVEREX", "probability"), ("POVERUN", "probability"), ("PMEAN", "toxicity rate"),
    )
}  # fmt: skip


def _lambdas(rows: Rows) -> Iterator[Pair]:
    for row in rows:
        design = BOIN(5, float(row["target"]), float(row["p_saf"]), float(row["p_tox"]))
        yield Pair("lambda_e", design.lambda_e, float(row["lambda_e"]))
        yield Pair("lambda_d", design.lambda_d, float(row["lambda_d"]))


def _limits(design: BOIN | Keyboard, row: dict[str, str]) -> Iterator[Pair]:
    found = [int(limit[-1]) for limit in boundaries(design, int(row["n"]))]
    for name, ours in zip(_LIMITS, found, strict=True):
        yield Pair(name, ours, -1 if row[name] == "NA" else int(row[name]))


def _boin(rows: Rows) -> Iterator[Pair]:
    for row in rows:
        yield from _limits(BOIN(5, float(row["target"])), row)


def _keyboard(rows: Rows) -> Iterator[Pair]:
    for row in rows:
        yield from _limits(Keyboard(5, float(row["target"]), end_keys=False), row)


def _selected(rows: Rows) -> Iterator[Pair]:
    for row in rows:
        patients = numbers(row["n"])
        seen = Outcomes.from_counts(patients, numbers(row["y"]))
        recommended = BOIN(len(patients), float(row["target"])).decide(seen).recommended
        yield Pair("mtd", recommended[0], 0 if row["mtd"] == "99" else int(row["mtd"]))
        yield Pair("p_est", toxicity_estimates(seen)[0], numbers(row["p_est"]))


def _paths(rows: Rows) -> Iterator[Pair]:
    for row in rows:
        rates = numbers(row["p_true"])
        found = dose_paths(ThreePlusThree(len(rates), _VARIANTS[row["variant"]])).exact(rates)
        for quantity, ours in zip(_PATHS, (found.recommended, found.treated, found.toxic), strict=True):
            yield Pair(quantity, ours, numbers(row[quantity]))


def _skeletons(rows: Rows) -> Iterator[Pair]:
    for row in rows:
        found = getprior(
            float(row["halfwidth"]), float(row["target"]), int(row["nu"]), int(row["nlevel"]),
            model=row["model"], intercept=float(row["intcpt"]),
        )  # fmt: skip
        yield Pair("skeleton", found, numbers(row["skeleton"]))


def _crm(rows: Rows) -> Iterator[Pair]:
    for row in rows:
        skeleton, scale = tuple(numbers(row["skeleton"])), float(row["scale"])
        level, toxic = (np.array(numbers(row[name])).astype(int) for name in ("level", "tox"))
        seen = Outcomes.from_patients(
            Patients(level, toxic, np.arange(len(toxic)), np.array(numbers(row["weights"]))), doses=len(skeleton)
        )
        model = Empiric(scale) if row["model"] == "empiric" else Logistic(float(row["intcpt"]), scale)
        method = "ml" if row["method"] == "mle" else "bayes"
        design = TiteCRM(CRM(skeleton, float(row["target"]), model, method=method, stop_confidence=None))
        fit = design.fit(seen)
        yield Pair("mtd", design.decide(seen).dose[0], int(row["mtd"]))
        yield Pair("estimate", fit.parameters[0], numbers(row["estimate"]))
        yield Pair("ptox", fit.toxic[0], numbers(row["ptox"]))


def _r_values(text: str) -> list[float]:
    """A vector as R writes it, with `c`, `rep`, powers and products."""
    inner = re.fullmatch(r"\s*c\((.*)\)\s*", text, flags=re.DOTALL)
    found: list[float] = []
    for part in map(str.strip, re.split(r",(?![^(]*\))", inner[1] if inner else text)):
        repeated = re.fullmatch(r"rep\(([-\d.]+),\s*([-\d.*\s]+)\)", part)
        if repeated:
            found += [float(repeated[1])] * int(np.prod([int(factor) for factor in repeated[2].split("*")]))
        else:
            base, _, power = part.partition("^")
            found.append(float(base) ** float(power or 1))
    return found


def _sas(rows: Rows) -> Iterator[Pair]:
    for _, group in groupby(sorted(rows, key=lambda row: row["case"]), key=lambda row: row["case"]):
        case = list(group)
        first = case[0]
        given, toxic = _r_values(first["doses_given_R"]), _r_values(first["dlt_R"])
        amounts = tuple(sorted({float(first["sas_recommended_dose"]), *given, *(float(row["DOSE"]) for row in case)}))
        target, excessive = _r_values(first["target_interval"]), _r_values(first["excessive_interval"])
        mean, covariance = _r_values(first["prior_mean_log_alpha_log_beta"]), _r_values(first["prior_cov"])
        prior = TwoParameterLogistic.from_covariance((mean[0], mean[1]), tuple(covariance))  # pyright: ignore[reportArgumentType]
        design = BLRM(amounts, float(first["ref_dose"]), prior, target=(target[0], target[1]), unacceptable=excessive[1])
        place = np.array([amounts.index(dose) for dose in given])
        counts = [np.bincount(place, weights=weight, minlength=len(amounts)) for weight in (None, toxic)]
        belief = design.belief(Outcomes.from_counts(*counts))
        columns = (belief.target, belief.excessive, belief.unacceptable, belief.mean)
        for row in case:
            number = amounts.index(float(row["DOSE"]))
            for name, ours in zip(_SAS, columns, strict=True):
                yield Pair(name, ours[0, number], float(row[name]))


_WHOLE = {name: Tolerance("toxicities", 0, _EXACT) for name in _LIMITS}
_LAMBDAS = {name: Tolerance("share", 1e-12, "rounding of double precision") for name in ("lambda_e", "lambda_d")}
_SELECTED = {"mtd": Tolerance("dose", 0, _EXACT), "p_est": Tolerance("toxicity rate", 0.005 + 1e-9, "two printed digits")}
_CRM = {
    "mtd": Tolerance("dose", 0, _EXACT),
    "estimate": Tolerance("parameter", 1e-5, "quadrature of dfcrm"),
    "ptox": Tolerance("toxicity rate", 1e-5, "quadrature of dfcrm"),
}
TABLES = (
    Table("boin_lambda.csv", "Boundaries of BOIN", "BOIN (R)", _lambdas, _LAMBDAS),
    Table("boin_boundaries.csv", "Decision table of BOIN", "BOIN (R)", _boin, _WHOLE),
    Table("boin_select_mtd.csv", "Choice of the dose by BOIN", "BOIN (R)", _selected, _SELECTED),
    Table("keyboard_boundaries.csv", "Decision table of Keyboard", "Keyboard", _keyboard, _WHOLE),
    Table("three_plus_three_oc.csv", "3+3, exact characteristics", "enumeration", _paths, _PATHS),
    Table("three_plus_three_oc_bcrm.csv", "3+3, exact characteristics", "bcrm (R)", _paths, _PATHS),
    Table("crm_getprior.csv", "Skeletons of the CRM", "dfcrm (R)", _skeletons, {"skeleton": Tolerance("rate", 1e-5, _PRINTED)}),
    Table("crm_titecrm_cases.csv", "CRM and TITE-CRM", "dfcrm (R)", _crm, _CRM),
    Table("blrm_sas_crmpack.csv", "Bayesian logistic regression", "SAS, in the tests of crmPack", _sas, _SAS),
)
