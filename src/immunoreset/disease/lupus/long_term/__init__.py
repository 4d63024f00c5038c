"""Lupus in the long run: damage, end-stage kidney disease, death, fatigue and physical health, read from solved courses."""

from immunoreset.disease.lupus.long_term import damage, death, history, kidney_failure, well_being

MODULES = tuple(part.MODULE for part in (history, damage, kidney_failure, death, well_being))
"""The numbers of the long run; none has a state or says a word to the rest of the patient."""
