"""What the figures show: one panel per quantity, with its title, unit, scale and the days worth looking at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from immunoreset.catalogue import built_in
from immunoreset.disease.disease import Disease
from immunoreset.patient.outcome import Panel
from immunoreset.report.words import unit_in_words

EARLY = 60

OF_B_CELLS: tuple[Panel, ...] = (
    Panel("car_t_per_ul", "CAR-T in blood", "cells/µL", first_day=-7, last_day=180, log=True, floor=0.01),
    Panel("car_t_percent_of_t_cells", "CAR-T, share of T cells", "% of T cells", first_day=-7, last_day=EARLY),
    Panel("cd20_positive_per_ul", "B cells (CD20⁺)", "cells/µL", log=True, floor=0.1, line=5, line_meaning="back: > 5"),
    Panel("naive_b_per_ul", "Naive B cells", "cells/µL", log=True, floor=0.1),
    Panel("transitional_b_per_ul", "Transitional B cells", "cells/µL", log=True, floor=0.01),
    Panel("memory_b_per_ul", "Memory B cells", "cells/µL", log=True, floor=0.01),
    Panel("plasmablasts_per_ul", "Plasmablasts", "cells/µL", log=True, floor=0.001),
    Panel("lymph_node_percent", "Lymph-node B cells", "% of entry", log=True, floor=0.01, line=1, line_meaning="cleared: < 1"),
)
OF_SAFETY: tuple[Panel, ...] = (
    Panel("il6", "Interleukin 6", "pg/mL", first_day=-7, last_day=EARLY, log=True),
    Panel("neutrophils", "Neutrophils", "10⁹/L", first_day=-10, last_day=EARLY, line=0.5, line_meaning="severe: < 0.5"),
    Panel("igg_percent", "IgG", "% of entry"),
    Panel("vaccine_percent", "Vaccine antibody", "% of entry"),
)


def panels_of(*diseases: Disease) -> tuple[Panel, ...]:
    """The panels of patients with these diseases: cells, the diseases, safety."""
    of_diseases = dict.fromkeys(panel for disease in diseases for panel in disease.panels)  # several share one
    return (*OF_B_CELLS, *of_diseases, *OF_SAFETY)


def panels_asked_for(quantities: Iterable[str], labels: Mapping[str, str], units: Mapping[str, str]) -> tuple[Panel, ...]:
    """A panel of each quantity that a study asks for and no panel of every study shows."""
    shown = {panel.output for panel in PANELS}
    return tuple(
        Panel(name, labels.get(name, name), unit_in_words(units.get(name, "1"))) for name in quantities if name not in shown
    )


PANELS = panels_of(*built_in().diseases.values())
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
WITH_ORGANS = ("proteinuria",)  # compared beside kidney function instead
OF_CELLS = ("car_t_per_ul", "car_t_percent_of_t_cells", "il6", "neutrophils")
