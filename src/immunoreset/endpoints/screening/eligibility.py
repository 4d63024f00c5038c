"""May this patient enter: 25 rules of lupus CAR-T trials, each passed, failed or undetermined, with the data behind it.

The thresholds are our defaults among those of registered trials and can all be changed; no single protocol has all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.quantities import (
    Cd3Cells,
    Creatinine,
    Egfr,
    Haemoglobin,
    Lymphocytes,
    Neutrophils,
    Platelets,
    Prednisone,
    Upcr,
    UrineProtein,
    need,
)
from immunoreset.endpoints.screening.candidate import INFECTIONS, Candidate
from immunoreset.endpoints.tables import read
from immunoreset.endpoints.together import all_of, any_of, choose
from immunoreset.errors import InvalidValue

YEAR = 365.25  # days
PERCENT = 100.0


@dataclass(frozen=True)
class Limits:
    """Thresholds of the rules. Counts in 10^9/L, haemoglobin in g/L, CD3 cells per uL, windows in days, enzymes in multiples.

    `lupus_cytopenia_waived` waives haemoglobin and platelets where the candidate's cytopenia is due to lupus.
    """

    youngest: float = 18.0
    oldest: float = 65.0
    classification_score: float = 10.0
    sledai_2k: float = 8.0
    clinical_sledai: float = 4.0
    bilag_a_major: float = 1.0
    bilag_b: float = 2.0
    nephritis_upcr: float = 1.0
    nephritis_egfr: float = 30.0
    failed_immunosuppressants: float = 2.0
    neutrophils: float = 1.0
    gcsf_window: float = 14.0
    haemoglobin: float = 80.0
    platelets: float = 50.0
    lupus_cytopenia_waived: bool = False
    lymphocytes: float = 0.1
    cd3_cells: float = 100.0
    egfr: float = 30.0
    transaminases: float = 3.0
    bilirubin: float = 2.0
    bilirubin_gilbert: float = 3.0
    lvef: float = 50.0
    oxygen_saturation: float = 92.0
    cns_window: float = 60.0
    cell_therapy_window: float = float("inf")
    malignancy_window: float = 2 * YEAR
    live_vaccine_window: float = 42.0
    urine_protein: float = 6.0
    creatinine: float = 2.5
    glucocorticoid: float = 10.0


Check = Callable[[Candidate, Limits], Answer]


@dataclass(frozen=True)
class Rule:
    """One rule; `needs` names the data of the candidate it looks at. A soft rule is reported but excludes nobody."""

    id: str
    domain: str
    text: str
    hard: bool
    needs: tuple[str, ...]
    passed: Check


class Datum(NamedTuple):
    """A fact that a rule looked at, and how many days old it was (None if not said)."""

    name: str
    value: object
    days_old: float | None


@dataclass(frozen=True, eq=False)
class Verdict:
    """How a candidate, or each of many, stands with one rule."""

    rule: Rule
    passed: Answer
    data: tuple[Datum, ...]

    @property
    def word(self) -> str | NDArray[np.str_]:
        """ "pass", "fail" or "undetermined"."""
        words = np.where(self.passed.yes, "pass", np.where(self.passed.no, "fail", "undetermined"))
        return str(words) if words.ndim == 0 else words


@dataclass(frozen=True, eq=False)
class Screening:
    """All verdicts; `eligible` is yes if every hard rule is passed, no if one is failed."""

    verdicts: tuple[Verdict, ...]

    @property
    def eligible(self) -> Answer:
        return all_of(verdict.passed for verdict in self.verdicts if verdict.rule.hard)

    @property
    def failed(self) -> list[str]:
        """Rules that one candidate fails, hard and soft; with many candidates look at each verdict's `word`."""
        return self._ids("fail")

    @property
    def undetermined(self) -> list[str]:
        """Rules that need more data of one candidate."""
        return self._ids("undetermined")

    def _ids(self, word: str) -> list[str]:
        if any(verdict.passed.yes.ndim for verdict in self.verdicts):
            raise InvalidValue("several candidates were screened: read `word` of each verdict, one per candidate")
        return [verdict.rule.id for verdict in self.verdicts if verdict.word == word]


