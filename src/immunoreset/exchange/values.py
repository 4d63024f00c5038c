"""Values as they stand in a file: numbers, numbers known by a limit only, yes and no, limits of normal, attribution."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from immunoreset.endpoints.known import Floats
from immunoreset.endpoints.visits import DISEASE, OTHER, RELEASE, SIGNS
from immunoreset.exchange.dates import numbers

YES = frozenset({"yes", "y", "true", "present", "positive", "pos", "1"})
NO = frozenset({"no", "n", "false", "absent", "negative", "neg", "0"})
NOTHING = frozenset({"", ".", "-", "na", "n/a", "nan", "nd", "nk", "not done", "missing", "unknown", "null"})
_NAMES = {
    DISEASE: ("disease", "sle", "lupus", "yes", "y", "true", "related", "1"),
    RELEASE: ("crs", "icans", "cytokine release", "neurotoxicity"),
    OTHER: ("other", "infection", "drug", "lymphodepletion", "treatment", "damage", "no", "n", "false", "not related", "0"),
}
CAUSES = {name: cause for cause, names in _NAMES.items() for name in names}
BELOW_IS_ABNORMAL = frozenset(
    {"C3", "C4", "CH50", "HGB", "WBC", "NEUT", "LYM", "CD4", "PLAT", "B_CELLS", "FIBRINO", "IGG", "ALB", "EGFR", "EGFR_PREFLARE"}
)
SIGN_OF = SIGNS | {"≤": SIGNS["<="], "≥": SIGNS[">="]}
NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
BEYOND = re.compile(rf"(<=|>=|[<>≤≥])\s*({NUMBER})")
BETWEEN = re.compile(rf"({NUMBER})\s*(?:-|–|to)\s*({NUMBER})")


class Values(NamedTuple):
    """Different words of a value column: what each is as a number (nan if none), as yes (1) or no (0), and as nothing at all.

    `beyond` is the sign of '<0.5' or '>90000', whose number is the limit, and 0 else.
    """

    number: Floats
    beyond: NDArray[np.int8]
    yes_no: Floats
    missing: NDArray[np.bool_]


class Limits(NamedTuple):
    """Different words of a limit column: lower and upper limit, or one `bare` number; `reason` says what is wrong, by place."""

    lower: Floats
    upper: Floats
    bare: Floats
    reason: dict[int, str]


def read_values(words: Sequence[str]) -> Values:
    """Read the different words of a value column; what they mean depends on the item, so nothing is refused yet.

    >>> read_values(["0.7", "<0.5", "yes", "n/a"]).number.tolist()
    [0.7, 0.5, nan, nan]
    """
    number = numbers(words)
    beyond = np.zeros(len(words), dtype=np.int8)
    yes_no = np.where((number == 1) | (number == 0), number, np.nan)
    missing = np.zeros(len(words), dtype=bool)
    for k in np.flatnonzero(np.isnan(number)).tolist():
        word = words[k].lower()
        limit = BEYOND.fullmatch(word)
        if limit:
            number[k], beyond[k] = float(limit[2]), SIGN_OF[limit[1]]
        missing[k] = word in NOTHING
        if word in YES or word in NO:
            yes_no[k] = word in YES
    return Values(number, beyond, yes_no, missing)


def read_limits(words: Sequence[str]) -> Limits:
    """Laboratory limits: '0.9-1.8', '<30' (upper), '>0.9' (lower) or a bare number.

    >>> found = read_limits(["0.9-1.8", "<30", "30", "x"])
    >>> found.upper.tolist(), found.bare.tolist(), found.reason
    ([1.8, 30.0, nan, nan], [nan, nan, 30.0, nan], {3: "'x' is not a limit; write 0.9-1.8, <30, >0.9 or a number"})
    """
    lower, upper = np.full(len(words), np.nan), np.full(len(words), np.nan)
    bare, reason = numbers(words), {}
    for k in np.flatnonzero(np.isnan(bare)).tolist():
        word = words[k].lower()
        one, two = BEYOND.fullmatch(word), BETWEEN.fullmatch(word)
        if one:
            (upper if SIGN_OF[one[1]] < 0 else lower)[k] = float(one[2])
        elif two:
            lower[k], upper[k] = float(two[1]), float(two[2])
        elif word not in NOTHING:
            reason[k] = f"'{words[k]}' is not a limit; write 0.9-1.8, <30, >0.9 or a number"
    return Limits(lower, upper, bare, reason)


def read_attribution(words: Sequence[str]) -> tuple[Floats, dict[int, str]]:
    """DISEASE, RELEASE or OTHER, as `Visits` holds causes, nan where nobody judged; and what is wrong, by place.

    >>> read_attribution(["lupus", "CRS", "infection", ""])[0].tolist()
    [1.0, 2.0, 0.0, nan]
    """
    causes, reason = np.full(len(words), np.nan), {}
    for k, word in enumerate(words):
        plain = word.lower()
        if plain in CAUSES:
            causes[k] = CAUSES[plain]
        elif plain:
            reason[k] = f"'{word}' is no attribution; write disease, crs, other, or nothing where nobody judged"
    return causes, reason
