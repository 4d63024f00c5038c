"""Cornell assessment of paediatric delirium: eight observations over a shift, 0 to 32 points."""

from __future__ import annotations

from immunoreset.endpoints import tables
from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.together import total
from immunoreset.endpoints.toxicity.findings import Number, Words, graded

WORDS = ("never", "rarely", "sometimes", "often", "always")
_ITEMS = ("eye", "purposeful", "aware", "communicates", "restless", "inconsolable", "underactive", "slow")  # as in the table
POINTS = {
    item: {word: int(row[word]) for word in WORDS}
    for item, row in zip(_ITEMS, (row for row in tables.read("capd") if row["n"].isdigit()), strict=True)
}
HIGHEST = sum(max(points.values()) for points in POINTS.values())
DELIRIUM = 9  # points
NOT_ASSESSABLE = -4  # RASS


def score(
    *,
    eye: Words = None,
    purposeful: Words = None,
    aware: Words = None,
    communicates: Words = None,
    restless: Words = None,
    inconsolable: Words = None,
    underactive: Words = None,
    slow: Words = None,
) -> Range:
    """Points, 0 to 32; each answer is never, rarely, sometimes, often or always, and the first four count in reverse.

    Raises UnknownName for another word.

    >>> calm = dict.fromkeys(["restless", "inconsolable", "underactive", "slow"], "never")
    >>> score(eye="always", purposeful="always", aware="often", communicates=None, **calm)
    Range(1 to 5)

    Source: Traube 2014, doi:10.1097/CCM.0b013e3182a66b76; that the first four are reversed is recalled.
    """
    given = (eye, purposeful, aware, communicates, restless, inconsolable, underactive, slow)
    return total(graded(word, POINTS[item], what=f"answer to '{item}'") for item, word in zip(_ITEMS, given, strict=True))


def positive(points: Number) -> Answer:
    """Whether the score is that of delirium, 9 or more.

    >>> positive(9).value
    True
    """
    return Range.of(points, lowest=0, highest=HIGHEST) >= DELIRIUM


def assessable(rass: Number) -> Answer:
    """Whether a child with this Richmond score, -5 to 4, is awake enough: above -4.

    >>> assessable(-4).value
    False
    """
    return Range.of(rass, lowest=-5, highest=4) > NOT_ASSESSABLE
