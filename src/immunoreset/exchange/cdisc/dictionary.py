"""Names of drugs and how often they are taken: which glucocorticoid at what daily dose, and which drugs change a score.

The list of drugs is our own (drugs.csv), by generic name as words of the decoded name; low-dose aspirin is left out of the
antipyretics on purpose. What is not in it does not enter any score.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

from immunoreset.endpoints.items import items
from immunoreset.endpoints.lupus.glucocorticoid import DRUGS, drug
from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.exchange.dates import numbers
from immunoreset.exchange.marks import other_reading

TIMES_A_DAY = {
    "QD": 1.0, "DAILY": 1.0, "ONCE DAILY": 1.0, "Q24H": 1.0, "QAM": 1.0, "QPM": 1.0, "QHS": 1.0, "EVERY 24 HOURS": 1.0, "OD": 1.0,
    "BID": 2.0, "Q12H": 2.0, "TWICE DAILY": 2.0, "TID": 3.0, "Q8H": 3.0, "QID": 4.0, "Q6H": 4.0, "Q4H": 6.0, "QOD": 0.5,
    "EVERY OTHER DAY": 0.5, "Q2D": 0.5, "QWK": 1 / 7, "WEEKLY": 1 / 7, "EVERY WEEK": 1 / 7, "ONCE": 1.0, "CONTINUOUS": 1.0,
    "BIS": 2 / 7, "BIW": 2 / 7, "TIS": 3 / 7, "TIW": 3 / 7,
}  # fmt: skip
MOST_MG = 5000.0  # of a glucocorticoid in a day
MG = {"MG": 1.0, "G": 1000.0, "UG": 0.001, "MCG": 0.001}
A_DAY = re.compile(r"\s*/\s*(DAY|D|24\s*H)$")
LOCAL_ROUTE = re.compile(
    r"TOPICAL|CUTANEOUS|INHAL|RESPIRATORY|NASAL|OPHTHALMIC|INTRAOCULAR|CONJUNCTIVAL|AURICULAR|OTIC|INTRA-?ARTICULAR|INTRALESIONAL"
    r"|INTRABURSAL|EPIDURAL|RECTAL|VAGINAL|INTRAVITREAL|DENTAL|PERIARTICULAR|TRANSDERMAL"
)
CELL_PRODUCT = re.compile(
    r"leucel\b|\bcar\b|\bcar-?(t|nk|m|treg)\b|\b(t|nk|treg)[- ]?cells?\b|\bcells\b|\bcell (therapy|product|infusion|suspension)",
    re.IGNORECASE,
)
NO_CELL_PRODUCT = re.compile(r"globulin|mab\b|antibody|transfusion|packed|red blood|growth|stimulating", re.IGNORECASE)
RELEASE = re.compile(r"cytokine release|\bcrs\b|\bicans\b|immune effector cell", re.IGNORECASE)
CONDITIONING = re.compile(r"lympho-?deplet|condition", re.IGNORECASE)
_OTHER_NAMES = (
    *("prednisolon", "prednison", "methylprednisolon", "cortisone", "cortisol"),
    *("methyl prednisolone", "methyl-prednisolone", "6-methylprednisolone"),
)


@cache
def _words() -> re.Pattern[str]:
    names = sorted((*drugs(), *DRUGS, *_OTHER_NAMES), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, names))})(?![\w-])")


@cache
def drugs() -> dict[str, tuple[str, ...]]:
    """Items that are yes while a drug is taken, by its generic name; glucocorticoids are not among them.

    >>> drugs()["tocilizumab"]
    ('IMMUNOSUPPRESSANT', 'TOCILIZUMAB')
    """
    text = (files("immunoreset.exchange.cdisc") / "drugs.csv").read_text("utf-8")
    return {row["drug"]: tuple(row["items"].split("|")) for row in csv.DictReader(text.splitlines())}


@cache
def _glucocorticoids() -> dict[str, str]:
    return {item.drug: item.code for item in items().values() if item.kind == "dose"} | {"prednisone": "PREDNISONE"}


def glucocorticoid(name: str) -> str:
    """The item of the glucocorticoid in a drug's name, "" if there is none.

    >>> glucocorticoid("PREDNISOLONE SODIUM PHOSPHATE"), glucocorticoid("HYDROXYCHLOROQUINE SULFATE")
    ('PREDNISOLONE', '')
    """
    for word in _words().findall(name.lower()):
        try:
            return _glucocorticoids()[drug(word)]
        except UnknownName:
            continue
    return ""


def flags(name: str, *, indication: str = "", route: str = "") -> tuple[str, ...]:
    """The items that are yes while a drug of this name is taken.

    A drug given for cytokine release or neurotoxicity is no immunosuppressant of the disease, and a glucocorticoid is then
    CRS_STEROID; neither is cyclophosphamide before the cells; what is not given systemically does not count.

    >>> flags("TOCILIZUMAB"), flags("TOCILIZUMAB", indication="CRS"), flags("TACROLIMUS", route="TOPICAL")
    (('IMMUNOSUPPRESSANT', 'TOCILIZUMAB'), ('TOCILIZUMAB',), ())
    """
    if is_local(route):
        return ()
    found = [code for word in _words().findall(name.lower()) for code in drugs().get(word, ())]
    for_release = bool(RELEASE.search(indication))
    if for_release or CONDITIONING.search(indication):
        found = [code for code in found if code != "IMMUNOSUPPRESSANT"]
    if for_release and glucocorticoid(name):
        found.append("CRS_STEROID")
    return tuple(dict.fromkeys(found))


def is_local(route: str) -> bool:
    """Whether a drug stays where it is put: on the skin, in a joint, in the airways."""
    return bool(LOCAL_ROUTE.search(route.upper()))


def is_cell_product(names: str, product: str = "") -> bool:
    """Whether a treatment is the cell product: by its name, if `product` gives it, else by its words.

    >>> is_cell_product("OBECABTAGENE AUTOLEUCEL"), is_cell_product("CD19 CAR-T"), is_cell_product("ANTI-T CELL GLOBULIN")
    (True, True, False)
    """
    if product:
        return product.lower() in names.lower()
    return bool(CELL_PRODUCT.search(names)) and not NO_CELL_PRODUCT.search(names)


def daily_mg(dose: str, unit: str, frequency: str, *, one_day: bool) -> float:
    """Milligrams a day; a dose on `one_day` without a frequency was given once. Raises InvalidValue with what is wrong.

    >>> daily_mg("20", "mg", "BID", one_day=False), daily_mg("1", "g/day", "", one_day=False)
    (40.0, 1000.0)
    """
    number = float(numbers([dose])[0])
    if not number >= 0:
        raise InvalidValue(f"'{dose}' is not a dose" if dose else "a glucocorticoid without a dose")
    if other_reading(dose, printed_only=True) <= MOST_MG:
        raise InvalidValue(f"'{dose}' may also mean {other_reading(dose, printed_only=True):.0f}; write it without a mark")
    plain = unit.upper().replace("µ", "U")
    each_day = bool(A_DAY.search(plain))
    plain = A_DAY.sub("", plain)
    if plain not in MG:
        raise InvalidValue(f"no unit of dose '{unit}'; known: mg, g, ug" if unit else "a dose needs its unit: mg, g or ug")
    if each_day:
        return number * MG[plain]
    if not frequency and one_day:
        frequency = "ONCE"
    if frequency.upper() not in TIMES_A_DAY:
        wrong = f"'{frequency}' does not say how often a day" if frequency else "nothing says how often a day"
        raise InvalidValue(f"{wrong}; write QD, BID, Q12H, QOD, ONCE or the like")
    return number * MG[plain] * TIMES_A_DAY[frequency.upper()]
