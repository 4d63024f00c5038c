"""BILAG-2004 grades A to E of the nine organ domains: letters and numbers, and what changed between two visits.

A visit is a word of nine letters in the order of `DOMAINS`, "ABEEEEEEE"; "?" stands for a domain that was not graded. Inside,
grades are ordinals (E 0, D 1, C 2, B 3, A 4) in a `Range` whose last axis is the domain.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.tables import read
from immunoreset.errors import InvalidValue, unknown

DOMAINS = tuple(dict.fromkeys(row["domain"] for row in read("bilag2004") if row["domain"] != "ALL"))
LETTERS = "EDCBA"  # the place of a letter is its ordinal
E, D, C, B, A = range(len(LETTERS))
MISSING = "?"
POINTS = np.array([0.0, 0.0, 1.0, 8.0, 12.0])  # of E, D, C, B and A (PMC2919194, as in tables/bilag2004.csv)


def read_grades(grades: Range | str | ArrayLike | None) -> Range:
    """Ordinals with the domain as last axis, from one word of nine letters, an array of such words, or ordinals as they are.

    `None`, "" and nan stand for a visit without any grade. Raises InvalidValue for a word that is not nine letters long and
    UnknownName for a letter other than A to E and "?".

    >>> read_grades("AB?EEEEEE").low, read_grades(["ABEEEEEEE", None]).low.shape
    (array([4., 3., 0., 0., 0., 0., 0., 0., 0.]), (2, 9))
    """
    if isinstance(grades, Range):
        if grades.low.shape[-1:] != (len(DOMAINS),):
            raise InvalidValue(f"BILAG grades need a last axis of {len(DOMAINS)} domains, not shape {grades.low.shape}")
        return grades
    words = np.asarray(grades)
    if words.dtype.kind != "U":
        plain = [word if isinstance(word, str) else "" for word in words.ravel()]
        unreadable = [word for word in words.ravel() if not isinstance(word, str) and word is not None and word == word]
        if unreadable:
            raise InvalidValue(f"BILAG grades are words of {len(DOMAINS)} letters A to E, not {unreadable[0]}")
        words = np.array(plain, dtype=str).reshape(words.shape)
    words = np.where(np.isin(words, ("", "nan")), MISSING * len(DOMAINS), words)
    if (wrong := words[np.char.str_len(words) != len(DOMAINS)]).size:
        raise InvalidValue(
            f"BILAG grades '{wrong.flat[0]}': {len(DOMAINS)} letters are needed, one per domain ({DOMAINS[0]} first)"
        )
    return _ordinals(words.astype(f"U{len(DOMAINS)}", order="C"))


def _ordinals(words: NDArray[np.str_]) -> Range:
    codes = words.reshape(-1).view(np.uint32).reshape(*words.shape, len(DOMAINS))
    letters = np.where(codes >= ord("a"), codes - (ord("a") - ord("A")), codes)
    ungraded = letters == ord(MISSING)
    if (strange := codes[~ungraded & ((letters < ord("A")) | (letters > ord("E")))]).size:
        raise unknown("BILAG grade", chr(strange[0]), [*reversed(LETTERS), MISSING])
    ordinals = ord("E") - letters.astype(float)
    return Range(np.where(ungraded, E, ordinals), np.where(ungraded, A, ordinals))


def from_domains(grades: Mapping[str, Range]) -> Range:
    """The grades of a visit from ordinals by domain; a domain that is not named is missing. Raises UnknownName.

    >>> write_letters(from_domains({"Renal": Range.of(A), "Haematological": Range.of(E)}))
    '???????AE'
    """
    for name in grades:
        if name not in DOMAINS:
            raise unknown("BILAG domain", name, DOMAINS)
    parts = [grades.get(name, Range.of(None, lowest=E, highest=A)) for name in DOMAINS]
    lows, highs = np.broadcast_arrays(*(p.low for p in parts)), np.broadcast_arrays(*(p.high for p in parts))
    return Range(np.stack(lows, axis=-1), np.stack(highs, axis=-1))


def write_letters(grades: Range) -> str | np.ndarray:
    """One word per visit, "?" where a grade is not known.

    >>> write_letters(read_grades(["ABEEEEEEE", "??CDEEEEE"])).tolist()
    ['ABEEEEEEE', '??CDEEEEE']
    """
    places = np.where(grades.known, grades.low, len(LETTERS)).astype(int)
    letters = np.ascontiguousarray(np.array([*LETTERS, MISSING])[places])
    words = letters.view(f"U{letters.shape[-1]}")[..., 0]
    return str(words) if words.ndim == 0 else words


def at_least(grades: Range, letter: int) -> Answer:
    """By domain: this grade or a more active one, `at_least(grades, B)`.

    >>> at_least(read_grades("ABC?EEEEE"), B).values[:4].tolist()
    [1.0, 1.0, 0.0, nan]
    """
    return Answer(grades.low >= letter, grades.high < letter)


def new_a(before: Range, now: Range) -> Answer:
    """By domain: A now, anything less before.

    >>> new_a(read_grades("BAEEEEEEE"), read_grades("AAEEEEEEE")).yes[:3].tolist()
    [True, False, False]
    """
    return at_least(now, A) & ~at_least(before, A)


def new_b(before: Range, now: Range) -> Answer:
    """By domain: B now, C, D or E before; a fall from A to B is no new B.

    >>> new_b(read_grades("ACEEEEEEE"), read_grades("BBEEEEEEE")).yes[:3].tolist()
    [False, True, False]
    """
    return at_least(now, B) & ~at_least(now, A) & ~at_least(before, B)


def improved(before: Range, now: Range) -> Answer:
    """By domain: at least one grade lower than before.

    >>> improved(read_grades("ABEEEEEEE"), read_grades("BBEEEEEEE")).yes[:3].tolist()
    [True, False, False]
    """
    return Answer(now.high < before.low, now.low >= before.high)


def how_many(domains: Answer) -> Range:
    """The number of domains with a yes, per visit.

    >>> how_many(new_b(read_grades("CCEEEEEEE"), read_grades("BB?EEEEEE")))
    Range(2 to 3)
    """
    return Range(domains.yes.sum(axis=-1).astype(float), (~domains.no).sum(axis=-1).astype(float))


def numeric_score(grades: Range) -> Range:
    """The BILAG-2004 total: A 12, B 8, C 1, D and E 0.

    >>> numeric_score(read_grades("ABCDEEEEE")), numeric_score(read_grades("ABCDEEEE?"))
    (Range(21), Range(21 to 33))

    Source: PMC2919194.
    """
    return Range(POINTS[grades.low.astype(int)].sum(axis=-1), POINTS[grades.high.astype(int)].sum(axis=-1))
