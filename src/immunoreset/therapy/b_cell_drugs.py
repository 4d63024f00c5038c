"""Antibodies against B cells and their signals: rituximab, obinutuzumab, belimumab, anifrolumab."""

from __future__ import annotations

from collections.abc import Sequence

from immunoreset.therapy.conditioning import boluses
from immunoreset.therapy.drug import Drug, Event
from immunoreset.therapy.items import Dose, Item
from immunoreset.therapy.recipients import Recipients


def _rituximab(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    return boluses("anti_cd20", "rituximab", items, recipients)


def _obinutuzumab(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    return boluses("anti_cd20", "obinutuzumab", items, recipients)


def _belimumab(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    return boluses("belimumab", "belimumab", items, recipients)


def _anifrolumab(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    return boluses("anifrolumab", "anifrolumab", items, recipients)


B_CELL_DRUGS = (
    Drug(
        name="rituximab",
        meaning="antibody against CD20; empties blood of B cells, lymph nodes less",
        units=("mg", "mg/m2"),
        forms=(Dose,),
        example="1000 mg on days 0 14",
        events=_rituximab,
        family="anti-CD20 antibody",
    ),
    Drug(
        name="obinutuzumab",
        meaning="antibody against CD20 that reaches deeper into tissue than rituximab",
        units=("mg",),
        forms=(Dose,),
        example="1000 mg on days 0 14 168 182",
        events=_obinutuzumab,
        family="anti-CD20 antibody",
        parameter_set="obinutuzumab",
    ),
    Drug(
        name="belimumab",
        meaning="antibody against BAFF, which naive and transitional B cells need to survive",
        units=("mg/kg",),
        forms=(Dose,),
        example="10 mg/kg on days 0 14 28 then every 28 days until 364",
        events=_belimumab,
    ),
    Drug(
        name="anifrolumab",
        meaning="antibody against the interferon-alpha receptor; lowers inflammation",
        units=("mg",),
        forms=(Dose,),
        example="300 mg every 28 days from 0 until 336",
        events=_anifrolumab,
    ),
)
