"""Whether a cohort is settled: the design would leave the dose whatever becomes of the patients who are still to come."""

from __future__ import annotations

import numpy as np

from immunoreset.trial.decision import Decision, Design, Flags, Why
from immunoreset.trial.outcomes import Counts, Outcomes

_TOO_TOXIC = (Why.TOO_TOXIC, Why.ALL_DOSES_CLOSED, Why.DOSE_ELIMINATED)


def settled(design: Design, outcomes: Outcomes, now: Decision, *, missing: Counts | int = 0) -> Flags:
    """Trials (T,) that go below the current dose, or stop as too toxic, even if nobody else there has a toxicity.

    Those still watched at the current dose and `missing` (T,) further ones count as without toxicity, once all without and once
    all with benefit. `now` is what the design says without them.

    >>> from immunoreset.trial.dose_finding.boin import BOIN
    >>> design, seen = BOIN(3, 0.3), Outcomes.read(["1NNN 2T", "1NNN 2TT"], doses=3)
    >>> settled(design, seen, design.decide(seen), missing=np.array([2, 1])).tolist()
    [False, True]
    """
    found = _leaves(now, outcomes.current)
    chosen = np.flatnonzero(found)
    if len(chosen):
        part = outcomes.take(chosen)
        more = np.broadcast_to(np.asarray(missing), (outcomes.trials,))[chosen]
        for effective in (False, True):
            found[chosen] &= _leaves(design.decide(part.completed(more, effective=effective)), part.current)
    return found


def _leaves(made: Decision, current: Counts) -> Flags:
    lower = ~made.stop & (made.dose < current) & (current > 0)
    return lower | (made.stop & np.isin(made.why, _TOO_TOXIC))
