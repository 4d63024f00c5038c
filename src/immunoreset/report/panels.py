"""What the figures show: one panel per quantity, with its title, unit, scale and the days worth looking at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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
COMPARED = ("cd20_positive_per_ul", "lymph_node_percent", "igg_percent", "vaccine_percent")
OF_CELLS = ("car_t_per_ul", "car_t_percent_of_t_cells", "il6", "neutrophils")
WITH_ORGANS = ("proteinuria",)  # stands beside kidney function where that is shown


def panels_of(*diseases: Disease) -> tuple[Panel, ...]:
    """The panels of patients with these diseases: cells, the diseases, safety."""
    of_diseases = dict.fromkeys(panel for disease in diseases for panel in disease.panels)  # several share one
    return (*OF_B_CELLS, *of_diseases, *OF_SAFETY)


def panels_with_organs(*diseases: Disease) -> tuple[Panel, ...]:
    """The panels that stand with the activity of organs; none where no disease measures any."""
    panels = panels_of(*diseases)
    if not any(panel.by_organ for panel in panels):
        return ()
    return tuple(panel for panel in panels if panel.by_organ or panel.output in WITH_ORGANS)


def side_by_side(*diseases: Disease, with_cells: bool) -> frozenset[str]:
    """Outputs that are compared between arms: B cells, what the diseases show, antibody, and CAR-T cells where there are any."""
    of_diseases = (panel.output for disease in diseases for panel in disease.panels if not panel.by_organ)
    return frozenset((*(OF_CELLS if with_cells else ()), *COMPARED, *of_diseases))


def panels_asked_for(
    quantities: Iterable[str], shown: Iterable[Panel], labels: Mapping[str, str], units: Mapping[str, str]
) -> tuple[Panel, ...]:
    """A panel of each quantity that a study asks for and none of the panels `shown` has."""
    outputs = {panel.output for panel in shown}
    return tuple(
        Panel(name, labels.get(name, name), unit_in_words(units.get(name, "1"))) for name in quantities if name not in outputs
    )
