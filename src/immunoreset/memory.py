"""How much memory a table of patients will need, so that one that cannot fit is refused before an hour is spent on it."""
from __future__ import annotations
def check_study(study, within): pass
