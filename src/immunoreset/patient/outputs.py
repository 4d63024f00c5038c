"""Everything that can be read from a simulated patient, by name, with label and unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from immunoreset import errors
from immunoreset.engine.arithmetic import where
from immunoreset.patient import antibodies, blood_counts, cytokines, infection, sledai, toxicity
from immunoreset.patient.antibody_drugs import il6_block
from immunoreset.patient.b_cells import tissue_b_cells, tissue_pool
from immunoreset.patient.state import MEANING

Reading = Callable[[Any, Any, Any], Any]


@dataclass(frozen=True)
class Output:
    """A quantity read from a patient: `read(t, state, parameters)`."""

    name: str
    label: str
    unit: str
    read: Reading


def lymph_node_fraction(t: Any, s: Any, p: Any) -> Any:
    """B cells of lymphoid tissue, share of the untreated number; cleared below 1 %."""
    return tissue_b_cells(s) / tissue_pool(p)


def node_cleared(t: Any, s: Any, p: Any) -> Any:
    """1 while a lymph-node biopsy would find no B cells, else 0."""
    return where(lymph_node_fraction(t, s, p) < p.assay.node_limit, 1, 0)


def follicular_fraction(t: Any, s: Any, p: Any) -> Any:
    """B cells that stay in follicles, share of the untreated number."""
    return (s.naive_b_follicle + s.memory_b_follicle) / (p.b_cells.naive_follicle + p.b_cells.memory_follicle)


def autoreactive_tissue_fraction(t: Any, s: Any, p: Any) -> Any:
    """Autoreactive B cells of tissue, share of active disease."""
    loop = p.autoreactive_loop
    return (s.autoreactive_memory + s.autoreactive_activated) / (loop.memory + loop.activated)


def anti_dsdna_reading(t: Any, s: Any, p: Any) -> Any:
    """Anti-dsDNA as the assay reads it; positive above 30 IU/mL."""
    return antibodies.anti_dsdna_reading(s, p)


def il6_signal(t: Any, s: Any, p: Any) -> Any:
    """IL-6 that reaches receptors free of tocilizumab."""
    return cytokines.il6_signal(s, il6_block(s, p))


def infections_per_100_days(t: Any, s: Any, p: Any) -> Any:
    """Expected infections per 100 days at the present counts and IgG."""
    return infection.hazard(s, p)


def prednisolone(t: Any, s: Any, p: Any) -> Any:
    """Glucocorticoid given above the dose at entry, which is not simulated."""
    return p.steroid.dose


def immunosuppressed(t: Any, s: Any, p: Any) -> Any:
    """1 while mycophenolate, a calcineurin inhibitor or other background care is given, else 0."""
    k = p.background
    return where(k.care + k.mycophenolate + k.calcineurin_inhibitor > 0, 1, 0)


def _state_reading(field: str) -> Reading:
    """Reads one field of the state."""
    return lambda t, s, p: getattr(s, field)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


DERIVED = (
    Output("car_t_per_ul", "CAR-T cells in blood", "cell/uL", blood_counts.car_t_per_ul),
    Output("car_t_percent_of_t_cells", "CAR-T cells among T cells", "percent", blood_counts.car_t_percent_of_t_cells),
    Output("car_t_copies_per_ug", "CAR transgene copies in blood DNA", "1/ug", blood_counts.car_t_copies_per_ug),
    Output("naive_b_per_ul", "Naive B cells in blood", "cell/uL", blood_counts.naive_b_per_ul),
    Output("transitional_b_per_ul", "Transitional B cells in blood", "cell/uL", blood_counts.transitional_b_per_ul),
    Output("memory_b_per_ul", "Memory B cells in blood", "cell/uL", blood_counts.memory_b_per_ul),
    Output("plasmablasts_per_ul", "Plasmablasts in blood", "cell/uL", blood_counts.plasmablasts_per_ul),
    Output("cd20_positive_per_ul", "CD20-positive B cells in blood", "cell/uL", blood_counts.cd20_positive_per_ul),
    Output("b_cells_per_ul", "B cells in blood", "cell/uL", blood_counts.b_cells_per_ul),
    Output("lymphocytes_per_ul", "Lymphocytes in blood", "cell/uL", blood_counts.lymphocytes_per_ul),
    Output("lymph_node_fraction", "Lymph-node B cells, share of untreated", "1", lymph_node_fraction),
    Output("node_cleared", "Lymph node cleared of B cells", "1", node_cleared),
    Output("follicular_fraction", "Follicular B cells, share of untreated", "1", follicular_fraction),
    Output("autoreactive_tissue_fraction", "Autoreactive B cells, share of untreated", "1", autoreactive_tissue_fraction),
    Output("anti_dsdna_reading", "Anti-dsDNA", "IU/mL", anti_dsdna_reading),
    Output("il6_signal", "IL-6 signal", "pg/mL", il6_signal),
    Output("sledai_items", "SLEDAI items present, as one number", "1", sledai.sledai_items),
    Output("sledai_2k_smooth", "SLEDAI-2K, smooth twin", "1", sledai.sledai_2k_smooth),
    Output("prednisolone", "Glucocorticoid above the dose at entry, prednisolone equivalents", "mg/day", prednisolone),
    Output("immunosuppressed", "Immunosuppressant or background care being given", "1", immunosuppressed),
    Output("crs_signal", "CRS signal (log10 IL-6)", "1", toxicity.crs_signal),
    Output("icans_signal", "ICANS signal (log10 endothelial activation)", "1", toxicity.icans_signal),
    Output("infections_per_100_days", "Expected infections", "1/hundred_days", infections_per_100_days),
)
STATES = tuple(Output(field, _capitalised(meaning), unit, _state_reading(field)) for field, (_, unit, meaning) in MEANING.items())
OUTPUTS: dict[str, Output] = {output.name: output for output in DERIVED + STATES}


def find_output(name: str) -> Output:
    """The output of this name: a derived quantity or any state.

    >>> find_output("anti_dsdna_reading").unit
    'IU/mL'
    """
    if name not in OUTPUTS:
        raise errors.unknown("output", name, OUTPUTS)
    return OUTPUTS[name]
