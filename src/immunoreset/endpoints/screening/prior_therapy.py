"""How many immunosuppressants have failed: what counts differs by trial, and so is written down as options."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.screening.washout import MEMBERS
from immunoreset.endpoints.together import any_of, count
from immunoreset.errors import InvalidValue, unknown

Ending = Literal["failure", "intolerance"]
ENDINGS = ("failure", "intolerance")
ONE_DRUG = {  # names of the same drug; a class of drugs in MEMBERS is not one drug
    name: drug for drug in ("mycophenolate", "azathioprine", "cyclophosphamide", "methotrexate") for name in MEMBERS[drug]
}
NOT_COUNTED = {*MEMBERS["prednisone-equivalent"], "hydroxychloroquine", *MEMBERS["hydroxychloroquine"]}
MERGED = ("methotrexate", "azathioprine")


@dataclass(frozen=True)
class PriorTherapy:
    """A drug taken for `months` (None if not known) and why it was not enough."""

    drug: str
    months: float | None
    ended: Ending = "failure"

    def __post_init__(self) -> None:
        if self.ended not in ENDINGS:
            raise unknown("reason why a therapy ended", self.ended, ENDINGS)
        if self.months is not None and self.months < 0:
            raise InvalidValue(f"{self.drug}: {self.months:g} months; give 0 or more")


def count_failed(
    therapies: Iterable[PriorTherapy],
    *,
    least_months: float = 3.0,
    intolerance_counts: bool = False,
    merge_methotrexate_azathioprine: bool = True,
) -> Range:
    """How many different immunosuppressants failed after long enough a trial.

    Glucocorticoids and antimalarials are no immunosuppressants here. By default intolerance is no failure, and methotrexate and
    azathioprine count as one, as in Breakfree-1.

    >>> count_failed([PriorTherapy("methotrexate", 6), PriorTherapy("azathioprine", 6), PriorTherapy("belimumab", 2)])
    Range(1)

    Source: eligibility of NCT05869955; tables/eligibility_default_rules.csv, I08.
    """
    found: dict[str, list[Answer]] = {}
    for therapy in therapies:
        name = " ".join(therapy.drug.strip().lower().split())
        if name in NOT_COUNTED:
            continue
        name = ONE_DRUG.get(name, name)
        if merge_methotrexate_azathioprine and name in MERGED:
            name = MERGED[0]
        long_enough = Range.of(therapy.months, lowest=0) >= least_months
        failed = therapy.ended == "failure" or intolerance_counts
        found.setdefault(name, []).append(long_enough & failed)
    return count(any_of(answers) for answers in found.values())
