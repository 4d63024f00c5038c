"""How long before leukapheresis a drug must have been stopped, so that enough healthy T cells can be collected.

The periods are those of the EBMT and ISCT position statement; months are taken as 30 and half a year as 183 days. Live
vaccines and transfusions are added from single trials.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.quantities import Prednisone, need
from immunoreset.endpoints.tables import read
from immunoreset.errors import unknown

LIVE_VACCINE, GLUCOCORTICOID = "Live vaccine", "Glucocorticoid"
FOR_CONTRAST = ("Rituximab (LN trials)",)  # rows of the table that are no wash-out before CAR-T therapy

MEMBERS: Mapping[str, tuple[str, ...]] = {  # what the table names, and the drugs it covers
    "prednisone-equivalent": (
        "prednisone", "prednisolone", "methylprednisolone", "dexamethasone", "betamethasone", "hydrocortisone",
        "cortisone acetate", "deflazacort", "triamcinolone", "glucocorticoid", "corticosteroid",
    ),
    "hydroxychloroquine": ("chloroquine", "hcq", "antimalarial"),
    "mycophenolate": ("mycophenolate mofetil", "mycophenolic acid", "mycophenolate sodium", "mmf"),
    "azathioprine": ("aza", "mercaptopurine", "6-mercaptopurine"),
    "calcineurin inhibitors": (
        "calcineurin inhibitor", "cni", "tacrolimus", "ciclosporin", "ciclosporine", "cyclosporine", "cyclosporin",
        "cyclosporine a", "voclosporin",
    ),
    "mtor inhibitors": ("mtor inhibitor", "sirolimus", "rapamycin", "everolimus"),
    "jak inhibitors": ("jak inhibitor", "tofacitinib", "baricitinib", "upadacitinib", "filgotinib", "ruxolitinib"),
    "fingolimod": ("s1p modulator", "siponimod", "ozanimod", "ponesimod"),
    "dimethyl fumarate": ("fumarate", "diroximel fumarate", "monomethyl fumarate"),
    "bortezomib": ("proteasome inhibitor", "carfilzomib", "ixazomib"),
    "cladribine": (),
    "cyclophosphamide": ("cyc", "ctx"),
    "methotrexate": ("mtx",),
    "belimumab": ("anti-baff", "baff antibody"),
    "anti-cd20": ("anti-cd20 antibody", "rituximab", "obinutuzumab", "ocrelizumab", "ofatumumab", "ublituximab"),
    "anti-cytokine mabs": (
        "anti-cytokine antibody", "anti-cytokine mab", "tocilizumab", "sarilumab", "satralizumab", "siltuximab", "infliximab",
        "adalimumab", "golimumab", "certolizumab", "secukinumab", "ixekizumab", "ustekinumab", "guselkumab",
        "risankizumab", "canakinumab", "anifrolumab",
    ),
    "natalizumab": ("integrin antibody", "vedolizumab"),
    "alemtuzumab": (),
    "atg": ("antithymocyte globulin", "anti-thymocyte globulin", "thymoglobulin"),
    "daratumumab": (),
    "allogeneic transfusion": ("transfusion",),
    "plasmapheresis": ("plasma exchange",),
    "haemodialysis": ("hemodialysis", "dialysis"),
    "ivig": ("intravenous immunoglobulin", "immunoglobulin"),
    "live vaccine": ("live vaccination", "live attenuated vaccine"),
}  # fmt: skip


@dataclass(frozen=True)
class Washout:
    """What the table asks for a drug: `days` free of it before the reference point, or no more than `most_per_day`."""

    drug_class: str
    rule: str
    days: float
    before: Literal["leukapheresis", "infusion"]
    most_per_day: Prednisone | None
    note: str
    source: str


def washout_of(drug: str) -> Washout:
    """The wash-out of a drug, by its name, a synonym or its class. Raises UnknownName for a drug that the table lacks.

    >>> washout_of("MMF").days, washout_of("tacrolimus").drug_class, washout_of("live vaccine").before
    (14.0, 'Antimetabolite/CNI/mTOR/JAK', 'infusion')
    """
    known = washouts()
    name = " ".join(drug.strip().lower().replace("_", " ").split())
    if name not in known:
        raise unknown("wash-out for", drug, known, "decide it for this patient, or name the drug class of the EBMT table")
    return known[name]


def is_washed_out(
    drug: str,
    days_since_last: Range | ArrayLike | None = None,
    *,
    highest_dose: Prednisone | None = None,
    daily_doses: Prednisone | None = None,
) -> Answer:
    """Whether a drug was stopped for long enough before its reference point, leukapheresis but for live vaccines.

    `days_since_last` are counted back from the reference point. A glucocorticoid may go on at a low dose: `highest_dose` is the
    highest daily dose of the days of its wash-out, or `daily_doses` (..., days) gives each of them, the last day before the
    reference point last; days that are missing or too few leave a low dose undecided. Raises UnknownName for a drug that the
    table lacks.

    >>> is_washed_out("mycophenolate", [13, 14]), is_washed_out("prednisone", 0, highest_dose=Prednisone(10, "mg/day"))
    (Answer([0. 1.]), Answer(True))

    Source: EBMT/ISCT position statement, table 5 (PMC10867419), as in tables/washouts.csv.
    """
    rule = washout_of(drug)
    free = Range.of(days_since_last, lowest=0) >= rule.days
    if rule.most_per_day is None:
        return free
    if daily_doses is not None:
        dose = _highest(daily_doses, int(rule.days))
    else:
        dose = need(Prednisone, highest_dose, "highest_dose").to("mg/day")
    return free | (dose <= rule.most_per_day.to("mg/day"))


def _highest(daily_doses: Prednisone, days: int) -> Range:
    """The highest of the doses of the last days, open to above where one of them is not known."""
    given = daily_doses.to("mg/day")
    low, high = (np.atleast_1d(part)[..., -days:] for part in (given.low, given.high))
    short = low.shape[-1] < days
    return Range(low.max(axis=-1, initial=0.0), np.full(low.shape[:-1], np.inf) if short else high.max(axis=-1))


@cache
def washouts() -> Mapping[str, Washout]:
    """Every name of a drug or class that is known, in lower case, with its wash-out."""
    found: dict[str, Washout] = {}
    for row in read("washouts"):
        if row["drug_class"] in FOR_CONTRAST:
            continue
        rule = _rule(row)
        found[row["drug_class"].lower()] = rule
        for listed in row["drugs"].lower().split(", "):
            found |= dict.fromkeys((listed, *MEMBERS[listed]), rule)
    return found


def _rule(row: Mapping[str, str]) -> Washout:
    most = row["max_dose"].removesuffix(" mg/day")
    return Washout(
        drug_class=row["drug_class"],
        rule=row["rule"],
        days=float(row["days_before_leukapheresis"]),
        before="infusion" if row["drug_class"] == LIVE_VACCINE else "leukapheresis",
        most_per_day=Prednisone(float(most), "mg/day") if most else None,
        note=row["note"],
        source=row["source"],
    )
