"""What was published, as documents with cohorts, roles and bands, and how the simulation compares."""

from immunoreset.evidence.compare import Comparison, compare, numbers_of, refuse_without_numbers, tuning_in_words
from immunoreset.evidence.library import Evidence, calibration_rows, evidence, evidence_with, validation_rows
from immunoreset.evidence.misfits import Misfit, misfits
from immunoreset.evidence.pooling import by_product
from immunoreset.evidence.published import PublishedNumber, PublishedPoint, Source, published_numbers, published_points
from immunoreset.evidence.row_bands import Band, band, predictive, steps_away
from immunoreset.evidence.rows import Cohort, Publication, Row, Statistic

__all__ = [
    "Band",
    "Cohort",
    "Comparison",
    "Evidence",
    "Misfit",
    "Publication",
    "PublishedNumber",
    "PublishedPoint",
    "Row",
    "Source",
    "Statistic",
    "band",
    "by_product",
    "calibration_rows",
    "compare",
    "evidence",
    "evidence_with",
    "misfits",
    "numbers_of",
    "predictive",
    "published_numbers",
    "published_points",
    "refuse_without_numbers",
    "steps_away",
    "tuning_in_words",
    "validation_rows",
]