def screen(candidate: Candidate, *, limits: Limits | None = None, rules: Sequence[Rule] | None = None) -> Screening:
    """Every rule's verdict, with the data that it looked at; what is missing leaves a rule undetermined.

    The default rules are DEFAULT_RULES; ORGAN_FUNCTION are those to be checked again before lymphodepletion.

    >>> found = screen(Candidate(age=17, egfr=Egfr(75, "mL/min/1.73m2"), days_old={"age": 0}))
    >>> found.failed, found.eligible, found.verdicts[0].data
    (['I01'], Answer(False), (Datum(name='age', value=17, days_old=0),))

    Source: tables/eligibility_default_rules.csv, from 16 registered trials.
    """
    used = limits or Limits()
    return Screening(
        tuple(
            Verdict(
                rule,
                rule.passed(candidate, used),
                tuple(Datum(name, getattr(candidate, name), candidate.days_old.get(name)) for name in rule.needs),
            )
            for rule in (DEFAULT_RULES if rules is None else rules)
        )
    )


def _points(value: object) -> Range:
    return Range.of(value, lowest=0)  # type: ignore[arg-type]


def _percent(value: object) -> Range:
    return Range.of(value, lowest=0, highest=PERCENT)  # type: ignore[arg-type]


def _waived(c: Candidate, limits: Limits) -> Answer:
    return Answer.of(c.cytopenia_due_to_lupus) & limits.lupus_cytopenia_waived


def _nephritis(c: Candidate, limits: Limits) -> Answer:
    active = need(Upcr, c.upcr, "upcr").to("g/g") > limits.nephritis_upcr
    working = need(Egfr, c.egfr, "egfr").to(Egfr.standard_unit()) >= limits.nephritis_egfr
    return ~Answer.of(c.renal_stratum) | (Answer.of(c.biopsy_class_3_or_4) & active & working)


def _counts(c: Candidate, limits: Limits) -> Answer:
    unaided = _points(c.gcsf_days_ago) >= limits.gcsf_window
    return (need(Neutrophils, c.neutrophils, "neutrophils").to("10^9/L") >= limits.neutrophils) & unaided


def _collectable(c: Candidate, limits: Limits) -> Answer:
    lymphocytes = need(Lymphocytes, c.lymphocytes, "lymphocytes").to("10^9/L") >= limits.lymphocytes
    return lymphocytes | (need(Cd3Cells, c.cd3_cells, "cd3_cells").to("/uL") >= limits.cd3_cells)


def _liver(c: Candidate, limits: Limits) -> Answer:
    highest = choose(Answer.of(c.gilbert_syndrome), limits.bilirubin_gilbert, limits.bilirubin)
    transaminases = [_points(value) <= limits.transaminases for value in (c.alt, c.ast)]
    return all_of([*transaminases, _points(c.bilirubin) <= highest])


def _no_infection(c: Candidate, limits: Limits) -> Answer:
    return ~any_of(Answer.of(c.infections.get(name)) for name in INFECTIONS)


def _kidneys_not_lost(c: Candidate, limits: Limits) -> Answer:
    protein = need(UrineProtein, c.urine_protein, "urine_protein").to("g/day") > limits.urine_protein
    creatinine = need(Creatinine, c.creatinine, "creatinine").to("mg/dL") > limits.creatinine
    return ~any_of([protein, creatinine, Answer.of(c.dialysis), Answer.of(c.rapidly_progressive_nephritis)])


def _not_pregnant(c: Candidate, limits: Limits) -> Answer:
    return ~Answer.of(c.pregnant) & ~Answer.of(c.lactating) & Answer.of(c.contraception)


