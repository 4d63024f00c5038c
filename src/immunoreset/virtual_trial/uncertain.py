"""Trials under draws of the numbers: the same patients and the same chance, so that only the numbers differ."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from immunoreset.catalogue import Catalogue, Theta, catalogue_of
from immunoreset.errors import InvalidValue
from immunoreset.inference.posterior import Posterior
from immunoreset.therapy import Regimen
from immunoreset.uncertainty.choice import Asked, posterior_for
from immunoreset.uncertainty.draws import over_draws
from immunoreset.virtual_trial.characteristics import Characteristic, characteristics_of
from immunoreset.virtual_trial.document import TrialDocument
from immunoreset.virtual_trial.potential_outcomes import Progress
from immunoreset.virtual_trial.run import TrialResult, find, regimens_of, run_trial
from immunoreset.virtual_trial.unsure_section import presented_with
from immunoreset.virtual_trial.unsure_trials import UnsureTrials


def run_uncertain_trial(
    document: TrialDocument,
    asked: Asked,
    posterior: Posterior | None = None,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    catalogue: Catalogue | None = None,
    theta: Theta | None = None,
) -> TrialResult:
    """The trials as `run_trial` simulates them, and again under draws of the numbers.

    The draws are those of `posterior`, or of what is asked for where it is not given. A draw without patients is replaced by a
    further one and counted. Raises what `run_trial` raises, and InvalidValue for a document that simulates no patients.
    """
    if document.drawn is None:
        raise InvalidValue("--uncertainty is of virtual patients, and this trial has stated rates or real outcomes; leave it out")
    within = catalogue_of(document, catalogue, theta)
    given = [Regimen.parse(text, within.drugs) for text in regimens_of(document).values()]
    patients = {document.drawn.name: given}
    posterior, left_out = posterior_for(asked, patients, seed=document.seed, catalogue=within, posterior=posterior)
    result = run_trial(document, threads=threads, progress=progress, catalogue=catalogue, theta=theta)
    plain = characteristics_of(result.found)

    def simulate(drawn: Theta) -> list[Characteristic]:
        return characteristics_of(find(document, within.with_theta(drawn), threads=threads)[0])

    found, numbers = over_draws(posterior, asked.draws, simulate, base=within.theta, left_out=left_out, progress=progress)
    by_name = [{one.name: one for one in each} for each in found]
    kept = tuple(one for one in dict.fromkeys(plain) if all(one.name in each for each in by_name))
    values = np.array([[each[one.name].value for one in kept] for each in by_name])
    errors = np.array([[each[one.name].error for one in kept] for each in by_name])
    unsure = UnsureTrials(kept, values, errors, numbers, asked.as_document())
    return replace(result, unsure=unsure, presented=presented_with(result.presented, unsure))
