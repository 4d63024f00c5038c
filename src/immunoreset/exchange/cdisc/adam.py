"""ADaM datasets: ADSL, values by parameter and visit (ADLB, ADVS, ADRS and their like), ADAE and ADCM.

Records that were derived (DTYPE, PARAMTYP) are counted and not read: what they were derived from counts.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from immunoreset.endpoints.items import Item
from immunoreset.exchange.cdisc import events, medication, subjects
from immunoreset.exchange.cdisc.blocks import Block, Flags, each, first_given, truths
from immunoreset.exchange.cdisc.domains import OUR_CATEGORY, SDTM, is_derived, item_of
from immunoreset.exchange.cdisc.findings import KEY, in_brackets, records_apart, truths_of, turns, with_sign, with_weights
from immunoreset.exchange.cdisc.study import Source, missing_variables
from immunoreset.exchange.cdisc.study_days import Moments
from immunoreset.exchange.dates import WITH_TIME, numbers

DERIVED = "derived from others, not read"
NEEDED = {
    "ADSL": [["USUBJID"], ["TRTSDT", "RFSTDTC"]],
    "ADAE": [["USUBJID"], ["AEDECOD", "AETERM"], ["ASTDT", "AESTDTC", "ASTDY"]],
    "ADCM": [["USUBJID"], ["CMDECOD", "CMTRT"], ["ASTDT", "CMSTDTC", "ASTDY"]],
}
PARAMETERS = [["USUBJID"], ["PARAMCD"], ["AVAL", "AVALC"], ["ADT", "ADTM", "ADY", "RELDAY", "ASTDT"]]


def add_adam(source: Source) -> str:
    """Read an ADaM dataset; what it lacks, if it lacks anything that it must have, and "" otherwise."""
    by_parameter = "PARAMCD" in source.dataset.names
    lacking = missing_variables(source.dataset, PARAMETERS if by_parameter else NEEDED[source.domain])
    if lacking:
        return lacking
    if by_parameter:
        add_parameters(source)
    elif source.domain == "ADSL":
        subjects.add_subjects(source, subjects.ADSL)
    elif source.domain == "ADAE":
        events.add_adverse_events(source, events.ADAM)
    else:
        medication.add_medication(source, medication.ADAM)
    return ""


def add_parameters(source: Source) -> None:
    """Read values by parameter and visit: those of ours go to the store, the others are counted by PARAMCD."""
    for block in source.blocks():
        codes = block.upper("PARAMCD")
        found = each(codes, partial(_item, source.domain))
        derived = (block.text("DTYPE") != "") | (block.upper("PARAMTYP") == "DERIVED")
        ours = truths_of(found) & ~derived
        source.remark(DERIVED, int(derived.sum()))
        category = truths(block.upper("PARCAT1"), lambda text: bool(OUR_CATEGORY.search(text)))
        strange = ~truths_of(found) & ~derived & category & ~truths(codes, is_derived)
        for row in np.flatnonzero(strange).tolist():
            reason = f"no item '{codes[row]}' in category {block.text('PARCAT1')[row]}; `immunoreset score --items` lists all"
            source.reject(block, row, "PARAMCD", reason)
        source.leave(codes[~truths_of(found) & ~derived & ~strange])
        _put(source, block, ours, found)
    source.close()


def _item(domain: str, code: str) -> Item | None:
    return item_of(code, domain)


def _put(source: Source, block: Block, ours: Flags, found: np.ndarray) -> None:
    numeric = np.array([bool(item) and item.kind in ("quantity", "points", "dose") for item in found], dtype=bool)
    measured = np.array([bool(item) and item.kind in ("quantity", "dose") for item in found], dtype=bool)
    limited = np.array([bool(item) and item.kind == "quantity" for item in found], dtype=bool)
    codes = np.array([item.code if item else "" for item in found], dtype=object)
    number, word = block.text("AVAL"), block.text("AVALC")
    use_number = np.where(numeric, ((number != "") & ~with_sign(word)) | (word == ""), word == "").astype(bool)
    value = with_weights(np.where(use_number, number, word), codes)
    unit = first_given(block.text("AVALU"), np.where(measured, each(block.text("PARAM"), in_brackets), ""))
    lower, upper = first_given(block.text("A1LO"), block.text("ANRLO")), first_given(block.text("A1HI"), block.text("ANRHI"))
    texts = {
        "item": codes,
        "value": value,
        "unit": np.where(numeric, unit, ""),
        "lower_limit": np.where(limited, lower, ""),
        "upper_limit": np.where(limited, upper, ""),
        "attribution": block.text("ATTRIB"),
    }
    texts |= records_apart(block, ["ATPTREF", "ATPT", "ATPTN", *_of_key(source)])
    texts["turn"] = turns(block, "ATPTN", next((name for name in _of_key(source) if name.endswith("REPNUM")), "REPNUM"))
    when, day_name = _when(source, block)
    if "AENDT" in source.dataset.names and "ASTDT" in source.dataset.names:
        end = source.times(block, block.date("AENDT"), "AENDY")
        texts["end"] = np.where(when.dates != "", end.dates, end.days)
    limits = ("A1LO", "A1HI") if "A1LO" in source.dataset.names else ("ANRLO", "ANRHI")
    names = {"item": "PARAMCD", "unit": "AVALU" if "AVALU" in source.dataset.names else "PARAM", "day": day_name, "end": "AENDT"}
    names |= {
        "attribution": "ATTRIB",
        "lower_limit": limits[0],
        "upper_limit": limits[1],
        "date": "ADT" if "ADT" in source.dataset.names else "ASTDT",
    }
    for column, rows in (("AVAL", ours & use_number), ("AVALC", ours & ~use_number)):
        source.put(block, rows, when, texts, names=names | {"value": column})


def _of_key(source: Source) -> list[str]:
    """Variables of the key of the SDTM dataset behind it that were carried over, such as VSPOS."""
    return [name for name in source.dataset.names if name[:2] in SDTM and name[2:] in KEY]


def _when(source: Source, block: Block) -> tuple[Moments, str]:
    """Dates, with their time if it is there, or analysis days, which know no day 0.

    Days from the infusion (RELDAY, as this package writes them) stand beside the date, or for it where they tell a part of a day.
    """
    moments = block.date("ADTM")
    timed = np.where(truths(moments, lambda text: bool(WITH_TIME.fullmatch(text))), moments, "")
    dates = first_given(timed, block.date("ADT"), moments, block.date("ASTDT"))
    if "RELDAY" in source.dataset.names:
        days = block.text("RELDAY")
        in_part = numbers(days.tolist()) % 1 > 0
        return Moments.of(np.where(in_part, "", dates), days), "RELDAY"
    day = "ADY" if "ADY" in source.dataset.names else "ASTDY"
    return source.times(block, dates, day), day
