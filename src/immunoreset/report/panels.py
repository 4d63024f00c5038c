"""What the figures show: one panel per quantity, with its title, unit, scale and the days worth looking at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Panel:
    """One quantity over time.

    `floor` is the lowest value that a logarithmic axis shows, `line` a level with a meaning; `whole` numbers have no halves;
    `lupus` marks what is shown of lupus only.
    """

    output: str
    title: str
    unit: str
    first_day: float = -35
    last_day: float = 730
    log: bool = False
    floor: float | None = None
    line: float | None = None
    line_meaning: str = ""
    whole: bool = False
    lupus: bool = False


EARLY = 60

PANELS: tuple[Panel, ...] = (
    Panel("car_t_per_ul", "CAR-T in blood", "cells/µL", first_day=-7, last_day=180, log=True, floor=0.01),
    Panel("car_t_percent_of_t_cells", "CAR-T, share of T cells", "% of T cells", first_day=-7, last_day=EARLY),
    Panel("cd20_positive_per_ul", "B cells (CD20⁺)", "cells/µL", log=True, floor=0.1, line=5, line_meaning="back: > 5"),
    Panel("naive_b_per_ul", "Naive B cells", "cells/µL", log=True, floor=0.1),
    Panel("transitional_b_per_ul", "Transitional B cells", "cells/µL", log=True, floor=0.01),
    Panel("memory_b_per_ul", "Memory B cells", "cells/µL", log=True, floor=0.01),
    Panel("plasmablasts_per_ul", "Plasmablasts", "cells/µL", log=True, floor=0.001),
    Panel("lymph_node_percent", "Lymph-node B cells", "% of entry", log=True, floor=0.01, line=1, line_meaning="cleared: < 1"),
    Panel("anti_dsdna_reading", "Anti-dsDNA", "IU/mL", log=True, floor=1, line=30, line_meaning="positive: > 30", lupus=True),
    Panel("c3", "Complement C3", "g/L", line=0.9, line_meaning="low: < 0.9", lupus=True),
    Panel("proteinuria", "Proteinuria (UPCR)", "g/g", line=0.5, line_meaning="raised: > 0.5", lupus=True),
    Panel("sledai_2k", "SLEDAI-2K", "points", whole=True, lupus=True),
    Panel("il6", "Interleukin 6", "pg/mL", first_day=-7, last_day=EARLY, log=True),
    Panel("neutrophils", "Neutrophils", "10⁹/L", first_day=-10, last_day=EARLY, line=0.5, line_meaning="severe: < 0.5"),
    Panel("igg_percent", "IgG", "% of entry"),
    Panel("vaccine_percent", "Vaccine antibody", "% of entry"),
)
# Compared in the page: always, and where more than one arm has CAR-T cells.
SIDE_BY_SIDE = (
    "cd20_positive_per_ul",
    "lymph_node_percent",
    "anti_dsdna_reading",
    "c3",
    "proteinuria",
    "sledai_2k",
    "igg_percent",
    "vaccine_percent",
)
OF_CELLS = ("car_t_per_ul", "car_t_percent_of_t_cells", "il6", "neutrophils")
