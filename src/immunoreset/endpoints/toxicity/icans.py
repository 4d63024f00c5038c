"""Neurotoxicity of immune effector cells (ICANS): the ASTCT grade is that of the worst of five domains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.together import choose, maximum
from immunoreset.endpoints.together import grade as highest_step
from immunoreset.endpoints.toxicity import capd as delirium
from immunoreset.endpoints.toxicity import ice as orientation
from immunoreset.endpoints.toxicity.episodes import Course, of_grades
from immunoreset.endpoints.toxicity.findings import Attribution, Number, Words, YesNo, attributed, graded, only_if

ICE_FROM_AGE = 12  # years; below it, or with developmental delay, CAPD
ADULT = 18.0
ICE_ABOVE = {1: 9, 2: 6, 3: 2}  # grade: the highest score that gives it
DEATH = 5

CONSCIOUSNESS = {
    "awake": 0,
    "spontaneous": 0,  # alone no sign: the test of cognition then gives grade 0 or 1
    "voice": 2,
    "tactile": 3,
    "unarousable": 4,
    "vigorous_stimuli": 4,
    "stupor": 4,
    "coma": 4,
}
LONGEST_RAPID_SEIZURE = 5.0  # minutes; a longer one is grade 4
SEIZURE = {"none": 0, "rapid": 3, "eeg_nonconvulsive": 3, "prolonged": 4, "repetitive": 4, "status_epilepticus": 4}
MOTOR = {"none": 0, "hemiparesis": 4, "paraparesis": 4, "deep_focal_weakness": 4}
OEDEMA = {
    "none": 0,
    "focal": 3,
    "diffuse": 4,
    "decerebrate": 4,
    "decorticate": 4,
    "cn6_palsy": 4,
    "papilloedema": 4,
    "cushing_triad": 4,
}
PARTS = ("cognition", "consciousness", "seizure", "motor", "oedema")


@dataclass(frozen=True, eq=False)
class Signs:
    """What decides the grade; every field is one value or an array of one per assessment, None is missing.

    `ice` is the score of 0 to 10, `capd` that of 0 to 32, `capd_possible` whether CAPD could be performed. The words of
    `consciousness` (arousal: spontaneous, by voice, by touch, ...), `seizure`, `motor` and `oedema` (swelling of the brain or
    raised pressure) are the keys of the tables of this module. `seizure_minutes` is the length of a seizure: beyond 5 it is
    grade 4, whatever its word. `age` in years; an adult unless given. `due_to_icans` is one
    answer for all domains or one for each of `PARTS`. `died` is death from ICANS. Tremor, myoclonus and bleeding in the skull
    have no field: they never count.
    """

    ice: Number = None
    consciousness: Words = None
    seizure: Words = None
    motor: Words = None
    oedema: Words = None
    age: Number = ADULT
    developmental_delay: YesNo = False
    capd: Number = None
    capd_possible: YesNo = True
    due_to_icans: Attribution = True
    died: YesNo = False
    seizure_minutes: Number = None


def cognition(signs: Signs) -> Range:
    """Grade of the domain that is tested by ICE from 12 years of age, and else by CAPD.

    An ICE of 0 is grade 3 here; if the patient cannot be roused, consciousness makes it 4. A CAPD of 1 to 8 is grade 1 here,
    and arousal by voice makes it 2.

    >>> cognition(Signs(ice=7)), cognition(Signs(age=6, capd=9))
    (Range(1), Range(3))
    """
    ice = Range.of(signs.ice, lowest=0, highest=orientation.HIGHEST)
    by_ice = highest_step(*(ice <= ICE_ABOVE[step] for step in (1, 2, 3)))
    capd = Range.of(signs.capd, lowest=0, highest=delirium.HIGHEST)
    never = Answer.of(False)
    by_capd = highest_step(capd >= 1, never, delirium.positive(capd), ~Answer.of(signs.capd_possible))
    use_ice = (Range.of(signs.age, lowest=0) >= ICE_FROM_AGE) & ~Answer.of(signs.developmental_delay)
    return choose(use_ice, by_ice, by_capd)


def grade(signs: Signs) -> Range:
    """ASTCT grade of ICANS, 0 to 5; a range where what is missing could change it.

    Raises UnknownName for a word that its domain does not have and InvalidValue for an impossible score.

    >>> well = Signs(consciousness="spontaneous", seizure="none", motor="none", oedema="none")
    >>> from dataclasses import replace
    >>> grade(replace(well, ice=10)), grade(replace(well, ice=3, seizure="rapid")), grade(replace(well, ice=None))
    (Range(0), Range(3), Range(0 to 3))

    Source: Lee 2019, doi:10.1016/j.bbmt.2018.12.758, as printed in PMC8403007, table 4; children: the same consensus in a
    review (mdedge 192202); that an ICE of 10 without another finding is no ICANS is recalled.
    """
    domains = {
        "cognition": cognition(signs),
        "consciousness": graded(signs.consciousness, CONSCIOUSNESS, what="level of consciousness"),
        "seizure": _seizure(signs),
        "motor": graded(signs.motor, MOTOR, what="motor finding"),
        "oedema": graded(signs.oedema, OEDEMA, what="sign of brain oedema"),
    }
    worst = maximum(*(only_if(attributed(signs.due_to_icans, part, PARTS), found) for part, found in domains.items()))
    return choose(Answer.of(signs.died), DEATH, worst)


def _seizure(signs: Signs) -> Range:
    """The worst of the kind of seizure and its length; the length alone decides where no kind was written down."""
    kind = graded(signs.seizure, SEIZURE, what="kind of seizure")
    if signs.seizure_minutes is None:
        return kind
    minutes = Range.of(signs.seizure_minutes, lowest=0)
    timed = choose(minutes > LONGEST_RAPID_SEIZURE, SEIZURE["prolonged"], choose(minutes > 0, SEIZURE["rapid"], 0))
    silent = (kind.high > kind.low) & (timed.high == timed.low)
    worst = maximum(kind, timed)
    return Range(np.where(silent, timed.low, worst.low), np.where(silent, timed.high, worst.high))


def course(patient: ArrayLike, day: ArrayLike, signs: Signs) -> Course:
    """ICANS by assessment, by day and by episode, from a table sorted by patient and day.

    An episode lasts from the first grade of 1 or more to the first assessment of grade 0. Raises InvalidValue for a table
    that is not sorted.

    >>> well = Signs(ice=[10, 6, 10], consciousness="spontaneous", seizure="none", motor="none", oedema="none")
    >>> found = course([1, 1, 1], [5, 6, 8], well).episodes
    >>> found.start.values, found.maximum.values, found.duration.values
    (array([6.]), array([2.]), array([2.]))
    """
    return of_grades(patient, day, grade(signs))
