"""What is asked: the patients and the treatment of one arm of a study, and how their headlines are found under many thetas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from immunoreset.catalogue import Catalogue, Theta, catalogue_of
from immunoreset.disease.disease import Disease
from immunoreset.errors import ImmunoresetError, InvalidRegimen, InvalidValue, unknown
from immunoreset.followed import readouts
from immunoreset.inference import Rows, simulate_rows
from immunoreset.inference.rows import NO_PATIENTS
from immunoreset.inference.unknowns import Unknown, live, prior_of
from immunoreset.population.changed import not_typical
from immunoreset.sensitivity_analysis.headlines import Headline, asked
from immunoreset.study_document import Study
from immunoreset.therapy import Regimen

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]  # step, courses done, courses in all
A_FEW = 64  # patients who are tried before anything large is begun


@dataclass(frozen=True, eq=False)
class Question:
    """One arm: `population` under `regimen` from day `start` to `stop`, the `unknowns` of its numbers and the `headlines`.

    `dropped` says of headlines that were not named by the user why they do not apply.
    """

    arm: str
    population: str
    regimen: Regimen
    catalogue: Catalogue
    unknowns: tuple[Unknown, ...]
    headlines: tuple[Headline, ...]
    dropped: Mapping[str, str]
    seed: int
    start: float
    stop: float
    rtol: float | None
    threads: int | None

    @property
    def disease(self) -> Disease:
        return self.catalogue.population(self.population)[0]

    def theta_at(self, z: Floats) -> list[Theta]:
        """The numbers at points (T, K).

        Every theta has all unknowns, even where they are as they were, so that patients of all are drawn together. Values are
        inside their bounds by how priors are made, so that none is checked.
        """
        theta = self.catalogue.theta
        names = [own.name for own in self.unknowns]
        values = np.column_stack([own.value(z[:, place]) for place, own in enumerate(self.unknowns)])
        return [
            theta.with_changes({**theta.changed, **dict(zip(names, row, strict=True))}, theta.spreads) for row in values.tolist()
        ]

    def limits(self) -> list[str]:
        """The unknowns that say at what level a day is read: patients with others are solved one theta after the other."""
        points = np.concatenate([np.zeros((1, len(self.unknowns))), np.eye(len(self.unknowns))])
        usual, *moved = (tuple(readouts(theta).values()) for theta in self.theta_at(points))
        return [own.name for own, read in zip(self.unknowns, moved, strict=True) if read != usual]


@dataclass(frozen=True, eq=False)
class Answers:
    """`values` (T, n, H) of headlines, nan where a simulation `failed` (T, n) or a theta has no patients; `attempts` (T, n).

    `refused` says by the place of a theta why it has no patients, `failures` counts failed courses by reason.
    """

    values: Floats
    failed: NDArray[np.bool_]
    attempts: NDArray[np.int64]
    refused: Mapping[int, str]
    failures: Mapping[str, int]

    @classmethod
    def together(cls, parts: Sequence[Answers]) -> Answers:
        """Those of several pieces, one after the other."""
        firsts = np.cumsum([0, *(len(part.values) for part in parts)])
        refused = {int(first) + at: why for first, part in zip(firsts, parts, strict=False) for at, why in part.refused.items()}
        failures = sum((Counter(part.failures) for part in parts), Counter())
        arrays = zip(*((part.values, part.failed, part.attempts) for part in parts), strict=True)
        values, failed, attempts = (np.concatenate(one) for one in arrays)
        return cls(values, failed, attempts, refused, dict(failures))


def headlines_of(question: Question, thetas: Sequence[Theta], ids: NDArray[np.int64], *, quasi: bool) -> Answers:
    """The headlines of patients `ids` (T, n), one row for each theta; the same id is the same patient under every theta.

    The numbers as they are join as one theta more, since thetas of which none has patients would be an error.
    """
    refused = not_typical(question.disease, thetas, question.catalogue)  # at once, where one by one would take long
    tried = np.array([place for place in range(len(thetas)) if place not in refused], dtype=np.int64)
    values = np.full((*ids.shape, len(question.headlines)), np.nan)
    failed, attempts = np.ones(ids.shape, dtype=bool), np.zeros(ids.shape, dtype=np.int64)
    (centre,) = question.theta_at(np.zeros((1, len(question.unknowns))))
    everybody = [*(thetas[place] for place in tried), centre]
    found = _rows(question, everybody, np.concatenate([ids[tried], ids[:1]]), quasi=quasi)
    outcomes = {name: one[:-1, 0] for name, one in found.outcomes.items()}
    failed[tried] = found.failed[:-1, 0]
    for place, headline in enumerate(question.headlines):
        if headline.name in outcomes:
            values[tried, :, place] = headline.read(outcomes, failed[tried])
    attempts[tried] = found.attempts[:-1]
    refused |= {int(tried[place]): why for place, why in found.refused.items()}
    failures = {why: n for why, n in found.failures[question.arm].items() if why != NO_PATIENTS}
    return Answers(values, failed, attempts, refused, failures)


def _rows(question: Question, thetas: Sequence[Theta], ids: NDArray[np.int64], *, quasi: bool) -> Rows:
    return simulate_rows(
        thetas,
        question.population,
        {question.arm: question.regimen},
        ids=ids,
        seed=question.seed,
        quasi=quasi,
        start=question.start,
        stop=question.stop,
        outcomes=[name for one in question.headlines for name in one.needs],
        rtol=question.rtol,
        catalogue=question.catalogue,
        threads=question.threads,
    )


def question_of(
    study: Study,
    *,
    headlines: Sequence[str] | None = None,
    arm: str = "",
    catalogue: Catalogue | None = None,
    threads: int | None = None,
) -> Question:
    """What a study asks of one arm, the first one if none is named.

    Headlines that are not named are left out where the arm does not have them. Raises an ImmunoresetError for an arm, outcome or
    treatment that does not exist, for patients who are not drawn from a population, have changed numbers or follow a baseline,
    and for a named outcome that the arm does not have.
    """
    within = catalogue_of(study, catalogue)
    name = arm or next(iter(study.arms))
    if name not in study.arms:
        raise unknown("arm", name, study.arms)
    who = study.patients_of(name)
    if who.population is None:
        raise InvalidValue(
            f"the patients of arm '{name}' are listed; sensitivity is asked of a population: write under [patients] "
            f'population = "cart" and n = 256 in place of listed'
        )
    if who.parameters or who.factors or who.only:
        key = "parameters" if who.parameters else "factors" if who.factors else "only"
        raise InvalidValue(f"[patients] {key} fixes what sensitivity asks about (arm '{name}'); take it out of the study")
    if who.baseline is not None:
        raise InvalidValue(
            f"[patients] baseline (arm '{name}') is not followed: sensitivity draws the patients of the population as it is; "
            "take it out of the study"
        )
    disease, _ = within.population(who.population)
    try:
        regimen = Regimen.parse(study.arms[name].treatment, within.drugs)
    except ImmunoresetError as fault:
        raise InvalidRegimen(f"arm '{name}': {fault}") from None
    question = Question(
        name,
        who.population,
        regimen,
        within,
        tuple(prior_of(within.theta, one) for one in live(within.theta, who.population, [regimen], within)),
        asked(headlines, disease, study.stop),
        {},
        study.seed,
        study.start,
        study.stop,
        study.solver.rtol,
        threads,
    )
    return _no_longer_than_needed(_that_apply(question, named=headlines is not None))


def _no_longer_than_needed(question: Question) -> Question:
    """Until the last day that a headline asks about, where a few patients have the same headlines as over the whole study."""
    needed = max((one.last_day for one in question.headlines), default=0.0)
    if not 0 < needed < question.stop:
        return question
    sooner, centre, few = replace(question, stop=needed), [question.catalogue.theta], np.arange(A_FEW)[None]
    try:
        short, whole = (headlines_of(one, centre, few, quasi=True) for one in (sooner, question))
    except InvalidRegimen:  # something is given only later
        return question
    return sooner if np.allclose(short.values, whole.values, rtol=1e-6, atol=1e-9, equal_nan=True) else question


def _that_apply(question: Question, *, named: bool) -> Question:
    """Without the headlines that a few patients of the arm do not have. Raises InvalidValue where the user named such a one."""
    few = headlines_of(question, [question.catalogue.theta], np.arange(A_FEW)[None], quasi=True)
    if few.failed.all():
        raise InvalidValue(f"all of {A_FEW} simulations of arm '{question.arm}' fail; try it with `immunoreset simulate`")
    found = few.values[0, ~few.failed[0]]
    dropped: dict[str, str] = {}
    for place, one in enumerate(question.headlines):
        missing = int(np.isnan(found[:, place]).sum())
        never = one.kind == "day" and bool((found[:, place] == one.horizon).all())
        if missing == len(found) or never:
            dropped[one.name] = f"nobody in arm '{question.arm}', which ends on day {question.stop:g}, has it"
        elif missing:
            dropped[one.name] = (
                f"{missing} of {len(found)} patients do not have it, and a mean without them changes with who has it"
            )
    if named and dropped:
        name, why = next(iter(dropped.items()))
        raise InvalidValue(f"'{name}' cannot be a headline: {why}; name another outcome")
    kept = tuple(one for one in question.headlines if one.name not in dropped)
    if not kept:
        raise InvalidValue(
            f"no headline applies to arm '{question.arm}': {'; '.join(dropped.values())}; name one with --headlines"
        )
    return replace(question, headlines=kept, dropped=dropped)
