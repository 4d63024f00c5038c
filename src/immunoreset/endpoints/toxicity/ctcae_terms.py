"""The laboratory terms of CTCAE 5.0 and 6.0 as rules: which value, against which limit, gives which grade.

The two versions differ and are never mixed; a term that one of them lacks is refused with the reason. Numbers are those of
ctcae_subset.csv and, where that table names only one version or one baseline, of the files in pharmaverse/admiral behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.quantities import (
    Alt,
    Ast,
    Bilirubin,
    Cd4Cells,
    CreatineKinase,
    Creatinine,
    Egfr,
    Fibrinogen,
    Haemoglobin,
    Inr,
    Leukocytes,
    Lymphocytes,
    Neutrophils,
    Platelets,
    Quantity,
)
from immunoreset.endpoints.together import choose, maximum, minimum
from immunoreset.endpoints.together import grade as highest_step
from immunoreset.errors import UnknownName, unknown

Version = Literal["5.0", "6.0"]
VERSIONS = ("5.0", "6.0")
LLN = -1.0  # stands for the laboratory's lower limit of normal in a tuple of limits


class Limits(NamedTuple):
    """The laboratory's limits of normal and the patient's value before treatment."""

    lln: Range
    uln: Range
    baseline: Range


class Rule(Protocol):
    """How a value is graded."""

    def grade(self, value: Range, limits: Limits) -> Range: ...


@dataclass(frozen=True)
class Below:
    """Grade 1, 2, ... below each of the falling limits; LLN stands for the lower limit of normal."""

    bounds: tuple[float, ...]

    def grade(self, value: Range, limits: Limits) -> Range:
        return highest_step(*(value < (limits.lln if bound == LLN else bound) for bound in self.bounds))


@dataclass(frozen=True)
class Above:
    """Grade 1, 2, ... above each of the rising limits."""

    bounds: tuple[float, ...]

    def grade(self, value: Range, limits: Limits) -> Range:
        return highest_step(*(value > bound for bound in self.bounds))


@dataclass(frozen=True)
class TimesUln:
    """Grade 1, 2, ... above multiples of the upper limit of normal, or of the baseline value where that was above it.

    `at_first`: at the first multiple of the baseline the grade is already 1. Without `of_baseline` the baseline is not asked.
    """

    of_uln: tuple[float, ...]
    of_baseline: tuple[float, ...] = ()
    at_first: bool = True

    def grade(self, value: Range, limits: Limits) -> Range:
        # the baseline counts where it is above the limit, the limit where it is not: either time the higher of the two
        reference = maximum(limits.uln, limits.baseline) if self.of_baseline else limits.uln
        normal = highest_step(*(value > reference * times for times in self.of_uln))
        if not self.of_baseline:
            return normal
        first, *others = (reference * times for times in self.of_baseline)
        reached = value >= first if self.at_first else value > first
        raised = highest_step(reached, *(value > bound for bound in others))
        return choose(limits.baseline > limits.uln, raised, normal)


@dataclass(frozen=True)
class CreatinineRise:
    """Multiples of the upper limit, and for grades 2 and 3 of the baseline: of any (5.0), or of one below normal alone (6.0)."""

    of_uln: tuple[float, float, float, float]
    of_baseline: tuple[float, float]
    only_if_low: bool

    def grade(self, value: Range, limits: Limits) -> Range:
        one, two, three, four = (value > limits.uln * times for times in self.of_uln)
        baseline = minimum(limits.baseline, limits.lln) if self.only_if_low else limits.baseline
        base_two, base_three = (value > baseline * times for times in self.of_baseline)
        if not self.only_if_low:
            return highest_step(one, two | base_two, three | base_three, four)
        by_baseline = highest_step(one, base_two, base_three, four)
        return choose(limits.baseline < limits.lln, by_baseline, highest_step(one, two, three, four))


@dataclass(frozen=True)
class FibrinogenFall:
    """Fractions of the lower limit; below it also falls from baseline; and one absolute limit for grade 4."""

    of_lln: tuple[float, ...]
    of_baseline: tuple[float, ...]  # what is left of the baseline value, grades 2 to 4
    lowest: float

    def grade(self, value: Range, limits: Limits) -> Range:
        low = value < limits.lln
        fallen = (Answer.of(False), *(low & (value <= limits.baseline * left) for left in self.of_baseline))
        by_lln = (value < limits.lln * share for share in self.of_lln)
        *others, fourth = (lln | fall for lln, fall in zip(by_lln, fallen, strict=True))
        return highest_step(*others, fourth | (value < self.lowest))


@dataclass(frozen=True)
class ClearanceBands:
    """Grade 2 and grade 3 have bands; below the second no laboratory grade is given, and at least 3 is left open."""

    upper: float
    middle: float
    lowest: float

    def grade(self, value: Range, limits: Limits) -> Range:
        banded = highest_step(Answer.of(False), value <= self.upper, value <= self.middle)
        return choose(value < self.lowest, Range.of(None, lowest=3, highest=4), banded)


class Term(NamedTuple):
    """One laboratory term of one version: what is measured, in which unit the rule counts, and the rule."""

    kind: type[Quantity]
    unit: str
    rule: Rule


CELLS = "10^9/L"
_TRANSAMINASE = (1, 3, 5, 20)
_BOTH: dict[str, Term] = {
    "White blood cell decreased": Term(Leukocytes, CELLS, Below((LLN, 3.0, 2.0, 1.0))),
    "Anemia": Term(Haemoglobin, "g/L", Below((LLN, 100, 80))),
    "CD4 lymphocytes decreased": Term(Cd4Cells, CELLS, Below((LLN, 0.5, 0.2, 0.05))),
    "Fibrinogen decreased": Term(Fibrinogen, "g/L", FibrinogenFall((1, 0.75, 0.5, 0.25), (0.75, 0.5, 0.25), 0.5)),
    "INR increased": Term(Inr, "1", Above((1.2, 1.5, 2.5))),
}
TERMS: dict[str, dict[str, Term]] = {
    "5.0": _BOTH
    | {
        "Neutrophil count decreased": Term(Neutrophils, CELLS, Below((LLN, 1.5, 1.0, 0.5))),
        "Lymphocyte count decreased": Term(Lymphocytes, CELLS, Below((LLN, 0.8, 0.5, 0.2))),
        "Platelet count decreased": Term(Platelets, CELLS, Below((LLN, 75, 50, 25))),
        "Alanine aminotransferase increased": Term(Alt, "U/L", TimesUln(_TRANSAMINASE, (1.5, 3, 5, 20))),
        "Aspartate aminotransferase increased": Term(Ast, "U/L", TimesUln(_TRANSAMINASE, (1.5, 3, 5, 20))),
        "Blood bilirubin increased": Term(Bilirubin, "umol/L", TimesUln((1, 1.5, 3, 10), (1, 1.5, 3, 10), at_first=False)),
        "Creatinine increased": Term(Creatinine, "mg/dL", CreatinineRise((1, 1.5, 3, 6), (1.5, 3), only_if_low=False)),
        "CPK increased": Term(CreatineKinase, "U/L", TimesUln((1, 2.5, 5, 10))),
    },
    "6.0": _BOTH
    | {
        "Neutrophil count decreased": Term(Neutrophils, CELLS, Below((1.5, 1.0, 0.5, 0.1))),
        "Thrombocytopenia": Term(Platelets, CELLS, Below((LLN, 75, 50, 10))),
        "Alanine aminotransferase increased": Term(Alt, "U/L", TimesUln(_TRANSAMINASE, (1, 1.5, 2, 4))),
        "Aspartate aminotransferase increased": Term(Ast, "U/L", TimesUln(_TRANSAMINASE, (1, 1.5, 2, 4))),
        "Blood bilirubin increased": Term(Bilirubin, "umol/L", TimesUln((1, 1.5, 3, 10), (1, 1.5, 2.5, 10))),
        "Creatinine increased": Term(Creatinine, "mg/dL", CreatinineRise((1, 1.5, 3, 6), (1.5, 3), only_if_low=True)),
        "Creatinine clearance decreased": Term(Egfr, "mL/min", ClearanceBands(49, 25, 10)),
    },
}
_NO_IGG_TERM = "CTCAE has no such term: grade it by the sponsor's limits with hypogammaglobulinaemia.grade"
ABSENT = {  # why a version lacks a term that somebody may well ask for
    ("5.0", "Thrombocytopenia"): "it is called 'Platelet count decreased' there, graded otherwise",
    ("5.0", "Creatinine clearance decreased"): "its laboratory grades are defined here for 6.0 only",
    ("6.0", "Platelet count decreased"): "it is called 'Thrombocytopenia' there, graded otherwise",
    ("6.0", "Lymphocyte count decreased"): "the published table of its laboratory terms does not have it",
    ("6.0", "CPK increased"): "the published table of its laboratory terms does not have it",
    ("5.0", "Hypogammaglobulinaemia"): _NO_IGG_TERM,
    ("6.0", "Hypogammaglobulinaemia"): _NO_IGG_TERM,
}
SPELLINGS = {"anaemia": "anemia", "hypogammaglobulinemia": "hypogammaglobulinaemia"}


def find(name: str, version: str) -> Term:
    """The rule of a term, whose capitals do not matter. Raises UnknownName, with the reason where there is one.

    >>> find("Thrombocytopenia", "6.0").unit
    '10^9/L'
    """
    if version not in VERSIONS:
        raise unknown("version of CTCAE", version, VERSIONS)
    plain = SPELLINGS.get(name.strip().lower(), name.strip().lower())
    for term, rule in TERMS[version].items():
        if term.lower() == plain:
            return rule
    for (absent_from, term), reason in ABSENT.items():
        if absent_from == version and term.lower() == plain:
            raise UnknownName(f"CTCAE {version} has no '{term}': {reason}")
    raise unknown(f"laboratory term of CTCAE {version}", name, TERMS[version])
