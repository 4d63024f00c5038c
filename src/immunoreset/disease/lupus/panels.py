"""What figures show of lupus: one panel per quantity."""

from immunoreset.patient.outcome import Panel

PANELS: tuple[Panel, ...] = (
    Panel("anti_dsdna_reading", "Anti-dsDNA", "IU/mL", log=True, floor=1, line=30, line_meaning="positive: > 30"),
    Panel("c3", "Complement C3", "g/L", line=0.9, line_meaning="low: < 0.9"),
    Panel("proteinuria", "Proteinuria (UPCR)", "g/g", line=0.5, line_meaning="raised: > 0.5"),
    Panel("sledai_2k", "SLEDAI-2K", "points", whole=True),
    Panel("egfr", "Kidney function (eGFR)", "mL/min/1.73 m²", line=60, line_meaning="reduced: < 60", by_organ=True),
    Panel("haemoglobin", "Haemoglobin", "g/L", floor=60, line=120, line_meaning="low in women: < 120", by_organ=True),
    Panel("platelets", "Platelets", "10⁹/L", line=100, line_meaning="low: < 100", by_organ=True),
    Panel("white_cells", "White cells", "10⁹/L", line=3, line_meaning="low: < 3", by_organ=True),
    Panel("c4", "Complement C4", "g/L", line=0.1, line_meaning="low: < 0.1", by_organ=True),
    Panel("fatigue", "Fatigue", "× entry", by_organ=True),
)
