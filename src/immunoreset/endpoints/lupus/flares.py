"""Lupus flares by the SELENA-SLEDAI flare index (SFI), classic or as modified for the belimumab trials (BLISS).

It knows one class of mild or moderate flares and one of severe flares; severe wins. The revised index, which parts mild from
moderate by organ, is not here: its tables could not be found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.lupus.responses import pga_change
from immunoreset.endpoints.lupus.sledai import Number, points
from immunoreset.endpoints.lupus.sledai_items import YesNo
from immunoreset.endpoints.quantities import Haemoglobin, Pga, Platelets, Prednisone, Weight, need
from immunoreset.endpoints.together import all_of, any_of, grade
from immunoreset.errors import unknown

FlareVersion = Literal["classic", "BLISS"]
VERSIONS: tuple[FlareVersion, ...] = ("classic", "BLISS")
FLARES = ("none", "mild/moderate", "severe")

MILD_SIGNS = (
    "discoid_rash",
    "photosensitive_rash",
    "lupus_profundus",
    "cutaneous_vasculitis",
    "bullous_lupus",
    "nasopharyngeal_ulcers",
    "pleuritis",
    "pericarditis",
    "arthritis",
    "fever",
)
SEVERE_SIGNS = ("cns", "vasculitis", "nephritis", "myositis", "haemolytic_anaemia")

SLEDAI_RISE = 3
SLEDAI_SEVERE_ABOVE = 12
PGA_RISE = 1.0
PGA_SEVERE_ABOVE = 2.5
PREDNISONE_SEVERE_ABOVE = 0.5  # mg per kg and day
PLATELETS_BELOW = 60.0  # 10^9/L
HAEMOGLOBIN_BELOW = 7.0  # g/dL
HAEMOGLOBIN_FALL = 3.0  # g/dL


@dataclass(frozen=True)
class FlareVisit:
    """What the flare index compares between two visits; haemoglobin matters only in haemolytic anaemia."""

    sledai: Number
    pga: Pga | None
    prednisone: Prednisone | None
    haemoglobin: Haemoglobin | None = None


def flare_index(
    before: FlareVisit,
    now: FlareVisit,
    *,
    version: FlareVersion,
    weight: Weight | None = None,
    signs: Mapping[str, YesNo] | None = None,
    platelets: Platelets | None = None,
    hydroxychloroquine_or_nsaid_added: YesNo = False,
    immunosuppressant_added: YesNo = False,
    hospitalised_for_lupus: YesNo = False,
) -> Range:
    """No flare (0), a mild or moderate one (1) or a severe one (2) since the visit before; names in `FLARES`.

    `signs` are those new or worse since then, by the names in MILD_SIGNS and SEVERE_SIGNS; a sign that is not named is absent,
    None is one that was not judged. A severe sign or platelets below 60 x 10^9/L count as severe where they needed prednisone
    doubled or above 0.5 mg/kg a day, or admission; haemolytic anaemia needs haemoglobin below 7 g/dL or a fall of more than 3.
    A dose above 0.5 mg/kg counts if it was raised. An `immunosuppressant_added` is cyclophosphamide, azathioprine, methotrexate
    or mycophenolate. BLISS leaves out the rise of SLEDAI to more than 12, which then is no flare by itself. Raises
    UnknownName for another version or sign.

    >>> from immunoreset.endpoints.together import named
    >>> stable = {"pga": Pga(0.5, "0-3"), "prednisone": Prednisone(5, "mg/day")}
    >>> before, risen, high = (FlareVisit(total, **stable) for total in (4, 7, 13))
    >>> named(flare_index(before, risen, version="classic"), FLARES), named(flare_index(before, high, version="classic"), FLARES)
    ('mild/moderate', 'severe')
    >>> named(flare_index(before, before, version="BLISS", signs={"arthritis": True}), FLARES)
    'mild/moderate'

    Source: tables/responses.csv, from medicalalgorithms.com/estrogen-lupus and ard.bmj.com/highwire/markup/278401.
    """
    if version not in VERSIONS:
        raise unknown("version of the flare index", version, VERSIONS)
    found = _signs(signs or {})
    risen, risen_high = _activity(before, now, version)
    raised, doubled, high_dose = _prednisone(before.prednisone, now.prednisone, weight)
    admitted = Answer.of(hospitalised_for_lupus)
    severe_sign = _severe_sign(found, platelets, before.haemoglobin, now.haemoglobin)
    signs_of_mild = [found[name] for name in MILD_SIGNS]
    mild = any_of([risen, *signs_of_mild, raised, Answer.of(hydroxychloroquine_or_nsaid_added)])
    grave = severe_sign & any_of([doubled, high_dose, admitted])
    return grade(mild, any_of([risen_high, grave, high_dose, Answer.of(immunosuppressant_added), admitted]))


def _activity(before: FlareVisit, now: FlareVisit, version: FlareVersion) -> tuple[Answer, Answer]:
    """Mild and severe triggers in SLEDAI and PGA; a PGA beyond the limit of mild flares is severe, which wins."""
    rise, total = points(now.sledai) - points(before.sledai), points(now.sledai)
    pga_rise, pga = pga_change(before.pga, now.pga), need(Pga, now.pga, "pga").to("0-3")
    risen = rise >= SLEDAI_RISE
    severe = [(pga_rise > 0) & (pga > PGA_SEVERE_ABOVE)]
    if version == "classic":
        severe.append((rise > 0) & (total > SLEDAI_SEVERE_ABOVE))
    else:  # within the limit only, which a rise from near it cannot be, whatever the total is now
        room = points(before.sledai) + SLEDAI_RISE <= SLEDAI_SEVERE_ABOVE
        risen = risen & (total <= SLEDAI_SEVERE_ABOVE) & room
    return any_of([risen, pga_rise >= PGA_RISE]), any_of(severe)


def _signs(signs: Mapping[str, YesNo]) -> dict[str, Answer]:
    names = (*MILD_SIGNS, *SEVERE_SIGNS)
    for name in signs:
        if name not in names:
            raise unknown("sign of the flare index", name, names)
    return {name: Answer.of(signs.get(name, False)) for name in names}


def _prednisone(before: Prednisone | None, now: Prednisone | None, weight: Weight | None) -> tuple[Answer, Answer, Answer]:
    """Whether the dose was raised, at least doubled, and raised to more than 0.5 mg/kg a day."""
    old_dose, dose = (need(Prednisone, one, "prednisone").to("mg/day") for one in (before, now))
    raised = dose > old_dose
    per_kg = dose / need(Weight, weight, "weight").to("kg")
    return raised, raised & (dose >= 2 * old_dose), raised & (per_kg > PREDNISONE_SEVERE_ABOVE)


def _severe_sign(
    found: Mapping[str, Answer], platelets: Platelets | None, old_hb: Haemoglobin | None, new_hb: Haemoglobin | None
) -> Answer:
    hb, hb_before = (need(Haemoglobin, one, "haemoglobin").to("g/dL") for one in (new_hb, old_hb))
    anaemia = all_of([found["haemolytic_anaemia"], (hb < HAEMOGLOBIN_BELOW) | (hb_before - hb > HAEMOGLOBIN_FALL)])
    few_platelets = need(Platelets, platelets, "platelets").to("10^9/L") < PLATELETS_BELOW
    others = [found[name] for name in SEVERE_SIGNS if name != "haemolytic_anaemia"]
    return any_of([*others, few_platelets, anaemia])
