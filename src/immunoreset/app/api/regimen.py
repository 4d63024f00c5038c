"""A regimen as it is written: whether it can be read, what it says, and where it goes wrong."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter, Response

from immunoreset.app.answers import answer
from immunoreset.app.faults import Refused
from immunoreset.app.forms import RegimenForm
from immunoreset.catalogue import built_in
from immunoreset.errors import ImmunoresetError
from immunoreset.therapy import Regimen
from immunoreset.therapy.language.items import SINCE_ENTRY, Course, Dose, Item

router = APIRouter(prefix="/api", tags=["regimen"])
_ITEM = re.compile(r"^item (\d+) of the regimen")
_CHARACTER = re.compile(r"', at character (\d+): ")


@router.post("/regimen/check")
def check(form: RegimenForm) -> Response:
    """What a regimen says, item by item, or the one fault that stops it from being read."""
    try:
        regimen = Regimen.parse(form.text, built_in().drugs)
    except ImmunoresetError as fault:
        first, last = place_of_fault(form.text, str(fault))
        error = {"message": str(fault), "from": first, "to": last}
        return answer({"ok": False, "text": form.text, "items": [], "error": error})
    return answer({"ok": True, "text": str(regimen), "items": [as_row(item) for item in regimen.items], "error": None})


def place_of_fault(text: str, message: str) -> tuple[int, int]:
    """Where the fault is, as characters from 0: the word where the text stops making sense, else the item, else all.

    >>> place_of_fault("rituximab 1 g on day 3; foo", "item 2 of the regimen, 'foo', at character 25: no drug 'foo'")
    (24, 27)
    """
    item, character = _ITEM.match(message), _CHARACTER.search(message)
    if character:
        first = min(int(character[1]) - 1, len(text))
        word = re.match(r"[^\s;]*", text[first:])
        return first, max(first + (word.end() if word else 0), min(first + 1, len(text)))
    if item:
        parts = text.split(";")
        number = min(int(item[1]), len(parts))
        first = sum(len(part) + 1 for part in parts[: number - 1])
        return first, first + len(parts[number - 1])
    return 0, len(text)


def as_row(item: Item) -> dict[str, Any]:
    """One item for the page: what kind it is, its amount, and when; the first day of what is taken since entry is null."""
    row: dict[str, Any] = {"drug": item.drug, "unit": item.unit, "text": str(Regimen((item,), built_in().drugs))}
    if isinstance(item, Dose):
        return row | {"kind": "dose", "amount": item.amount, "days": list(item.days)}
    if isinstance(item, Course):
        return row | {
            "kind": "course",
            "amount": item.steps[0][1],
            "steps": [[day if day > SINCE_ENTRY else None, amount] for day, amount in item.steps],
        }
    return row | {"kind": "rescue", "amount": item.amount, "toxicity": item.toxicity, "grade": item.at_grade}


def read_treatment(text: str, number: int) -> Regimen:
    """The regimen of a treatment. Raises Refused that says which treatment is wrong, and why."""
    try:
        return Regimen.parse(text, built_in().drugs)
    except ImmunoresetError as fault:
        raise wrong_treatment(fault, number) from None


def wrong_treatment(fault: ImmunoresetError, number: int) -> Refused:
    """The refusal of a treatment, with its number among the treatments."""
    return Refused(str(fault), where=f"treatments.{number}.text")
