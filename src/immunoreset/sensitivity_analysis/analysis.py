"""Sensitivity of the headlines of an arm to every number of the model that is not known: screen, then total effects.

found = sensitivity(Study.read("study.toml"), top=24)
found.total.sel(headline="doris_day180")     # estimate, standard_error, low, high, standing
found.save("runs/sensitivity")
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from immunoreset.catalogue import Catalogue
from immunoreset.errors import InvalidValue
from immunoreset.sensitivity_analysis.design import Factors, ends, factors_of, mixed
from immunoreset.sensitivity_analysis.pairs import Effects, effects
from immunoreset.sensitivity_analysis.question import Answers, Progress, Question, headlines_of, question_of
from immunoreset.sensitivity_analysis.result import Counts, Sensitivity, Settings
from immunoreset.sensitivity_analysis.screen import BLOCKS, Screen, points_of, screened, strongest
from immunoreset.study_document import Study
from immunoreset.whole_numbers import whole_number

Floats = NDArray[np.float64]
TOP, PATIENTS, ROWS, PER_ROW = 24, 256, 256, 8
QUICK_PATIENTS, QUICK_ROWS = 64, 128
FEWEST_ROWS, MOST_ROWS = 16, 2**17
READ_AT = "a limit at which days are read, which is one for all points of the rows; moved in the screen alone"
CANDIDATES = 4
"""How many times as many rows are tried as are asked for, where some have no patients."""
AT_ONCE = 16384
"""Courses between two steps of the progress; changes no bit."""


def sensitivity(
    study: Study,
    *,
    top: int = TOP,
    headlines: Sequence[str] | None = None,
    patients: int = PATIENTS,
    rows: int = ROWS,
    arm: str = "",
    catalogue: Catalogue | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Sensitivity:
    """What the headlines of one arm of a study, the first if none is named, depend on.

    All unknowns of the arm are screened on `patients`; the `top` strongest have total effects from `rows` rows of 8 patients, all
    others together one. `headlines` are names of outcomes, the usual ones if not given. The result does not depend on the number
    of threads. Raises an ImmunoresetError before any long simulation for what cannot be asked.
    """
    _check(top, patients, rows)
    question = question_of(study, headlines=headlines, arm=arm, catalogue=catalogue, threads=threads)
    return analyse(study, question, Settings(top, patients, rows, PER_ROW, study.seed), progress)


def analyse(study: Study, question: Question, settings: Settings, progress: Progress | None = None) -> Sensitivity:
    """What a question about a study has for an answer."""
    screen, held = screen_all(question, settings.patients, progress)
    held |= dict.fromkeys(question.limits(), READ_AT)
    names = [one.name for one in question.unknowns]
    usable = [place for place, name in enumerate(names) if name not in held]
    chosen = strongest(screen, usable, settings.top)
    if not chosen:
        raise InvalidValue(f"no number of the model moves a headline of arm '{question.arm}'; name other headlines")
    movable = tuple(names[place] for place in usable)
    factors = factors_of(movable, tuple(names[place] for place in chosen))
    found, counts = total_effects(question, factors, movable, settings, progress)
    return Sensitivity(study, question, settings, screen, held, factors, found, counts)


def _check(top: int, patients: int, rows: int) -> None:
    whole_number("top", top)
    whole_number("patients for the screen", patients)
    whole_number("rows", rows)
    if patients < 2 * BLOCKS or patients % BLOCKS:
        raise InvalidValue(f"{patients} patients for the screen; ask for a multiple of {BLOCKS}, at least {2 * BLOCKS}")
    if not FEWEST_ROWS <= rows <= MOST_ROWS:
        raise InvalidValue(f"{rows} rows; ask for {FEWEST_ROWS} to {MOST_ROWS}, best a power of 2")


def screen_all(question: Question, patients: int, progress: Progress | None) -> tuple[Screen, dict[str, str]]:
    """The screen of all unknowns, and why some have no patients one prior standard deviation away."""
    points = points_of(len(question.unknowns))
    ids = np.broadcast_to(np.arange(patients), (len(points), patients))
    found = _asked(question, points, ids, "screen", progress, quasi=True)
    held = {}
    for place, why in sorted(found.refused.items()):
        held.setdefault(question.unknowns[(place - 1) % len(question.unknowns)].name, reason_of(why))
    return screened(found.values), held


def total_effects(
    question: Question, factors: Factors, movable: Sequence[str], settings: Settings, progress: Progress | None
) -> tuple[Effects, Counts]:
    """The effects of the factors, whose columns are of the `movable` unknowns; all others stay as they are.

    Patients are those of a study, not quasi-random ones: those of a row must be independent of each other. A row of which A or B
    has no patients is replaced by the next one. Raises InvalidValue where hardly any row has patients.
    """
    own = {one.name: place for place, one in enumerate(question.unknowns)}
    columns = [own[name] for name in movable]

    def asked(coordinates: Floats, rows: NDArray[np.int64], step: str) -> tuple[Floats, Answers]:
        """Values (rows, points, n, H) at coordinates (rows, points, movable)."""
        points = np.zeros((coordinates.shape[0] * coordinates.shape[1], len(question.unknowns)))
        points[:, columns] = coordinates.reshape(len(points), -1)
        ids = np.repeat(rows * settings.per_row, coordinates.shape[1])[:, None] + np.arange(settings.per_row)
        found = _asked(question, points, ids, step, progress, quasi=False)
        return found.values.reshape(*coordinates.shape[:2], settings.per_row, -1), found

    both = ends(factors, CANDIDATES * settings.rows, settings.seed)
    values, kept, parts = [], [], []
    while sum(map(len, kept)) < settings.rows and len(parts) < CANDIDATES:
        rows = len(parts) * settings.rows + np.arange(settings.rows)
        found, answers = asked(both[rows], rows, "points A and B")
        refused = np.isin(np.arange(answers.attempts.shape[0]), list(answers.refused)).reshape(-1, 2).any(axis=1)
        values.append(found[~refused])
        kept.append(rows[~refused])
        parts.append(answers)
    chosen, of_ends = np.concatenate(kept)[: settings.rows], np.concatenate(values)[: settings.rows]
    first = Answers.together(parts)
    if len(chosen) < FEWEST_ROWS:
        why = "; ".join(reasons(first.refused))
        raise InvalidValue(f"{len(first.refused)} of {len(first.values)} points of the prior have no patients: {why}")
    of_mixed, second = asked(mixed(factors, both[chosen]), chosen, "one factor at a time")
    attempts = first.attempts[2 * chosen][:, None], second.attempts.reshape(len(chosen), -1, settings.per_row)
    refused = [*first.refused.values(), *second.refused.values()]
    counts = Counts(
        courses=first.attempts.size + second.attempts.size,
        rows=len(chosen),
        points=len(first.values) + len(second.values),
        without_patients=len(refused),
        reasons=reasons(dict(enumerate(refused))),
        redrawn=_redrawn(*attempts),
        failures={why: first.failures.get(why, 0) + n for why, n in {**first.failures, **second.failures}.items()},
    )
    return effects(of_ends[:, 0], of_ends[:, 1], of_mixed, seed=settings.seed), counts


def reasons(refused: Mapping[int, str]) -> dict[str, int]:
    """Why points have no patients, without the numbers of each, and how often."""
    return dict(Counter(reason_of(text) for text in refused.values()).most_common())


def reason_of(text: str) -> str:
    """What is wrong, in the words of the error, without the numbers that were changed.

    >>> reason_of("with kexp = 2 there is no such patient: the rate of loss must be above zero, and is -0.1 in 1 of 1")
    'the rate of loss must be above zero'
    """
    if "would change nothing" in text:
        return "patients draw it by a rule of their own, or it follows from other numbers"
    if "met no entry criteria" in text:
        return "some patients met no entry criteria in 200 draws"
    return text.rpartition("there is no such patient: ")[2].partition(", and is")[0]


def _redrawn(first: NDArray[np.int64], others: NDArray[np.int64]) -> float:
    """The share of patients who were drawn another number of times with one factor from B than at A; they are other patients."""
    both = (first > 0) & (others > 0)
    return float(((first != others) & both).sum() / max(both.sum(), 1))


def _asked(
    question: Question,
    points: Floats,
    ids: NDArray[np.int64],
    step: str,
    progress: Progress | None,
    *,
    quasi: bool,
) -> Answers:
    """The headlines at points (T, K) of patients `ids` (T, n), in pieces, so that progress is seen and memory is bounded."""
    size, parts = max(1, AT_ONCE // ids.shape[1]), []
    for first in range(0, len(points), size):
        piece = slice(first, first + size)
        parts.append(headlines_of(question, question.theta_at(points[piece]), ids[piece], quasi=quasi))
        if progress is not None:
            progress(step, min(first + size, len(points)) * ids.shape[1], ids.size)
    return Answers.together(parts)
