"""SDTM findings: laboratory, antibodies, B cells, vital signs, ratings and questionnaires, and daily signs of toxicity."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial

import numpy as np

from immunoreset.endpoints.items import Item, items
from immunoreset.endpoints.tables import read
from immunoreset.exchange.cdisc.blocks import Block, Flags, Texts, each, first_given, truths
from immunoreset.exchange.cdisc.domains import (
    AUTOANTIBODY,
    BINDING,
    LABORATORY,
    OUR_CATEGORY,
    by_name,
    is_derived,
    item_of,
    laboratory_item,
)
from immunoreset.exchange.cdisc.study import Source
from immunoreset.exchange.dates import numbers
from immunoreset.exchange.values import BEYOND, CAUSES

NUMBERS_FIRST, TEXTS_FIRST = ("STRESN", "STRESC", "ORRES"), ("STRESC", "STRESN", "ORRES")
SIGNED_FIRST = ("STRESC", "ORRES")  # <0.5 stands in a text; the number beside it, if any, is its limit or a part of that
UNITS = {"STRESN": "STRESU", "STRESC": "STRESU", "ORRES": "ORRESU"}
LIMITS = {"STRESN": ("STNRLO", "STNRHI"), "STRESC": ("STNRLO", "STNRHI"), "ORRES": ("ORNRLO", "ORNRHI")}
KEY = (
    "TPTREF",
    "TPT",
    "TPTNUM",
    "LAT",
    "POS",
    "LOC",
    "DIR",
    "REPNUM",
    "METHOD",
    "EVAL",
    "EVALID",
    "SPID",
)  # with test code, specimen and time
REPETITIONS = 10_000  # more than any record has
DERIVED_LAST = "worked out from others, which count only where nothing was recorded"
NOT_DONE = "where nothing was done"


def needed(domain: str) -> list[list[str]]:
    """Variables that a dataset of findings must have, one of each group."""
    return [
        ["USUBJID"],
        [f"{domain}TESTCD"],
        [f"{domain}{ending}" for ending in TEXTS_FIRST],
        [f"{domain}DTC", f"{domain}DY"],
    ]


def add_findings(source: Source) -> None:
    """Read a dataset of findings: rows with an item of ours go to the store, the others are counted by their code."""
    domain = source.domain
    for block in source.blocks():
        found, shown = _items(block, domain)
        done = block.upper(f"{domain}STAT") != "NOT DONE"
        ours = truths_of(found) & done
        source.remark(NOT_DONE, int((~done).sum()))
        strange = ~truths_of(found) & done & _in_our_category(block, domain, shown)
        for row in np.flatnonzero(strange).tolist():
            reason = (
                f"no item '{shown[row]}' in category {block.text(f'{domain}CAT')[row]}; `immunoreset score --items` lists all"
            )
            source.reject(block, row, f"{domain}TESTCD", reason)
        source.leave(shown[done & ~ours & ~strange])
        _put(source, block, ours, found)
    source.close()


def truths_of(found: Texts) -> Flags:
    """Where an item was found."""
    return np.array([item is not None for item in found], dtype=bool)


def _items(block: Block, domain: str) -> tuple[Texts, Texts]:
    """The item of each row, None for what is none of ours, and the code by which the row is counted."""
    codes = block.upper(f"{domain}TESTCD")
    if domain not in LABORATORY:
        found = each(codes, partial(_or_none, domain))
        if domain == "FA":
            objects = block.text("FAOBJ")
            named = each(objects, sign_of)
            occurs = truths(codes, lambda code: code == "OCCUR")
            found = np.where(occurs, named, found)
            codes = np.where(occurs, codes + " " + objects, codes)
        return found, codes
    beside = block.upper(f"{domain}SPEC")
    antibody = truths(codes, lambda code: code in AUTOANTIBODY)
    beside = np.where(antibody, first_given(block.upper(f"{domain}BDAGNT"), np.full(len(block), "NO AGENT", object)), beside)
    both = codes + "|" + beside
    found = each(both, partial(_laboratory, domain))
    return found, np.where((beside != "") & ~truths_of(found), codes + " (" + beside + ")", codes)


def sign_of(name: str) -> Item | None:
    """The item that a sign means, which is there or not; a value of the same name is another thing.

    >>> sign_of("Hypotension").code, sign_of("PAIN")
    ('HYPOTENSION', None)
    """
    item = by_name(name, "CE")
    return item if item and item.kind == "yes_no" else None


def _or_none(domain: str, code: str) -> Item | None:
    return item_of(code, domain)


def _laboratory(domain: str, code_and_specimen: str) -> Item | None:
    code, specimen = code_and_specimen.split("|", 1)
    if code in AUTOANTIBODY:
        return items().get(BINDING.get(specimen, ""))
    return laboratory_item(code, specimen, domain)


def _in_our_category(block: Block, domain: str, codes: Texts) -> Flags:
    ours = truths(block.upper(f"{domain}CAT"), lambda category: bool(OUR_CATEGORY.search(category)))
    return ours & ~truths(codes, lambda code: is_derived(code.split(" ")[0]))


def _put(source: Source, block: Block, ours: Flags, found: Texts) -> None:
    """Each row with the result that it has: the standard one, else the one as collected."""
    domain = source.domain
    when = source.times(block, block.date(f"{domain}DTC"), f"{domain}DY")
    codes = np.array([item.code if item else "" for item in found], dtype=object)
    numeric = np.array([bool(item) and item.kind in ("quantity", "points", "dose") for item in found], dtype=bool)
    measured = np.array([bool(item) and item.kind in ("quantity", "dose") for item in found], dtype=bool)
    limited = np.array([bool(item) and item.kind == "quantity" for item in found], dtype=bool)
    empty = np.full(len(block), "", dtype=object)
    apart = records_apart(block, [f"{domain}{ending}" for ending in KEY] + (["FAOBJ", "FACAT"] if domain == "FA" else []))
    apart |= {"turn": turns(block, f"{domain}TPTNUM", f"{domain}REPNUM")}
    derived = block.upper(f"{domain}DRVFL") == "Y"
    source.remark(DERIVED_LAST, int((derived & ours).sum()))
    apart |= {"attribution": attributed(block)}
    apart |= {"derived": np.where(derived, "1", "")}
    signed = [numeric & with_sign(block.text(f"{domain}{ending}")) for ending in SIGNED_FIRST]
    by_text, as_collected = signed[0], signed[1] & ~signed[0]
    exact = numeric & ~by_text & ~as_collected
    orders = ((exact, NUMBERS_FIRST), (by_text, SIGNED_FIRST[:1]), (as_collected, SIGNED_FIRST[1:]), (~numeric, TEXTS_FIRST))
    for kind, order in orders:
        left = ours & kind
        for ending in order:
            value = block.text(f"{domain}{ending}")
            rows = left & (value != "") if ending != order[-1] else left
            left = left & ~rows
            lower, upper = (f"{domain}{limit}" for limit in LIMITS[ending])
            unit = block.text(f"{domain}{UNITS[ending]}")
            texts = {
                "item": codes,
                "value": with_weights(value, codes),
                "unit": np.where(measured & (unit == ""), each(block.text(f"{domain}TEST"), in_brackets), unit),
                "lower_limit": np.where(limited, block.text(lower), empty),
                "upper_limit": np.where(limited, block.text(upper), empty),
            }
            texts |= apart
            names = {"item": f"{domain}TESTCD", "value": f"{domain}{ending}", "unit": f"{domain}{UNITS[ending]}"}
            names |= {"lower_limit": lower, "upper_limit": upper, "date": f"{domain}DTC", "day": f"{domain}DY"}
            source.put(block, rows, when, texts, names=names)


def attributed(block: Block) -> Texts:
    """What findings are put down to by a qualifier of ours, as far as it is one of the known words."""
    return each(block.text("ATTRIB"), lambda word: word if word.lower() in CAUSES else "")


def records_apart(block: Block, variables: Sequence[str]) -> dict[str, Texts]:
    """The column of the store that tells records of one moment apart, from variables of the key of the standard."""
    given = [name for name in variables if name in block.dataset.names]
    joined = np.full(len(block), "", dtype=object)
    for name in given:
        text = block.upper(name)
        joined = joined + np.where(text == "", "", f"{name}=" + text + "|")
    return {"variant": joined}


def turns(block: Block, time_point: str, repetition: str) -> Texts:
    """The order of records of one moment by planned time point, then by repetition; "" where neither has a number."""
    point, again = (numbers(block.text(name).tolist()) for name in (time_point, repetition))
    both = np.nan_to_num(point) * REPETITIONS + np.nan_to_num(again)
    neither = np.isnan(point) & np.isnan(again)
    return np.array(["" if none else f"{one:.15g}" for none, one in zip(neither, both.tolist(), strict=True)], dtype=object)


def with_sign(texts: Texts) -> Flags:
    """Where a result is written with its limit only, such as <0.5 or >=60.

    >>> with_sign(np.array(["<0.5", "0.5", "> 60", "HIGH"], dtype=object)).tolist()
    [True, False, True, False]
    """
    return truths(texts, lambda text: bool(BEYOND.fullmatch(text.strip())))


def in_brackets(text: str) -> str:
    """What stands in the last brackets of a label, where units often are.

    >>> in_brackets("C-Reactive Protein (mg/L)"), in_brackets("Weight")
    ('mg/L', '')
    """
    return text.rstrip()[text.rindex("(") + 1 : -1].strip() if "(" in text and text.rstrip().endswith(")") else ""


@cache
def _weights() -> dict[str, str]:
    return {row["code"]: row["weight"] for row in read("sledai2k_items")}


def with_weights(values: Texts, codes: Texts) -> Texts:
    """An item of SLEDAI whose result is written as its points is present.

    >>> with_weights(np.array(["8", "0"], dtype=object), np.array(["SEIZURE", "RASH"], dtype=object)).tolist()
    ['1', '0']
    """
    weights = each(codes, lambda code: _weights().get(code, "no points"))
    return np.where(values == weights, "1", values)
