"""Decimal and thousand marks: what a comma and a point mean is decided by all numbers of a file together, never one by one.

1.500 may be one and a half or fifteen hundred. A file shows its decimal mark by numbers that have one reading only, such as 0,7
or 1.234,5; where it shows none, or both, or where both readings of a count are possible, the number is refused with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

_NUMBER = r"[+-]?[\d.,]*\d[\d.,]*(?:[eE][+-]?\d+)?"
_NUMBERS = re.compile(rf"\s*(?:<=|>=|[<>≤≥])?\s*{_NUMBER}(?:\s*(?:-|–|to)\s*{_NUMBER})?\s*")
_ONE = re.compile(r"[\d.,]*\d[\d.,]*(?:[eE][+-]?\d+)?")
_OPEN = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_GROUPED = {mark: re.compile(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+") for mark in ".,"}
OTHER = {".": ",", ",": "."}
NAMES = {",": "commas", ".": "points"}


def is_open(number: str) -> bool:
    """Whether three digits stand after the only mark of a number, so that it may be a decimal or a thousand mark.

    >>> is_open("150.000"), is_open("0.125"), is_open("1,5")
    (True, False, False)
    """
    return bool(_OPEN.fullmatch(number))


def decimal_of(number: str) -> str:
    """The mark that must be the decimal one of a number, "" where it has none or may have either.

    >>> decimal_of("0,7"), decimal_of("1.234,5"), decimal_of("1.234.567"), decimal_of("1.500")
    (',', ',', ',', '')
    """
    plain = re.split("[eE]", number)[0]
    marks = [mark for mark in plain if mark in OTHER]
    if not marks or (is_open(plain) and plain == number):
        return ""
    first, last = marks[0], marks[-1]
    if first != last:
        whole = plain[: plain.rindex(last)]
        return last if marks.count(last) == 1 and _GROUPED[first].fullmatch(whole) else ""
    if len(marks) > 1:
        return OTHER[first] if _GROUPED[first].fullmatch(plain) else ""
    return first


@dataclass
class Marks:
    """The marks of a file. `shown` has, by decimal mark, a number of the file that proves it.

    >>> marks = Marks.of(["0,9-1,8", "1,234", "yes"])
    >>> marks.read("<0,5"), marks.read("150.000")[1]
    (('<0.5', ''), "'150.000' may be 150 or 150000: the file has decimal commas ('0,9'); write it without that point")
    """

    shown: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, words: Iterable[str]) -> Marks:
        """From words of a file, numbers or not."""
        marks = cls()
        marks.see(words)
        return marks

    def see(self, words: Iterable[str]) -> None:
        """Take more words of the file into account."""
        for word in words:
            if len(self.shown) < len(OTHER) and _has_mark(word):
                for number in _ONE.findall(word):
                    mark = decimal_of(number)
                    if mark:
                        self.shown.setdefault(mark, number)

    def read(self, word: str) -> tuple[str, str]:
        """The word with decimal points and no thousand marks, and "", or the word and why it cannot be read."""
        if not _has_mark(word):
            return word, ""
        reasons = [reason for number in _ONE.findall(word) if (reason := self._why_not(number))]
        if reasons:
            return word, reasons[0]
        return _ONE.sub(lambda found: self._plain(found[0]), word), ""

    def _why_not(self, number: str) -> str:
        marks = {mark for mark in number if mark in OTHER}
        if not marks:
            return ""
        if len(self.shown) == len(OTHER):
            return f"the file has decimal commas ('{self.shown[',']}') and decimal points ('{self.shown['.']}'); use one of them"
        if not is_open(number):
            return ""
        both = f"'{number}' may be {_as_decimal(number)} or {re.sub('[.,]', '', number)}"
        (mark,) = marks
        if not self.shown:
            return f"{both}: no number of the file shows its decimal mark; write it without a mark"
        if mark not in self.shown:
            (decimal,) = self.shown
            sign = "point" if mark == "." else "comma"
            return f"{both}: the file has decimal {NAMES[decimal]} ('{self.shown[decimal]}'); write it without that {sign}"
        return ""

    def _plain(self, number: str) -> str:
        for decimal in self.shown:
            return number.replace(OTHER[decimal], "").replace(",", ".")
        return number


def read_all(words: Sequence[str], marks: Marks | None) -> tuple[list[str], dict[int, str]]:
    """Words with decimal points, "" for each that cannot be read, and why not, by place; without marks they stay as they are."""
    if marks is None:
        return list(words), {}
    read = [marks.read(word) for word in words]
    reasons = {place: reason for place, (_, reason) in enumerate(read) if reason}
    return ["" if reason else word for word, reason in read], reasons


def other_reading(word: str, *, printed_only: bool) -> float:
    """What a number with an open mark is if that mark is one of thousands, nan for any other word.

    With `printed_only` a point counts only where the last digit is 0, which no program writes that means a decimal number.

    >>> other_reading("150.000", printed_only=True), other_reading("1.234", printed_only=True)
    (150000.0, nan)
    """
    numbers = _ONE.findall(word) if _has_mark(word) else []
    opened = [number for number in numbers if is_open(number) and not (printed_only and not number.endswith("0"))]
    return max((float(re.sub("[.,]", "", number)) for number in opened), default=float("nan"))


def _has_mark(word: str) -> bool:
    return ("," in word or "." in word) and bool(_NUMBERS.fullmatch(word))


def _as_decimal(number: str) -> str:
    return f"{float(number.replace(',', '.')):g}"
