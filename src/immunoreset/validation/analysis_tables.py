"""Analyses of trials beside statsmodels and the R package survival, on small public or made data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from immunoreset.trial.analysis.cox import cox_regression
from immunoreset.trial.analysis.kaplan_meier import kaplan_meier
from immunoreset.trial.analysis.log_rank import log_rank
from immunoreset.trial.analysis.logistic import logistic_regression
from immunoreset.trial.sample_size.means import sample_size_means
from immunoreset.validation.compare import Pair, Row, Rows, Table, Tolerance, numbers

MERCAPTOPURINE = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
"""Weeks in remission and relapses of the leukaemia trial of Gehan 1965, as in Cox and Oakes 1984, table 1.1."""

_TIMES: dict[str, dict[str, Any]] = {
    "leukaemia": {"time": MERCAPTOPURINE + PLACEBO, "event": RELAPSED + [1] * 21, "arm": [1] * 21 + [0] * 21},
    "outlier": {
        "time": [0.5, 3, 4, 5, 6, 7, 8, 9, 10, 11],
        "event": [0] + [1] * 9,
        "arm": [0, 1] * 5,
        "covariates": [[40, 1.2, 2.0, 0.7, 1.1, 0.4, 0.9, 1.6, 0.3, 0.8]],
    },
}
_RESPONSES: dict[str, dict[str, Any]] = {
    "twelve": {
        "response": [0, 1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 1],
        "arm": [0, 1] * 6,
        "covariates": [[0.1, 0.5, 0.2, -0.3, 0.7, 0.2, -0.1, 0.9, 0.3, 0.4, 0.8, -0.4]],
    }
}
_NEWTON = "convergence of both programs"
_TOLERANCES = {
    "cox coefficients": Tolerance("log hazard ratio", 1e-6, _NEWTON),
    "cox standard errors": Tolerance("log hazard ratio", 1e-6, _NEWTON),
    "kaplan-meier survival": Tolerance("probability", 1e-9, "twelve stored digits"),
    "log-rank chi-square": Tolerance("chi-square", 1e-8, "twelve stored digits"),
    "logistic coefficients": Tolerance("log odds ratio", 1e-5, _NEWTON),
    "logistic standard errors": Tolerance("log odds ratio", 1e-5, _NEWTON),
    "t-test size patients per arm": Tolerance("patients", 1e-3, "root finding of the other program"),
}


def _fitted(fit: Any, quantity: str) -> np.ndarray:
    return fit.coefficients if quantity == "coefficients" else fit.standard_errors


def _cox(row: Row) -> np.ndarray:
    return _fitted(cox_regression(**_TIMES[row["data"]]), row["quantity"])


def _survival(row: Row) -> np.ndarray:
    weeks = sorted({week for week, relapsed in zip(MERCAPTOPURINE, RELAPSED, strict=True) if relapsed})
    return kaplan_meier(MERCAPTOPURINE, RELAPSED, days=weeks).survival


_OURS: dict[str, Callable[[Row], Any]] = {
    "cox": _cox,
    "kaplan-meier": _survival,
    "log-rank": lambda row: log_rank(**_TIMES[row["data"]]).chi_square,
    "logistic": lambda row: _fitted(logistic_regression(**_RESPONSES[row["data"]]), row["quantity"]),
    "t-test size": lambda row: sample_size_means(float(row["data"]), 1).control,
}


def _pairs(rows: Rows) -> Iterator[Pair]:
    for row in rows:
        ours = np.atleast_1d(_OURS[row["analysis"]](row))
        yield Pair(f"{row['analysis']} {row['quantity']}", ours, numbers(row["value"]))


TABLES = (Table("analyses.csv", "Analyses and t tests", "statsmodels; R survival", _pairs, _TOLERANCES),)
