"""What rows have in common: patients counted by both, and what is peculiar to a study."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from immunoreset.evidence.pooling import FEW, SPREAD, between_studies
from immunoreset.evidence.rules import WINDOW
from immunoreset.inference.targets import Target

Floats = NDArray[np.float64]
RELATIVE = 0.15
"""SD between fewer than three studies of a logarithm, and of other numbers relative to the value (chosen by us)."""


def correlation(
    targets: Sequence[Target], influences: Sequence[Mapping[str, Floats]], share: Callable[[str, str], bool]
) -> Floats:
    """Correlation (R, R) of the sampling errors of rows, from simulated patients.

    `influences` gives per row and cohort what each simulated patient adds (P,), with its sign: a difference of two arms adds the
    one and subtracts the other. `share` says whether two cohorts have patients in common (`Cohorts.share`); the smaller is then
    taken to be part of the larger. Cohorts without a published n have the n of the other.
    """
    sizes = [dict(zip(target.cohorts, target.patients, strict=False)) for target in targets]
    rows = range(len(targets))
    found = np.eye(len(targets))

    def covariance(i: int, j: int) -> float:
        total = 0.0
        for one, a in influences[i].items():
            for other, b in influences[j].items():
                if one == other or share(one, other):
                    m, n = sizes[i].get(one) or sizes[j].get(other) or 1, sizes[j].get(other) or sizes[i].get(one) or 1
                    total += float(np.mean(a * b)) / max(m, n)
        return total

    def variance(i: int, n_of: Mapping[str, int | None], default: int) -> float:
        return sum(float(np.mean(a * a)) / (n_of.get(cohort) or default) for cohort, a in influences[i].items())

    for i, j in combinations(rows, 2):
        known = [n for n in (*sizes[i].values(), *sizes[j].values()) if n]
        default = known[0] if known else 1
        scale = variance(i, sizes[i], default) * variance(j, sizes[j], default)
        if scale > 0:
            found[i, j] = found[j, i] = np.clip(covariance(i, j) / np.sqrt(scale), -1, 1)
    return found


def between(targets: Sequence[Target]) -> Floats:
    """SD (R,) of what is peculiar to a study, on the scale of each row: rule 5 of the evidence.

    From three studies of one fact under one arm, within 45 days, by moments (DerSimonian and Laird 1986).
    Otherwise 0.3 on logits, 0.15 on logarithms, 15 % of other numbers, and 0.075 for a difference of shares, which is 0.3 on the
    logit at one half. None for a tolerance that we chose, which is meant to hold it.
    """
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, target in enumerate(targets):
        if not target.ours:
            groups[target.family, target.fact, target.arm, target.kind, target.scale].append(place)
    found = np.zeros(len(targets))
    for members in groups.values():
        for place in members:
            same = [other for other in members if _same_time(targets[place], targets[other])]
            one_each = {targets[other].study: other for other in same}
            if len(one_each) >= FEW:
                values = [targets[other].value for other in one_each.values()]
                found[place] = between_studies(values, [targets[other].sd ** 2 for other in one_each.values()]) ** 0.5
            else:
                found[place] = usual(targets[place])
    return found


def usual(target: Target) -> float:
    """The SD between studies that is assumed where it cannot be estimated; also the unit of a discrepancy of the model."""
    if target.kind == "difference":
        return SPREAD / 4
    return SPREAD if target.scale == "logit" else RELATIVE * (1.0 if target.scale == "log" else abs(target.value))


def common_to_study(targets: Sequence[Target], sd: Floats) -> Floats:
    """Covariance (R, R) of effects of sd `sd` (R,), common to rows of one family that are of one study or share patients."""
    of = list(range(len(targets)))
    for i, j in combinations(range(len(targets)), 2):
        one, other = targets[i], targets[j]
        if one.family == other.family and (one.study == other.study or one.block == other.block):
            joined = of[j]
            of = [of[i] if effect == joined else effect for effect in of]
    effects = np.array(of)
    return np.where(effects[:, None] == effects, np.outer(sd, sd), 0.0)


def _same_time(one: Target, other: Target) -> bool:
    return one.day is None or other.day is None or abs(one.day - other.day) <= WINDOW