CHECKS: Mapping[str, tuple[tuple[str, ...], Check]] = {
    "I01": (("age",), lambda c, k: (_points(c.age) >= k.youngest) & (_points(c.age) <= k.oldest)),
    "I02": (
        ("classification_score", "ana_ever_positive"),
        lambda c, k: (_points(c.classification_score) >= k.classification_score) & Answer.of(c.ana_ever_positive),
    ),
    "I03": (
        ("ana_ever_positive", "anti_dsdna_positive", "anti_sm_positive"),
        lambda c, k: any_of(map(Answer.of, (c.ana_ever_positive, c.anti_dsdna_positive, c.anti_sm_positive))),
    ),
    "I04": (("sledai_2k",), lambda c, k: _points(c.sledai_2k) >= k.sledai_2k),
    "I05": (("clinical_sledai",), lambda c, k: _points(c.clinical_sledai) >= k.clinical_sledai),
    "I06": (
        ("bilag_a_major", "bilag_b"),
        lambda c, k: (_points(c.bilag_a_major) >= k.bilag_a_major) | (_points(c.bilag_b) >= k.bilag_b),
    ),
    "I07": (("renal_stratum", "biopsy_class_3_or_4", "upcr", "egfr"), _nephritis),
    "I08": (
        ("glucocorticoid_tried", "failed_immunosuppressants"),
        lambda c, k: Answer.of(c.glucocorticoid_tried) & (_points(c.failed_immunosuppressants) >= k.failed_immunosuppressants),
    ),
    "I09": (("neutrophils", "gcsf_days_ago"), _counts),
    "I10": (
        ("haemoglobin", "cytopenia_due_to_lupus"),
        lambda c, k: (need(Haemoglobin, c.haemoglobin, "haemoglobin").to("g/L") >= k.haemoglobin) | _waived(c, k),
    ),
    "I11": (
        ("platelets", "cytopenia_due_to_lupus"),
        lambda c, k: (need(Platelets, c.platelets, "platelets").to("10^9/L") >= k.platelets) | _waived(c, k),
    ),
    "I12": (("lymphocytes", "cd3_cells"), _collectable),
    "I13": (("egfr",), lambda c, k: need(Egfr, c.egfr, "egfr").to(Egfr.standard_unit()) >= k.egfr),
    "I14": (("alt", "ast", "bilirubin", "gilbert_syndrome"), _liver),
    "I15": (("lvef",), lambda c, k: _percent(c.lvef) >= k.lvef),
    "I16": (("oxygen_saturation",), lambda c, k: _percent(c.oxygen_saturation) >= k.oxygen_saturation),
    "E01": (
        ("active_cns_lupus", "cns_disease_days_ago"),
        lambda c, k: ~Answer.of(c.active_cns_lupus) & (_points(c.cns_disease_days_ago) >= k.cns_window),
    ),
    "E02": (("infections",), _no_infection),
    "E03": (("cell_therapy_days_ago",), lambda c, k: _points(c.cell_therapy_days_ago) >= k.cell_therapy_window),
    "E04": (("malignancy_days_ago",), lambda c, k: _points(c.malignancy_days_ago) >= k.malignancy_window),
    "E05": (("pregnant", "lactating", "contraception"), _not_pregnant),
    "E06": (("live_vaccine_days",), lambda c, k: _points(c.live_vaccine_days) >= k.live_vaccine_window),
    "E07": (("urine_protein", "creatinine", "dialysis", "rapidly_progressive_nephritis"), _kidneys_not_lost),
    "E08": (
        ("highest_recent_dose",),
        lambda c, k: need(Prednisone, c.highest_recent_dose, "highest_recent_dose").to("mg/day") <= k.glucocorticoid,
    ),
    "E09": (
        ("drug_induced_lupus", "overlap_disease"),
        lambda c, k: ~Answer.of(c.drug_induced_lupus) & ~Answer.of(c.overlap_disease),
    ),
}

DEFAULT_RULES = tuple(
    Rule(row["id"], row["domain"], row["rule_expression"], row["hard_or_soft"] == "hard", *CHECKS[row["id"]])
    for row in read("eligibility_default_rules")
)
ORGAN_FUNCTION = tuple(rule for rule in DEFAULT_RULES if "I09" <= rule.id <= "I16")
