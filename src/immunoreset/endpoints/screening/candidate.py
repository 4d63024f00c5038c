"""What screening knows about a patient, or about many at once: laboratory values, scores, organ function, history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from numpy.typing import ArrayLike

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.lupus.bilag_grades import DOMAINS, A, B, how_many, read_grades
from immunoreset.endpoints.lupus.sledai import sledai
from immunoreset.endpoints.lupus.sledai_items import ITEMS, Items, Version
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
)
from immunoreset.errors import unknown

Known = Answer | bool | ArrayLike | None
Number = Range | ArrayLike | None

NEVER = float("inf")  # days since an event that has not happened
INFECTIONS = ("active", "HIV", "hepatitis B DNA", "hepatitis C RNA", "tuberculosis", "CMV viraemia", "syphilis")
MINOR_DOMAINS = ("Constitutional", "Mucocutaneous", "Musculoskeletal")


@dataclass(frozen=True, eq=False)
class Candidate:
    """Facts about a candidate; None is missing, and a waiver counts only if it is claimed.

    Each may be an array with one entry per candidate. Names ending in `_days_ago` count back to today, `live_vaccine_days` to
    the planned infusion; NEVER stands for an event that has not happened. `lvef` and `oxygen_saturation` (on room air) are in
    percent, `alt`, `ast` and `bilirubin` multiples of the upper limit of normal. `highest_recent_dose` is the highest daily
    glucocorticoid dose of the week before apheresis. `contraception` is yes where none is needed. `infections` are yes or no by
    the names of INFECTIONS; those not named are missing. `days_old` is the age of a datum, by its name.
    """

    age: Number = None
    classification_score: Number = None
    ana_ever_positive: Known = None
    anti_dsdna_positive: Known = None
    anti_sm_positive: Known = None
    sledai_2k: Number = None
    clinical_sledai: Number = None
    bilag_a_major: Number = None
    bilag_b: Number = None
    renal_stratum: Known = None
    biopsy_class_3_or_4: Known = None
    upcr: Upcr | None = None
    glucocorticoid_tried: Known = None
    failed_immunosuppressants: Number = None
    neutrophils: Neutrophils | None = None
    gcsf_days_ago: Number = None
    haemoglobin: Haemoglobin | None = None
    platelets: Platelets | None = None
    cytopenia_due_to_lupus: Known = False
    lymphocytes: Lymphocytes | None = None
    cd3_cells: Cd3Cells | None = None
    egfr: Egfr | None = None
    alt: Number = None
    ast: Number = None
    bilirubin: Number = None
    gilbert_syndrome: Known = False
    lvef: Number = None
    oxygen_saturation: Number = None
    active_cns_lupus: Known = None
    cns_disease_days_ago: Number = None
    infections: Mapping[str, Known] = field(default_factory=dict)
    cell_therapy_days_ago: Number = None
    malignancy_days_ago: Number = None
    pregnant: Known = None
    lactating: Known = None
    contraception: Known = None
    live_vaccine_days: Number = None
    urine_protein: UrineProtein | None = None
    creatinine: Creatinine | None = None
    dialysis: Known = None
    rapidly_progressive_nephritis: Known = None
    highest_recent_dose: Prednisone | None = None
    drug_induced_lupus: Known = None
    overlap_disease: Known = None
    days_old: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.infections:
            if name not in INFECTIONS:
                raise unknown("infection to screen for", name, INFECTIONS)
        for name in self.days_old:
            if name not in self.__dataclass_fields__:
                raise unknown("datum of a candidate", name, self.__dataclass_fields__)


class BilagCounts(NamedTuple):
    """For `Candidate.bilag_a_major` and `Candidate.bilag_b`."""

    a_major: Range
    b: Range


def count_bilag(grades: Range | str | ArrayLike | None) -> BilagCounts:
    """How many major organs are graded A, and how many organs B.

    Skin, joints and constitutional signs are no major organs.

    >>> count_bilag("ABEEEEEAB")
    BilagCounts(a_major=Range(1), b=Range(2))
    """
    read = read_grades(grades)
    major = Answer.of([domain not in MINOR_DOMAINS for domain in DOMAINS])
    return BilagCounts(how_many(read.equals(A) & major), how_many(read.equals(B)))


def sledai_without(items: Items, excluded: tuple[str, ...], *, version: Version) -> Range:
    """SLEDAI for screening, in which the items that a trial excludes are left out before its threshold is applied.

    Raises UnknownName for an item or version that does not exist.

    >>> from immunoreset.endpoints.lupus.sledai_items import only
    >>> sledai_without(only("FEVER", "SEIZURE"), ("FEVER",), version="2K")
    Range(8)
    """
    codes = [item.code for item in ITEMS]
    for code in excluded:
        if code not in codes:
            raise unknown("SLEDAI item", code, codes)
    return sledai({**items, **dict.fromkeys(excluded, False)}, version=version).total
