"""The unit of each signal and effect of the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from immunoreset.patient.vocabulary import Effects, Signals

UNITS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys((*Signals._fields, *Effects._fields), "1"),
        "weight": "kg",
        "egfr": "mL/min",
        "blood_volume": "L",
        **dict.fromkeys(
            (
                "b_precursors",
                "naive_b",
                "memory_b",
                "autoreactive_b",
                "plasmablasts",
                "malignant_b",
                "long_lived_plasma",
                "cd19_blood",
                "memory_b_blood",
                "car_t",
                "cytokine_consumers",
                "killers_tissue",
                "killers_blood",
                "killers_marrow",
                "endothelium_toxicity",
                "autoreactive_returning",
            ),
            "Mcell",
        ),
        **{word: "1/day" for word in Effects._fields if word.startswith("kill_")},
        **dict.fromkeys(
            (
                "chemotherapy",
                "response_to_cells",
                "igg_catabolism",
                "urinary_loss",
                "cleave_igg",
                "exchange_plasma",
                "lose_help",
                "relieve_inflammation",
            ),
            "1/day",
        ),
        "cells_killed": "Mcell/day",
        "interferon_secreted": "pg/mL",
        "igg_given": "g/L",
    }
)
