"""Activity of lupus organ by organ, as pages show it: in how many patients each organ shows, and how active one patient's are.

An organ shows while an item of SLEDAI-2K that belongs to it is present. Activity is in folds of the level from which it shows.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from immunoreset.disease.lupus.chart import over_cut
from immunoreset.disease.lupus.organs import ORGANS
from immunoreset.disease.lupus.sledai import OF_KIDNEY, SHOWN, SIMULATED
from immunoreset.patient.course import Course
from immunoreset.patient.outcome import Panel

MARKS = "sledai_items"
TITLES: Mapping[str, str] = {
    "kidney": "Kidney: proteinuria or sediment",
    "joints": "Joints: arthritis",
    "skin": "Skin: rash",
    "mucosa": "Mouth and nose: ulcers",
    "hair": "Hair: alopecia",
    "serosa": "Serosa: pleurisy, pericarditis",
    "nerves": "Nervous system",
    "vessels": "Vessels: vasculitis",
    "constitution": "Constitutional: fever",
    "blood": "Blood: low platelets, white cells",
}
ITEMS = {TITLES["kidney"]: OF_KIDNEY, **{TITLES[organ]: shown.items for organ, shown in SHOWN.items()}}
"""The items by which each organ shows, by what it is called."""
OF_BLOOD_CELLS = "Blood cells"
PANELS: tuple[Panel, ...] = tuple(
    Panel(
        f"{organ}_over_cut",
        OF_BLOOD_CELLS if organ == "blood" else TITLES[organ],
        "× cut",
        line=1,
        line_meaning="shows: > 1",
    )
    for organ in ORGANS
)


def organs_shown(curves: Mapping[str, NDArray[np.floating]]) -> dict[str, NDArray[np.bool_]]:
    """Which organs show on each stored day, twins x days, by what they are called; none where no items were kept.

    >>> seen = organs_shown({"sledai_items": np.array([[5.0, 4.0]])})
    >>> [title for title, there in seen.items() if there.any()], seen["Kidney: proteinuria or sediment"].tolist()
    (['Kidney: proteinuria or sediment', 'Joints: arthritis'], [[True, False]])
    """
    if MARKS not in curves:
        return {}
    numbers = np.nan_to_num(np.asarray(curves[MARKS])).astype(np.int32)
    return {title: numbers & sum(1 << SIMULATED.index(item) for item in items) > 0 for title, items in ITEMS.items()}


def activity_over_cuts(course: Course) -> dict[str, NDArray[np.float64]]:
    """Activity of each organ over the level at which it shows, twins x days; 0 in twins in whom it cannot show."""
    return {f"{organ}_over_cut": over_cut(organ, course.curves[organ], course.parameters) for organ in ORGANS}
