"""Who is counted where: a graph of cohorts from what the documents say of containing and overlapping."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from immunoreset.evidence.rows import Cohort


@dataclass(frozen=True)
class Cohorts:
    """All cohorts by their whole name. A patient of a contained cohort is a patient of the cohort that contains it."""

    by_id: Mapping[str, Cohort]

    @cached_property
    def _members(self) -> dict[str, frozenset[str]]:
        """Each cohort with all that it contains, itself included; a circle ends where it closes."""
        members: dict[str, frozenset[str]] = {}
        for name in self.by_id:
            found, open_ends = {name}, [name]
            while open_ends:
                cohort = self.by_id.get(open_ends.pop())
                new = set(cohort.contains if cohort else ()) - found
                found |= new
                open_ends += new
            members[name] = frozenset(found)
        return members

    @cached_property
    def _declared(self) -> frozenset[frozenset[str]]:
        return frozenset(frozenset((name, other.cohort)) for name, cohort in self.by_id.items() for other in cohort.overlaps)

    def contains(self, whole: str, part: str) -> bool:
        """Whether every patient of `part` is one of `whole`."""
        return part in self._members.get(whole, {whole})

    def share(self, one: str, other: str) -> bool:
        """Whether two cohorts share patients: one contains the other, both contain a third, or an overlap is declared.

        An overlap of a cohort is one of every cohort that contains it, since its patients are in there too.
        """
        left, right = self._members.get(one, frozenset((one,))), self._members.get(other, frozenset((other,)))
        if left & right:
            return True
        return any(frozenset((a, b)) in self._declared for a in left for b in right)

    def disjoint(self, names: Iterable[str]) -> bool:
        """Whether no two of the cohorts share a patient."""
        return not any(self.share(one, other) for one, other in combinations(names, 2))

    def circles(self) -> list[str]:
        """Cohorts that contain themselves by a detour."""
        return [
            name
            for name, cohort in self.by_id.items()
            if any(name in self._members.get(part, frozenset()) for part in cohort.contains)
        ]
