"""BILAG-2004 items of the seven organ domains that a clinician scores, and the rules that make a grade of them.

Each item is scored 0 absent, 1 improving, 2 same, 3 worse or 4 new over the last four weeks. Whether an item is severe or
mild comes from the rater: the glossary that says so is copyright of the BILAG group and is not implemented. The rules are
recalled (medium-high): to be checked against Yee 2007, doi:10.1002/art.23130, before any claim of conformity.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from numpy.typing import ArrayLike

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.together import any_of, count, grade
from immunoreset.errors import unknown

ABSENT, IMPROVING, SAME, WORSE, NEW = range(5)
Codes = Mapping[str, Range | ArrayLike | None]


@dataclass(frozen=True)
class Domain:
    """The items that make a grade A, B or C while active; `c` counts when improving too."""

    a: tuple[str, ...]
    b: tuple[str, ...]
    c: tuple[str, ...] = ()

    @property
    def items(self) -> tuple[str, ...]:
        return (*self.a, *self.b, *self.c)


PYREXIA = "pyrexia"
OTHER_CONSTITUTIONAL = ("weight_loss", "lymphadenopathy_splenomegaly", "anorexia")
TWO = 2  # of the other constitutional items

DOMAINS = {
    "Constitutional": Domain(a=(PYREXIA,), b=OTHER_CONSTITUTIONAL),
    "Mucocutaneous": Domain(
        a=(
            "skin_eruption_severe", "angio_oedema_severe", "mucosal_ulceration_severe", "panniculitis_bullous_severe",
            "major_cutaneous_vasculitis_thrombosis",
        ),
        b=(
            "skin_eruption_mild", "panniculitis_bullous_mild", "digital_infarcts_nodular_vasculitis", "alopecia_severe",
        ),
        c=(
            "angio_oedema_mild", "mucosal_ulceration_mild", "alopecia_mild", "periungual_erythema_chilblains",
            "splinter_haemorrhages",
        ),
    ),
    "Neuropsychiatric": Domain(
        a=(
            "aseptic_meningitis", "cerebral_vasculitis", "demyelinating_syndrome", "myelopathy", "acute_confusional_state",
            "psychosis", "acute_inflammatory_demyelinating_polyradiculoneuropathy", "mononeuropathy", "cranial_neuropathy",
            "plexopathy", "polyneuropathy", "status_epilepticus", "cerebellar_ataxia",
        ),
        b=(
            "seizure_disorder", "cerebrovascular_disease", "cognitive_dysfunction", "movement_disorder",
            "autonomic_disorder", "lupus_headache_severe", "headache_raised_intracranial_pressure",
        ),
    ),
    "Musculoskeletal": Domain(
        a=("myositis_severe", "arthritis_severe"),
        b=("myositis_mild", "arthritis_moderate"),
        c=("arthritis_mild",),
    ),
    "Cardiorespiratory": Domain(
        a=(
            "myocarditis_cardiac_failure", "arrhythmia", "new_valvular_dysfunction", "cardiac_tamponade",
            "pleural_effusion_dyspnoea", "pulmonary_haemorrhage_vasculitis", "interstitial_alveolitis_pneumonitis",
            "shrinking_lung", "aortitis", "coronary_vasculitis",
        ),
        b=("pleurisy_pericarditis", "myocarditis_mild"),
    ),
    "Gastrointestinal": Domain(
        a=(
            "peritonitis", "enteritis_colitis", "intestinal_pseudo_obstruction", "acute_cholecystitis", "acute_pancreatitis",
        ),
        b=("serositis_ascites", "malabsorption", "protein_losing_enteropathy", "lupus_hepatitis"),
    ),
    "Ophthalmic": Domain(
        a=(
            "orbital_inflammation", "keratitis_severe", "posterior_uveitis_severe", "scleritis_severe",
            "retinal_choroidal_vaso_occlusion", "optic_neuritis", "anterior_ischaemic_optic_neuropathy",
        ),
        b=("keratitis_mild", "anterior_uveitis", "posterior_uveitis_mild", "scleritis_mild"),
        c=("episcleritis", "cotton_wool_spots"),
    ),
}  # fmt: skip


def absent(domain: str) -> dict[str, int]:
    """Every item of a domain scored absent, to be overwritten with what was found. Raises UnknownName.

    >>> absent("Musculoskeletal") | {"arthritis_mild": WORSE}
    {'myositis_severe': 0, 'arthritis_severe': 0, 'myositis_mild': 0, 'arthritis_moderate': 0, 'arthritis_mild': 3}
    """
    return dict.fromkeys(_domain(domain).items, ABSENT)


def domain_grade(
    domain: str,
    items: Codes,
    *,
    ever_involved: Answer | bool | ArrayLike | None,
    due_to_disease: Mapping[str, Answer | bool | ArrayLike | None] | None = None,
) -> Range:
    """Ordinal of the grade (E 0, D 1, C 2, B 3, A 4) of one of the seven domains, from item codes 0 to 4.

    An item not named is missing. `due_to_disease` says of single items whether lupus is their cause; those it does not name
    count as adjudicated when they were scored. Raises UnknownName for a domain or item and InvalidValue for another code.

    >>> domain_grade("Mucocutaneous", absent("Mucocutaneous") | {"skin_eruption_mild": IMPROVING}, ever_involved=True)
    Range(2)

    Source: tables/bilag2004.csv; recalled (medium-high), to be checked against Yee 2007, doi:10.1002/art.23130.
    """
    known = _domain(domain)
    for name in (*items, *(due_to_disease or ())):
        if name not in known.items:
            raise unknown(f"item of BILAG-2004 {domain}", name, known.items)
    causes = due_to_disease or {}
    codes = {name: _Scored(items.get(name), Answer.of(causes.get(name, True))) for name in known.items}
    if domain == "Constitutional":
        is_a, is_b, is_c = _constitutional(codes)
    else:
        is_a = _active(codes, known.a)
        is_b = _improving(codes, known.a) | _active(codes, known.b)
        is_c = _improving(codes, known.b) | any_of(codes[name].present for name in known.c)
    return grade(Answer.of(ever_involved), is_c, is_b, is_a)


class _Scored:
    """An item code as answers: present at all, improving, active (same, worse or new)."""

    def __init__(self, code: Range | ArrayLike | None, due: Answer) -> None:
        score = Range.of(code, lowest=ABSENT, highest=NEW)
        self.present = (score >= IMPROVING) & due
        self.active = (score >= SAME) & due
        self.improving = score.equals(IMPROVING) & due


def _active(codes: Mapping[str, _Scored], names: Iterable[str]) -> Answer:
    return any_of(codes[name].active for name in names)


def _improving(codes: Mapping[str, _Scored], names: Iterable[str]) -> Answer:
    return any_of(codes[name].improving for name in names)


def _constitutional(codes: Mapping[str, _Scored]) -> tuple[Answer, Answer, Answer]:
    """Fever and two of the other three make an A, either alone a B, anything less that is there a C."""
    fever = codes[PYREXIA]
    two_others = count(codes[name].active for name in OTHER_CONSTITUTIONAL) >= TWO
    trace = fever.improving | any_of(codes[name].present for name in OTHER_CONSTITUTIONAL)
    return fever.active & two_others, fever.active | two_others, trace


def _domain(name: str) -> Domain:
    if name not in DOMAINS:
        raise unknown("BILAG-2004 domain with item codes", name, DOMAINS)
    return DOMAINS[name]
