"""The words of one regimen item, read one after another, each with its place in the text."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

_WORD = re.compile(r">=|≥|[(),<]|[^\s(),≥><]+|>")
_DIGITS = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"  # one way to match, so that a long word is read once
LONGEST_WORD = 40
_NUMBER = re.compile(_DIGITS)
_NUMBER_THEN_UNIT = re.compile(rf"({_DIGITS})(%|[a-zA-Zµμ][a-zA-Z0-9/²^µμ]*)")


class Unreadable(Exception):
    """A text that does not follow the language, with the place (counted from 0) where it stops making sense."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


@dataclass
class Words:
    """A queue of (word, place)."""

    words: list[tuple[str, int]]
    end: int
    taken: int = field(default=0)

    @property
    def at_end(self) -> bool:
        """Whether all words are read."""
        return self.taken == len(self.words)

    @property
    def position(self) -> int:
        """Place of the next word."""
        return self.end if self.at_end else self.words[self.taken][1]

    @property
    def last_position(self) -> int:
        """Place of the word read last."""
        return self.words[max(self.taken - 1, 0)][1] if self.words else self.end

    def unreadable(self, expected: str) -> Unreadable:
        """The error at the next word."""
        found = "the text ends" if self.at_end else f"found '{self.words[self.taken][0]}'"
        return Unreadable(f"{found}; {expected}", self.position)

    def next_is(self, *choices: str) -> bool:
        """Whether the next word is one of these."""
        return not self.at_end and self.words[self.taken][0].lower() in choices

    def take(self, what: str) -> str:
        """The next word, whatever it is."""
        if self.at_end:
            raise self.unreadable(f"expected {what}")
        word = self.words[self.taken][0]
        self.taken += 1
        return word

    def accept(self, *choices: str) -> str | None:
        """The next word if it is one of these, which is then read."""
        return self.take("").lower() if self.next_is(*choices) else None

    def choice(self, *choices: str) -> str:
        """The next word, which must be one of these."""
        word = self.accept(*choices)
        if word is None:
            raise self.unreadable(f"expected one of {', '.join(choices)}")
        return word

    def expect(self, word: str) -> None:
        """Read this very word."""
        if not self.accept(word):
            raise self.unreadable(f"expected '{word}'")

    def expect_end(self) -> None:
        """Nothing may follow."""
        if not self.at_end:
            raise self.unreadable("expected ';' or the end of the text")

    def number(self, what: str) -> float:
        """The next word as a finite number."""
        word = self.take(what)
        try:
            value = float(word)
        except ValueError:
            raise Unreadable(f"'{word}' is no number; expected {what}", self.last_position) from None
        if not math.isfinite(value):
            raise Unreadable(f"'{word}' is not finite; expected {what}", self.last_position)
        return value

    def whole_number(self, what: str) -> int:
        """The next word as a whole number."""
        value = self.number(what)
        if value != int(value):
            raise Unreadable(f"{value:g} is not a whole number; expected {what}", self.last_position)
        return int(value)


def words_of(text: str, offset: int) -> Words:
    """Split an item into words; `offset` is its place in the whole text. `25mg/m2` is read as two words."""
    words: list[tuple[str, int]] = []
    for match in _WORD.finditer(text):
        word, place = match.group().replace("≥", ">="), offset + match.start()
        if len(word) > LONGEST_WORD:
            raise Unreadable(f"a word of {len(word):,} characters; no word has more than {LONGEST_WORD}", place)
        glued = None if _NUMBER.fullmatch(word) else _NUMBER_THEN_UNIT.fullmatch(word)
        if glued:
            words += [(glued[1], place), (glued[2], place + len(glued[1]))]
        else:
            words.append((word, place))
    return Words(words, end=offset + len(text.rstrip()))
