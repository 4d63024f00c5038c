"""Published tables of patients at entry, and virtual patients who agree with them."""

from immunoreset.baseline.balanced import Balanced, Line, balanced
from immunoreset.baseline.covariates import COVARIATES, covariates_of
from immunoreset.baseline.document import Baseline, Row, parse_baseline, read_baseline

__all__ = ["COVARIATES", "Balanced", "Baseline", "Line", "Row", "balanced", "covariates_of", "parse_baseline", "read_baseline"]
