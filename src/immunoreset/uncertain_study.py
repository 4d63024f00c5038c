"""A study under many draws of the numbers: the same patients, flares and chance, so that only the numbers differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from immunoreset.catalogue import Catalogue, Theta, catalogue_of
from immunoreset.inference.posterior import Posterior
from immunoreset.memory import check_memory
from immunoreset.population.twins import TWINS_OF
from immunoreset.results import QUANTILES, ArmResult, StudyResult
from immunoreset.study import Progress, run
from immunoreset.study_document import Study
from immunoreset.therapy import Regimen
from immunoreset.uncertainty.choice import Asked, posterior_for
from immunoreset.uncertainty.draws import over_draws
from immunoreset.uncertainty.intervals import Spread


@dataclass(frozen=True)
class _Seen:
    """What is kept of an arm under one draw: outcomes of the patients, and quantiles of the curves."""

    outcomes: Mapping[str, np.ndarray]
    curves: Mapping[str, np.ndarray]


def run_uncertain(
    study: Study,
    asked: Asked,
    posterior: Posterior | None = None,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    catalogue: Catalogue | None = None,
    theta: Theta | None = None,
) -> StudyResult:
    """The study as `run` simulates it, and its arms again under draws of the numbers; scans keep the numbers as they are.

    The draws are those of `posterior`, or of what is asked for where it is not given. A draw without patients is replaced by
    a further one and counted. Raises what `run` raises, and InvalidValue for more draws than there are.
    """
    within = catalogue_of(study, catalogue, theta)
    patients = _patients(study, within)
    posterior, left_out = posterior_for(asked, patients, seed=study.seed, catalogue=within, posterior=posterior)
    result = run(study, threads=threads, progress=progress, catalogue=catalogue, theta=theta)
    _check_memory(result, asked.draws)
    again = study.model_copy(update={"scan": None, "compare_with": None, "modules": None})

    def simulate(drawn: Theta) -> dict[str, _Seen]:
        return {name: _seen(arm) for name, arm in run(again, threads=threads, catalogue=within, theta=drawn).arms.items()}

    found, numbers = over_draws(posterior, asked.draws, simulate, base=within.theta, left_out=left_out, progress=progress)
    arms = {
        name: replace(arm, spread=_spread([one[name] for one in found], asked.trial_size or len(arm.patients), study.seed))
        for name, arm in result.arms.items()
    }
    manifest = {**result.manifest, "uncertainty": asked.as_document(), "numbers drawn": numbers.as_document()}
    return replace(result, arms=arms, manifest=manifest, numbers=numbers)


def _patients(study: Study, catalogue: Catalogue) -> dict[str, list[Regimen]]:
    """The treatments by population."""
    found: dict[str, list[Regimen]] = {}
    for name, arm in study.arms.items():
        population = study.patients_of(name).population or TWINS_OF
        found.setdefault(population, []).append(Regimen.parse(arm.treatment, catalogue.drugs))
    return found


def _check_memory(result: StudyResult, draws: int) -> None:
    """Refuse draws whose outcomes would not fit in memory."""
    twins = sum(arm.twins * len(arm.outcomes.values) for arm in result.arms.values())
    curves = sum(len(arm.trajectories) * len(QUANTILES) * len(result.days) for arm in result.arms.values())
    need = draws * (8.0 * twins + 4.0 * curves) * 2  # once more while they are put together
    check_memory(need, f"{draws} draws of the numbers", count=draws, least="draws")


def _seen(arm: ArmResult) -> _Seen:
    return _Seen(arm.outcomes.values, {name: arm.quantiles(name).astype(np.float32) for name in arm.trajectories})


def _spread(seen: Sequence[_Seen], trial_size: int, seed: int) -> Spread:
    def together(parts: Sequence[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
        return {name: np.stack([part[name] for part in parts]) for name in parts[0]}

    return Spread(together([one.outcomes for one in seen]), together([one.curves for one in seen]), trial_size, seed)
