"""SDTM datasets: which variables each must have, and how subjects, exposure, signs and disposition become visits."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import numpy as np

from immunoreset.exchange.cdisc import domains, events, findings, medication, subjects
from immunoreset.exchange.cdisc.blocks import Block, Texts, each, first_given, truths
from immunoreset.exchange.cdisc.dictionary import is_cell_product
from immunoreset.exchange.cdisc.study import Source, missing_variables
from immunoreset.exchange.cdisc.study_days import Moments, certain, date_number
from immunoreset.exchange.dates import numbers

NOT_LEFT = re.compile(r"COMPLETED|SCREEN FAILURE|DEATH|RANDOMI[SZ]ED|INFORMED CONSENT|ENROLLED|ELIGIBILITY")
TREATMENT = re.compile(r"TREATMENT|MEDICATION|DRUG|PRODUCT")
NOT_PRESENT = "where a sign was neither looked for nor seen"
NEVER_CERTAIN = "with no day on which the sign was there for certain"
NO_PRODUCT = "no row is a cell product; name it if it is there, or day 0 comes from elsewhere"


def needed(domain: str) -> list[list[str]]:
    """Variables that a dataset must have, one of each group."""
    if domains.SDTM[domain] == "findings":
        return findings.needed(domain)
    named = {
        "DM": [["RFSTDTC", "RFXSTDTC"]],
        "AE": [["AETERM", "AEDECOD"], ["AESTDTC", "AESTDY"]],
        "CE": [["CETERM", "CEDECOD"], ["CESTDTC", "CEDTC", "CESTDY", "CEDY"]],
        "DS": [["DSDECOD"], ["DSSTDTC", "DSSTDY"]],
    }
    drugs = [[f"{domain}TRT", f"{domain}DECOD"], [f"{domain}STDTC", f"{domain}STDY"]]
    return [["USUBJID"], *named.get(domain, drugs)]


def add_sdtm(source: Source) -> str:
    """Read an SDTM dataset; what it lacks, if it lacks anything that it must have, and "" otherwise."""
    domain = source.domain
    lacking = missing_variables(source.dataset, needed(domain))
    if lacking:
        return lacking
    handlers: dict[domains.Handler, Callable[[Source], None]] = {
        "subjects": lambda one: subjects.add_subjects(one, subjects.DM),
        "findings": findings.add_findings,
        "adverse_events": lambda one: events.add_adverse_events(one, events.SDTM),
        "signs": add_signs,
        "exposure": add_exposure,
        "medication": lambda one: medication.add_medication(one, medication.sdtm_variables(domain)),
        "disposition": add_disposition,
    }
    handlers[domains.SDTM[domain]](source)
    return ""


def add_exposure(source: Source) -> None:
    """Infusions of the cell product, and glucocorticoids; other treatments of the study are counted."""
    domain, product = source.domain, source.study.product
    variables = medication.sdtm_variables(domain)
    any_product, infused = False, Counter[str]()
    for block in source.blocks():
        named = block.text(f"{domain}TRT") + " | " + block.text(f"{domain}CAT")
        cells = truths(named, lambda name: is_cell_product(name, product))
        given = (block.upper(f"{domain}OCCUR") != "N") & (numbers(block.text(f"{domain}DOSE").tolist()) != 0)
        given &= block.upper(f"{domain}MOOD") != "SCHEDULED"
        source.remark(medication.NOT_GIVEN, int((cells & ~given).sum()))
        when = source.times(block, block.date(f"{domain}STDTC"), f"{domain}STDY")
        _put(source, block, cells & given, when, (f"{domain}TRT", f"{domain}STDTC", f"{domain}STDY"), item="INFUSION")
        for row in np.flatnonzero(cells & given).tolist():
            if not np.isnan(date_number(when.dates[row])):
                source.study.subjects.infuse(block.text("USUBJID")[row], date_number(when.dates[row]))
        infused.update(block.text(f"{domain}TRT")[cells & given].tolist())
        any_product |= bool(cells.any())
        medication.add_drugs(source, block, ~cells, variables, flags_too=False)
    if infused:
        named = ", ".join(f"{name} {rows:,}" for name, rows in sorted(infused.items()))
        how = f"named '{product}'" if product else "by its words"
        source.study.store.notes.append(f"{source.name}: infusions of the cell product, {how}: {named}")
    if not any_product:
        source.study.store.notes.append(f"{source.name}: {NO_PRODUCT}")
    source.close()


def add_signs(source: Source) -> None:
    """Clinical events with a name of ours are yes while they last, or no where somebody looked and saw nothing."""
    date, day = (start if start in source.dataset.names else seen for start, seen in (("CESTDTC", "CEDTC"), ("CESTDY", "CEDY")))
    for block in source.blocks():
        terms = np.where(_known(block, "CEDECOD"), block.text("CEDECOD"), block.text("CETERM"))
        found = each(terms, findings.sign_of)
        occurred = block.upper("CEOCCUR")
        silent = (occurred == "") & (block.upper("CEPRESP") == "Y")
        ours = findings.truths_of(found) & ~silent
        source.remark(NOT_PRESENT, int((findings.truths_of(found) & silent).sum()))
        category = truths(block.upper("CECAT"), lambda text: bool(domains.OUR_CATEGORY.search(text)))
        values = findings.truths_of(each(terms, lambda term: domains.by_name(term, "CE")))  # are no signs, and are counted
        strange = ~findings.truths_of(found) & category & ~values
        for row in np.flatnonzero(strange).tolist():
            source.reject(block, row, "CETERM", f"no sign '{terms[row]}' in category {block.text('CECAT')[row]}")
        source.leave(each(terms[~findings.truths_of(found) & ~strange], str.upper))
        start = source.times(block, first_given(block.date("CESTDTC"), block.date("CEDTC")), day)
        end = source.times(block, block.date("CEENDTC"), "CEENDY")
        goes_on = np.isin(block.upper("CEENRF"), list(medication.GOES_ON)) | np.isin(
            block.upper("CEENRTPT"), list(medication.GOES_ON)
        )
        lasting = (end.dates != "") | (end.days != "") | end.unplaced | goes_on
        start, end, never = _certain(start, end, lasting)
        ends = np.where(start.dates != "", end.dates, end.days)
        source.remark(NEVER_CERTAIN, int((ours & never).sum()))
        ours &= ~never
        texts = {
            "item": np.array([item.code if item else "" for item in found], dtype=object),
            "value": np.where(occurred == "", "Y", occurred),
            "end": np.where((ends == "") & goes_on, "ongoing", ends),
            "attribution": findings.attributed(block),
        }
        names = {"item": "CETERM", "value": "CEOCCUR", "date": date, "day": day, "end": "CEENDTC"}
        source.put(block, ours, start, texts, names=names)
    source.close()


def _certain(start: Moments, end: Moments, lasting: np.ndarray) -> tuple[Moments, Moments, np.ndarray]:
    """Signs that last, as far as they are certain; a sign of one day with a date known in part has none."""
    first, last, never = certain(start, end)
    in_part = np.where(lasting, "", start.in_part)
    first = Moments(np.where(lasting, first.dates, start.dates), first.days, first.day_zero, in_part)
    return first, last, never & lasting


def _known(block: Block, name: str) -> np.ndarray:
    return findings.truths_of(each(block.text(name), lambda term: domains.by_name(term, "CE")))


def add_disposition(source: Source) -> None:
    """Deaths, and leaving the study; milestones, completion and the end of treatment alone are counted."""
    for block in source.blocks():
        codes = block.upper("DSDECOD")
        category, part = block.upper("DSCAT"), block.upper("DSSCAT")
        when = source.times(block, block.date("DSSTDTC"), "DSSTDY")
        died = codes == "DEATH"
        event = truths(category, lambda text: text in ("", "DISPOSITION EVENT")) & ~truths(part, _is_treatment)
        left = event & ~truths(codes, lambda code: not code or bool(NOT_LEFT.search(code)))
        names = ("DSDECOD", "DSSTDTC", "DSSTDY")
        for row in np.flatnonzero(died).tolist():
            source.study.subjects.die(block.text("USUBJID")[row], date_number(when.dates[row]))
        failed = truths(codes, _is_failure) | truths(block.text("DSTERM"), _is_failure)
        _put(source, block, died, when, names, item="DEATH")
        _put(source, block, failed & ~died, when, names, item="TREATMENT_FAILURE")
        _put(source, block, left, when, names, item="DROPOUT")
        source.leave(codes[~died & ~left & ~failed])
    source.close()


def _is_failure(text: str) -> bool:
    item = domains.by_name(text, "DS") if text else None
    return bool(item) and item.code == "TREATMENT_FAILURE"


def _is_treatment(text: str) -> bool:
    return bool(TREATMENT.search(text))


def _put(source: Source, block: Block, rows: np.ndarray, when: Moments, names: tuple[str, str, str], *, item: str) -> None:
    """Yes to an item in some rows; `names` are the variables of value, date and day."""

    def filled(text: str) -> Texts:
        return np.full(len(block), text, dtype=object)

    value, date, day = names
    source.put(
        block, rows, when, {"item": filled(item), "value": filled("yes")}, names={"value": value, "date": date, "day": day}
    )
