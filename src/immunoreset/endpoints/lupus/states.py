"""Remission and low disease activity in lupus: DORIS 2021, drug-free DORIS and LLDAS, at one visit or many.

Every argument is required by name; None means that it was not recorded and leaves the state undecided unless another component
already fails.
"""

from __future__ import annotations

import numpy as np

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.lupus.sledai import Number, clinical_points, sledai
from immunoreset.endpoints.lupus.sledai_items import CODES, ITEMS, Items, YesNo, answers
from immunoreset.endpoints.quantities import Pga, Prednisone, need
from immunoreset.endpoints.tables import read
from immunoreset.endpoints.together import all_of, any_of
from immunoreset.errors import InvalidValue

_LIMITS = {(row["state"], row["variable"]): row["threshold"] for row in read("doris")}
SEROLOGY_POINTS = 2
HIGHEST_TOTAL = float(sum(item.weight for item in ITEMS))
DORIS_CLINICAL_SLEDAI = float(_LIMITS["DORIS_2021", "cSLEDAI"])
DORIS_PGA = float(_LIMITS["DORIS_2021", "PGA_0_3"])
DORIS_PREDNISONE = float(_LIMITS["DORIS_2021", "prednisolone_eq"])
LLDAS_SLEDAI = float(_LIMITS["LLDAS", "SLEDAI2K"])
LLDAS_PGA = float(_LIMITS["LLDAS", "PGA_0_3"])
LLDAS_PREDNISONE = float(_LIMITS["LLDAS", "prednisolone_eq"])


def clinical_part(sledai_2k: Number, *, low_complement: YesNo = None, dna_binding: YesNo = None) -> Range:
    """The clinical points of a recorded SLEDAI-2K total: what is left without low complement and DNA binding, 2 points each.

    An item that is not known leaves a range: a total of 3 holds at least one clinical point, one above 4 too.

    >>> clinical_part(4, low_complement=True, dna_binding=True), clinical_part(6), clinical_part([0, 2], dna_binding=False)
    (Range(0), Range(2 to 6), Range([0. 0.] to [0. 2.]))

    Raises InvalidValue where the two items have more points than the total.
    """
    total = Range.of(sledai_2k, lowest=0, highest=HIGHEST_TOTAL)
    serology = Answer.of(low_complement).points(SEROLOGY_POINTS) + Answer.of(dna_binding).points(SEROLOGY_POINTS)
    if np.any(serology.low > total.high):
        raise InvalidValue("low complement and DNA binding have more points than the recorded SLEDAI-2K; check the total")
    low = np.maximum(total.low - serology.high, 0.0)
    high = total.high - serology.low
    odd = (total.low == total.high) & (total.low % SEROLOGY_POINTS == 1)  # no serology gives a single point
    return Range(np.where(odd, np.maximum(low, 1.0), low), high)


def doris_recorded(
    sledai_2k: Number,
    *,
    clinical: Number = None,
    low_complement: YesNo = None,
    dna_binding: YesNo = None,
    pga: Pga | None,
    prednisone: Prednisone | None,
    background_stable: YesNo = True,
) -> Answer:
    """DORIS 2021 where a SLEDAI-2K total was recorded, with its clinical part or its serological items as far as known.

    >>> fine = {"pga": Pga(0.2, "0-3"), "prednisone": Prednisone(0, "mg/day")}
    >>> doris_recorded(4, clinical=0, **fine), doris_recorded(4, **fine), doris_recorded(6, **fine)
    (Answer(True), Answer(None), Answer(False))

    Raises InvalidValue for a clinical part that the total cannot hold. Source: as `doris`.
    """
    by_total = clinical_part(sledai_2k, low_complement=low_complement, dna_binding=dna_binding)
    recorded = clinical_points(clinical)
    low, high = np.maximum(by_total.low, recorded.low), np.minimum(by_total.high, recorded.high)
    if np.any(low > high):
        raise InvalidValue("the clinical SLEDAI does not fit the recorded SLEDAI-2K and its serology; check both")
    return doris(Range(low, high), pga=pga, prednisone=prednisone, background_stable=background_stable)


