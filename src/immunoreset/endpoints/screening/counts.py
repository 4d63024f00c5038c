"""How many candidates pass each rule, fail it or need more data: the table that a trial prints of its screening."""

from __future__ import annotations

import numpy as np
import pandas as pd

from immunoreset.endpoints.known import Answer
from immunoreset.endpoints.screening.eligibility import Screening

ELIGIBLE = "eligible"


def screening_table(found: Screening) -> pd.DataFrame:
    """One row per rule (id, domain, rule, hard, passed, failed, undetermined), and a last one for eligibility.

    >>> from immunoreset.endpoints.screening.candidate import Candidate
    >>> from immunoreset.endpoints.screening.eligibility import screen
    >>> table = screening_table(screen(Candidate(age=[17, 30, 44]))).set_index("id")
    >>> table.loc["I01", ["passed", "failed", "undetermined"]].tolist()
    [2, 1, 0]
    """
    answers = [verdict.passed for verdict in found.verdicts]
    shape = np.broadcast_shapes((1,), *(answer.yes.shape for answer in answers))

    def counted(answer: Answer) -> dict[str, int]:
        yes, no = (int(np.broadcast_to(which, shape).sum()) for which in (answer.yes, answer.no))
        return {"passed": yes, "failed": no, "undetermined": int(np.prod(shape)) - yes - no}

    rules = [
        {"id": one.rule.id, "domain": one.rule.domain, "rule": one.rule.text, "hard": one.rule.hard} | counted(one.passed)
        for one in found.verdicts
    ]
    last = {"id": ELIGIBLE, "domain": "", "rule": "every hard rule", "hard": True} | counted(found.eligible)
    return pd.DataFrame([*rules, last])
