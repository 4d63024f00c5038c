"""Which CDISC dataset holds what, and which of its codes are items of the catalogue.

Laboratory, biomarker, vital-sign and lung-function codes are those of CDISC controlled terminology (SDTM CT, 2025-03-28, in
tables/cdisc_terms.csv); for disease activity and for daily signs of cytokine release no code list exists, so the codes are those
of the catalogue, extensions of ours. Source: tables/cdisc_map.csv.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from immunoreset.endpoints.items import Item, items
from immunoreset.exchange.cdisc.supplements import parent_of
from immunoreset.exchange.dataset import Dataset

Handler = Literal["subjects", "findings", "adverse_events", "signs", "exposure", "medication", "disposition"]
AdamHandler = Literal["subjects", "parameters", "adverse_events", "medication"]

SDTM: dict[str, Handler] = {
    **dict.fromkeys(("LB", "IS", "CP", "VS", "RE", "RS", "QS", "FT", "FA"), "findings"),
    "DM": "subjects",
    "AE": "adverse_events",
    "CE": "signs",
    "EX": "exposure",
    "EC": "exposure",
    "CM": "medication",
    "DS": "disposition",
}
SUPPLEMENT = "SUPP"  # the code of every dataset of supplemental qualifiers
TOPIC = {"DM": "RFSTDTC", "AE": "AETERM", "CE": "CETERM", "EX": "EXTRT", "EC": "ECTRT", "CM": "CMTRT", "DS": "DSDECOD"}
TWINS = {"ADLB": "LB", "ADVS": "VS", "ADAE": "AE", "ADCM": "CM"}
LABORATORY, VITAL = frozenset({"LB", "IS", "CP"}), frozenset({"VS"})
ASSESSED = frozenset({"RS", "QS", "FT", "FA", "CE", "RE"})
EVERYTHING = LABORATORY | VITAL | ASSESSED | {"CM", "DS", "EX"}
GROUPS = {
    **dict.fromkeys(LABORATORY, LABORATORY),
    "VS": VITAL,
    **dict.fromkeys(("RS", "QS", "FT", "RE"), ASSESSED | {"DS"}),
    **dict.fromkeys(("FA", "CE"), ASSESSED | VITAL | {"DS"}),
    "ADLB": LABORATORY,
    "ADVS": VITAL,
    "ADRS": EVERYTHING - LABORATORY,  # a laboratory value among responses is calculated, such as eGFR
}
BLOOD = re.compile(r"BLOOD|SERUM|PLASMA")
AUTOANTIBODY = frozenset({"ATAB", "ATIGGAB"})
BINDING = {"DOUBLE STRANDED DNA": "DSDNA", "C449": "DSDNA"}
OUR_CATEGORY = re.compile(r"SLEDAI|BILAG|ASTCT")
DERIVED = re.compile(r"C?SLE(DAI)?(2K)?|\w*(TOT|SCORE|SUM|GRADE|TOXGR|GR)|OCCUR|SEV")


def dataset_code(dataset: Dataset) -> str:
    """The domain or ADaM dataset that it is, by its name, else by its columns; "" for what no score can use.

    Parts of a split domain, such as QSPG, belong to it.
    """
    name, columns = dataset.name.upper(), set(dataset.names)
    if parent_of(dataset):
        return SUPPLEMENT
    if name.startswith("AD") and len(name) > 2:
        return _adam_code(name, columns)
    if name[:2] in SDTM and len(name) <= 4:
        return name[:2]
    for domain in SDTM:
        if TOPIC.get(domain, f"{domain}TESTCD") in columns:
            return domain
    return "ADBDS" if {"PARAMCD", "AVAL"} <= columns and "CNSR" not in columns else ""


def _adam_code(name: str, columns: set[str]) -> str:
    if name in ("ADSL", "ADAE"):
        return name
    if "PARAMCD" in columns:
        return "" if "CNSR" in columns else name
    return name if name == "ADCM" else ""


@cache
def _by_code(group: frozenset[str]) -> dict[str, Item]:
    """Items of some domains by test code, code in ADaM, own code, code of the NCI and codes of older files."""
    found: dict[str, Item] = {}
    of_group = [item for item in items().values() if item.domain in group]
    for names in (_codes, _other_codes):
        for item in of_group:
            for name in filter(None, names(item)):
                found.setdefault(name, item)
    return found


def _codes(item: Item) -> tuple[str, ...]:
    """Codes that mean the item whatever the specimen."""
    return (item.parameter_code,) if _needs_specimen(item) else (item.test_code, item.parameter_code)


def _other_codes(item: Item) -> tuple[str, ...]:
    return (item.code, "" if _needs_specimen(item) else item.nci_code, *item.aliases)


def _needs_specimen(item: Item) -> bool:
    return item.parameter_code != item.test_code


@cache
def _by_specimen() -> dict[tuple[str, str], Item]:
    """Items whose test code means something else in another specimen, by code and specimen."""
    special = [item for item in items().values() if _needs_specimen(item)]
    return {(code, item.specimen): item for item in special for code in (item.test_code, item.nci_code)}


def item_of(code: str, domain: str) -> Item | None:
    """The item that a test or parameter code means in a domain, if it is one of ours.

    >>> item_of("PROTCRT", "LB").code, item_of("SLE15", "RS").code, item_of("C64548", "LB").code, item_of("SODIUM", "LB")
    ('UPCR', 'RASH', 'CRP', None)
    """
    return _by_code(GROUPS.get(domain, EVERYTHING)).get(code.upper())


def laboratory_item(code: str, specimen: str, domain: str) -> Item | None:
    """The item of a laboratory test, which in urine or another fluid is not what it is in blood.

    >>> laboratory_item("CREAT", "SERUM", "LB").code, laboratory_item("CREAT", "URINE", "LB")
    ('CREAT', None)
    >>> laboratory_item("RBC", "URINE", "LB").code
    'URBC'
    """
    specimen = specimen.upper()
    item = _by_specimen().get((code.upper(), specimen)) or item_of(code, domain)
    if item is None or not specimen:
        return item
    right = item.specimen in specimen if item.specimen else bool(BLOOD.search(specimen))
    return item if right else None


def by_name(name: str, domain: str) -> Item | None:
    """The item that a term means: its code, label or synonym, among those of a domain.

    >>> by_name("Vasopressors", "CE").code
    'PRESSORS'
    """
    return _by_term(GROUPS.get(domain, EVERYTHING)).get(name.strip().lower()) or item_of(name.strip(), domain)


@cache
def _by_term(group: frozenset[str]) -> dict[str, Item]:
    found: dict[str, Item] = {}
    for item in items().values():
        if item.domain in group:
            for name in (item.label, *item.synonyms):
                found.setdefault(name.lower(), item)
    return found


def is_derived(code: str) -> bool:
    """Whether a code means a total or grade, which is worked out anew from its parts.

    >>> is_derived("SLETOT"), is_derived("SLE25")
    (True, False)
    """
    return bool(DERIVED.fullmatch(code.upper()))