def doris(clinical_sledai: Number, *, pga: Pga | None, prednisone: Prednisone | None, background_stable: YesNo = True) -> Answer:
    """DORIS 2021 remission: clinical SLEDAI 0, PGA below 0.5 and at most 5 mg of prednisone a day.

    Serology and duration do not count. Antimalarials, immunosuppressants and biologics are allowed while stable;
    `background_stable` is True unless the study records that one was changed.

    >>> doris(0, pga=Pga(0.4, "0-3"), prednisone=Prednisone(5, "mg/day"))
    Answer(True)
    >>> doris(0, pga=Pga(5, "0-100"), prednisone=None), doris(None, pga=Pga(0.5, "0-3"), prednisone=None)
    (Answer(None), Answer(False))

    Source: van Vollenhoven 2021 (doi:10.1136/lupus-2021-000538), abstract; its Table 2 prints less than 5 mg.
    """
    return all_of(
        [
            clinical_points(clinical_sledai).equals(DORIS_CLINICAL_SLEDAI),
            need(Pga, pga, "pga").to("0-3") < DORIS_PGA,
            need(Prednisone, prednisone, "prednisone").to("mg/day") <= DORIS_PREDNISONE,
            Answer.of(background_stable),
        ]
    )


def drug_free_doris(
    clinical_sledai: Number,
    *,
    pga: Pga | None,
    prednisone: Prednisone | None,
    immunosuppressant: YesNo,
    antimalarial: YesNo,
    antimalarial_allowed: bool = True,
) -> Answer:
    """DORIS 2021 remission without glucocorticoid and without immunosuppressant or biologic.

    `immunosuppressant` says whether any immunosuppressant or biologic is taken. Whether an antimalarial is allowed is not public;
    it is, by default.

    >>> remission = {"pga": Pga(0.2, "0-3"), "prednisone": Prednisone(0, "mg/day"), "immunosuppressant": False}
    >>> drug_free_doris(0, **remission, antimalarial=True)
    Answer(True)
    >>> drug_free_doris(0, **remission, antimalarial=True, antimalarial_allowed=False)
    Answer(False)

    Source: name of the primary endpoint of Breakfree-SLE; its rule is recalled, to be checked against the protocol.
    """
    allowed = Answer.of(True) if antimalarial_allowed else ~Answer.of(antimalarial)
    no_steroid = need(Prednisone, prednisone, "prednisone").to("mg/day") <= 0
    return all_of([doris(clinical_sledai, pga=pga, prednisone=prednisone), no_steroid, ~Answer.of(immunosuppressant), allowed])


def new_items(before: Items, now: Items) -> dict[str, Answer]:
    """SLEDAI items that are present now and were absent at the assessment before. Raises UnknownName for a code that is no item.

    >>> from immunoreset.endpoints.lupus.sledai_items import only
    >>> [code for code, new in new_items(only("RASH"), only("RASH", "FEVER")).items() if new.value]
    ['FEVER']
    """
    earlier, current = answers(before), answers(now)
    return {code: current[code] & ~earlier[code] for code in CODES}


def lldas(
    items: Items,
    *,
    new: Items,
    pga: Pga | None,
    prednisone: Prednisone | None,
    haemolytic_anaemia: YesNo,
    gi_activity: YesNo,
    maintenance_tolerated: YesNo = True,
    serology_counts_as_new: bool = False,
) -> Answer:
    """Lupus low disease activity state, from the SLEDAI-2K items of a visit and those that are `new` since the one before.

    It asks for at most 4 points without activity in a major organ (including haemolytic anaemia and gastrointestinal activity,
    which SLEDAI does not hold), nothing new, PGA up to 1, at most 7.5 mg of prednisone a day and maintenance treatment that is
    standard and tolerated (True unless recorded otherwise). A new low complement or DNA binding counts only on request.
    Raises UnknownName for a code that is no item.

    >>> from immunoreset.endpoints.lupus.sledai_items import only
    >>> low = {"pga": Pga(1, "0-3"), "prednisone": Prednisone(7.5, "mg/day"), "haemolytic_anaemia": False, "gi_activity": False}
    >>> lldas(only("LOWCOMP", "DNA"), new=only(), **low), lldas(only("FEVER"), new=only(), **low)
    (Answer(True), Answer(False))

    Source: Franklyn 2016 (doi:10.1136/annrheumdis-2015-207726) as in PMC7719036 Table 1; the list of major organs is recalled and
    counting clinical items alone as new is our reading.
    """
    present, appeared = answers(items), answers(new)
    major = [present[item.code] for item in ITEMS if item.lldas_major_organ]
    counted = [appeared[item.code] for item in ITEMS if item.clinical or serology_counts_as_new]
    return all_of(
        [
            sledai(present, version="2K").total <= LLDAS_SLEDAI,
            ~any_of([*major, Answer.of(haemolytic_anaemia), Answer.of(gi_activity), *counted]),
            need(Pga, pga, "pga").to("0-3") <= LLDAS_PGA,
            need(Prednisone, prednisone, "prednisone").to("mg/day") <= LLDAS_PREDNISONE,
            Answer.of(maintenance_tolerated),
        ]
    )
