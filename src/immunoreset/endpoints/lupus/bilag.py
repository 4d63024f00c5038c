"""BILAG-2004 of a visit and the flare between two visits.

The grades that a trained clinician gave are the first source; `bilag_grades` reads them. Where there are none, seven domains
follow from item codes (`bilag_items`), the haematological one from blood counts (`bilag_haematology`) and the renal one from
urine and kidney function (`bilag_renal`). Those rules are recalled (medium-high): to be checked against Yee 2007,
doi:10.1002/art.23130, before any claim of conformity.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.lupus.bilag_grades import DOMAINS, LETTERS, MISSING, A, B, C, E, how_many, read_grades
from immunoreset.endpoints.together import grade
from immunoreset.errors import InvalidValue

FLARES = ("none", "mild", "moderate", "severe")
A_FOR_SEVERE, B_FOR_MODERATE, B_FOR_MILD, C_FOR_MILD = 1, 2, 1, 3
Count = Range | ArrayLike | None


def prefer_clinician(given: Range | str | ArrayLike | None, derived: Range) -> Range:
    """The clinician's grade of each domain, and the derived one where the clinician gave none.

    Both have the domain as last axis. Raises InvalidValue and UnknownName for what are no grades.

    >>> from immunoreset.endpoints.lupus.bilag_grades import write_letters
    >>> write_letters(prefer_clinician("A???????E", read_grades("BEEEEEECA")))
    'AEEEEEECE'
    """
    grades = read_grades(given)
    ungraded = (grades.low == E) & (grades.high == A)
    return Range(np.where(ungraded, derived.low, grades.low), np.where(ungraded, derived.high, grades.high))


def letter(grade_of_domain: Range) -> str | NDArray[np.str_]:
    """The letter of one domain's grade, "?" where it is not known.

    >>> letter(Range.of(4)), letter(Range.of([0, 2])).tolist()
    ('A', ['E', 'C'])
    """
    places = np.where(grade_of_domain.known, grade_of_domain.low, len(LETTERS)).astype(int)
    letters = np.array([*LETTERS, MISSING])[places]
    return str(letters) if letters.ndim == 0 else letters


def new_or_worse(before: Range, now: Range) -> Answer:
    """By domain: graded higher than before.

    Items may be new or worse within an unchanged grade; where item codes exist, count those (codes 3 and 4) instead.

    >>> new_or_worse(read_grades("ACEEEEEEE"), read_grades("BBEEEEEEE")).yes[:3].tolist()
    [False, True, False]
    """
    return now > before


def flare_class(*, a: Count, b: Count, c: Count) -> Range:
    """The place in FLARES of the flare: 0 none, 1 mild, 2 moderate, 3 severe, from how many domains are newly or worse A, B, C.

    One A is severe; two B are moderate; one B or three C are mild.

    >>> [FLARES[int(flare_class(a=n, b=m, c=k).low)] for n, m, k in [(1, 1, 1), (0, 2, 1), (0, 0, 3), (0, 0, 2)]]
    ['severe', 'moderate', 'mild', 'none']

    Source: Isenberg 2011, as in eight patients of CORTICOLUP (ard.bmj.com/highwire/markup/262926, table 3).
    """
    most = len(DOMAINS)
    new_a, new_b, new_c = (Range.of(number, lowest=0, highest=most) for number in (a, b, c))
    mild = (new_b >= B_FOR_MILD) | (new_c >= C_FOR_MILD)
    return grade(mild, new_b >= B_FOR_MODERATE, new_a >= A_FOR_SEVERE)


def flare_between(before: Range | str | ArrayLike | None, now: Range | str | ArrayLike | None) -> Range:
    """The place in FLARES of the flare between two visits whose domains were graded.

    >>> FLARES[int(flare_between("CEEEEEEEE", "BBEEEEEEE").low)]
    'moderate'

    Source: as `flare_class`.
    """
    earlier, later = read_grades(before), read_grades(now)
    risen = new_or_worse(earlier, later)
    return flare_class(
        a=how_many(risen & later.equals(A)), b=how_many(risen & later.equals(B)), c=how_many(risen & later.equals(C))
    )


def count_letters(letters: str) -> tuple[int, int, int]:
    """How many A, B and C a list of new or worse grades holds. Raises InvalidValue for another sign.

    >>> count_letters("ABBC")
    (1, 2, 1)
    """
    if strange := set(letters.upper()) - set(LETTERS):
        raise InvalidValue(f"BILAG grades '{letters}': '{min(strange)}' is no grade; use A to E")
    upper = letters.upper()
    return upper.count("A"), upper.count("B"), upper.count("C")
