"""How exactly each state is solved: its absolute tolerance, and how much stricter than others its relative one is.

Absolute tolerances are in the unit of the state: tight where few cells decide what follows (CAR-T cells, their rejection,
precursors, autoreactive clones: a tenth of a cell or less), loose where a pool is read in millions or a drug in milligrams.
Both were chosen by measurement (docs/decisions/engine.md): fewer steps at the same error of every output.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_BY_GROUP: Mapping[float, tuple[str, ...]] = {
    1e-30: ("neutrophil_progenitors",),  # they multiply: what is lost below zero would grow below zero
    1e-9: ("anti_car_response",),
    1e-8: (
        "car_t_effector_blood",
        "car_t_effector_tissue",
        "car_t_memory_blood",
        "car_t_memory_tissue",
        "malignant_cells",
    ),
    1e-7: (
        "homeostatic_cytokine",
        "car_t_activation",
        "pre_b",
        "immature_b",
        "autoreactive_memory",
        "autoreactive_activated",
        "follicular_help",
        "flare_drive",
        "igg",
        "iga",
        "igm",
        "kidney_damage",
        "marrow_reserve",
        "macrophages",
        "endothelium",
    ),
    1e-6: (
        "short_lived_plasma_normal",
        "short_lived_plasma_autoreactive",
        "long_lived_plasma_normal",
        "long_lived_plasma_autoreactive",
        "inflammation",
        "renal_inflammation",
        "proteinuria",
        "c3",
        "baff",
        "neutrophil_transit_1",
        "neutrophil_transit_2",
        "neutrophil_transit_3",
        "neutrophils",
    ),
    1e-5: (
        "host_lymphocytes",
        "naive_b_blood",
        "naive_b_tissue",
        "naive_b_follicle",
        "memory_b_blood",
        "memory_b_tissue",
        "memory_b_follicle",
        "anti_dsdna",
        "vaccine_antibody",
        "interferon_gamma",
        "il6",
        "crp",
    ),
    1e-4: (
        "ferritin",
        "fludarabine",
        "fludarabine_peripheral_1",
        "fludarabine_peripheral_2",
        "anti_cd20",
        "anti_cd20_peripheral",
        "belimumab",
        "belimumab_peripheral",
        "anifrolumab",
        "tocilizumab",
        "tocilizumab_peripheral",
    ),
    1e-3: ("cyclophosphamide",),
}

ABSOLUTE: Mapping[str, float] = MappingProxyType({name: size for size, names in _BY_GROUP.items() for name in names})

_EIGHT_THAT_MULTIPLY = (
    "car_t_effector_blood",
    "car_t_effector_tissue",
    "car_t_memory_blood",
    "car_t_memory_tissue",
    "car_t_activation",
    "anti_car_response",
    "host_lymphocytes",
    "homeostatic_cytokine",
)
_POOLS_THAT_FALL = (
    "pre_b",
    "immature_b",
    "naive_b_blood",
    "naive_b_tissue",
    "naive_b_follicle",
    "memory_b_blood",
    "memory_b_tissue",
    "memory_b_follicle",
)

# An error in the CAR-T cells, or in what lets them grow, is multiplied in every pool that they then kill; an error in a
# pool that falls a thousandfold stays with it.
STRICTNESS: Mapping[str, float] = MappingProxyType(
    {**dict.fromkeys(_EIGHT_THAT_MULTIPLY, 4.0), **dict.fromkeys(_POOLS_THAT_FALL, 2.0)}
)
