"""The check of the reference file on analyses: every number within its tolerance."""

from immunoreset.validation.analysis_tables import TABLES
from immunoreset.validation.compare import compare


def check_analyses(rows):
    for one in compare(TABLES[0], rows):
        assert one.agrees, one


CHECKS = {"analyses.csv": check_analyses}
