"""What figures show of lupus: one panel per quantity."""

from immunoreset.patient.outcome import Panel

PANELS: tuple[Panel, ...] = (
    Panel("anti_dsdna_reading", "Anti-dsDNA", "IU/mL", log=True, floor=1, line=30, line_meaning="positive: > 30", lupus=True),
    Panel("c3", "Complement C3", "g/L", line=0.9, line_meaning="low: < 0.9", lupus=True),
    Panel("proteinuria", "Proteinuria (UPCR)", "g/g", line=0.5, line_meaning="raised: > 0.5", lupus=True),
    Panel("sledai_2k", "SLEDAI-2K", "points", whole=True, lupus=True),
)
