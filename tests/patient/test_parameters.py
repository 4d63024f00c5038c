"""Every parameter has a birth certificate, is used, and can be found and replaced by name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from immunoreset import errors
from immunoreset.catalogue import Theta, built_in
from immunoreset.catalogue.standard import STANDARD_PATIENT, patient_with, typical
from immunoreset.disease.disease import Disease
from immunoreset.disease.families.autoimmune import tissue_inflammation
from immunoreset.disease.families.autoimmune.loop_map import loop_map
from immunoreset.disease.lupus import LUPUS
from immunoreset.disease.lupus.organs import ORGANS
from immunoreset.patient.birth_certificates import STANDINGS, standing_counts
from immunoreset.patient.compose import Patient
from immunoreset.patient.course import Course
from immunoreset.patient.host import HOST
from immunoreset.patient.observe import ASSAYS
from immunoreset.patient.signs import CRS_CUTS, ICANS_CUTS
from immunoreset.therapy import DRUGS
from immunoreset.therapy.families.car_t_product import CLASS as CAR_T

THETA = Theta.current()
FAMILY = {name for name, disease in built_in().diseases.items() if tissue_inflammation.MODULE in disease.modules}
"""Autoimmune diseases other than lupus."""
SETS = {**THETA.hosts, **THETA.products}
SWITCHES = ("dasatinib", "lenalidomide", "swi019", "grazoprevir")
# Used outside the equations: by doses and infusions, and by the random shocks of the flare drive.
USED_BY_THERAPY = {
    "body.surface_area",
    "fludarabine.active_share",
    "car_t.engraftment_fraction",
    "car_t.product_memory_share",
    "car_t.product_activation",
    "car_t.founder_fraction",
    "car_t.absent_below",
    "flare.sd",
    "blisters.spontaneous_remission",
    "mycophenolate.full_effect",
    "rimiducid.killed",
    "rimiducid.weaker",
    *(f"donor_unedited.gvhd_{what}" for what in ("chance", "onset", "onset_spread", "treatment")),
    *(f"{drug}.stopped" for drug in SWITCHES),
    *(f"{drug}.paused_until" for drug in SWITCHES),
    "bendamustine.usual_dose",
}
OF_INFUSIONS = ("engraftment_fraction", "product_memory_share", "product_activation", "founder_fraction", "absent_below")


READ_BY_THE_CHART = {
    "severe_above", "moderate_above", "mild_above", "assessment_scale", "relapse_autoreactive", "relapse_points", "has_blood",
    "cut_blood", "nervous_kind", "serous_kind", "weight_kidney", *(f"weight_{organ}" for organ in ORGANS),
}  # fmt: skip


class Watched:
    """The numbers of a module, which note which of them are read."""

    def __init__(self, module: str, values: Any, seen: set[str]) -> None:
        self._module, self._values, self._seen = module, values, seen

    def __getattr__(self, number: str) -> Any:
        self._seen.add(THETA.owner(self._module, number).name)
        return getattr(self._values, number)


def read_by_equations(patient: Patient) -> set[str]:
    """The parameters that the equations and the readings of a patient read."""
    seen: set[str] = set()
    groups = patient.build(typical(patient=patient))
    p = patient.numbers(*(Watched(m.name, group, seen) for m, group in zip(patient.modules, groups, strict=True)))
    s = patient.initial(p)
    patient.derivative(0.0, s, p)
    for output in patient.outputs.values():
        output.read(0.0, s, p)
    assert patient.impossible(p)
    if hasattr(p, "autoreactive_loop"):
        loop_map(0.5, p.autoreactive_loop)
    return seen


def test_every_parameter_is_used_by_an_equation_an_assay_the_chart_or_a_therapy() -> None:
    seen = set().union(*(read_by_equations(patient_with(disease)) for disease in built_in().diseases))
    by_assays = {name for assay in ASSAYS.values() for name in (assay.noise, assay.limit, assay.whole) if name}
    by_the_chart = {*CRS_CUTS, *ICANS_CUTS} | {f"sledai.{name}" for name in READ_BY_THE_CHART}
    by_the_chart |= set().union(*(read_by_the_chart(disease) for disease in built_in().diseases.values()))
    of_cohorts = ("trial.", "entry.", "autoimmune_entry.", "history.", "damage.", "death.", "kidney_failure.", "well_being.")
    cohort_constants = {name for name in THETA.table if name.startswith(of_cohorts)}
    by_infusions = {f"{product}.{number}" for product in THETA.products for number in OF_INFUSIONS} & set(THETA.table)
    unread = set(THETA.table) - seen - by_assays - by_the_chart - cohort_constants
    assert unread == USED_BY_THERAPY | by_infusions and len(by_infusions) > 10


def read_by_the_chart(disease: Disease) -> set[str]:
    """The parameters that the outcomes of a disease of the autoimmune family read, in two patients who stay as they are."""
    if disease.name not in FAMILY:
        return set()
    seen: set[str] = set()

    class Noted(dict[str, Any]):
        def __getitem__(self, name: str) -> Any:
            seen.add(name)
            return super().__getitem__(name)

    days = np.array([0.0, 90.0, 180.0, 360.0, 540.0])
    curves = {name: np.ones((2, len(days))) for name in disease.followed}
    course = Course(days, curves, {}, Noted(THETA.typical(disease.name)), np.zeros(2, dtype=bool))
    disease.read_outcomes(course)
    disease.scored_curves(course)
    return seen


def test_every_number_of_every_module_has_one_birth_certificate_in_the_order_of_the_modules() -> None:
    owners = [THETA.owner(module.name, number).name for module in THETA.modules for number in module.number_names]
    own = [name for name in dict.fromkeys(owners) if name in THETA.table]
    assert set(own) == set(THETA.table)
    by_module = [name for module in THETA.modules for name in THETA.table if name.split(".")[0] == module.name]
    assert by_module == list(THETA.table)


def test_every_birth_certificate_is_complete() -> None:
    for name, entry in THETA.table.items():
        low, high = entry.bounds
        assert low <= entry.value <= high, name
        assert entry.standing in STANDINGS, name
        assert all((entry.unit, entry.spread, entry.source, entry.note)), name


def test_every_number_of_the_documented_model_has_a_symbol() -> None:
    """Diseases other than lupus have no page of equations; their numbers go by their names."""
    documented = {module.name for module in (*HOST, *LUPUS.modules, *(drug.module for drug in built_in().drugs.values()))}
    without = [name for name, entry in THETA.table.items() if not entry.symbol and name.split(".")[0] in documented]
    assert without == []


def test_symbols_and_names_are_unique() -> None:
    symbols = [entry.symbol for entry in THETA.table.values() if entry.symbol]
    assert len(set(symbols)) == len(symbols)
    assert not set(symbols) & set(THETA.table)


def test_number_of_parameters_by_standing_adds_up() -> None:
    counts = standing_counts(THETA.table)
    assert tuple(counts) == STANDINGS and sum(counts.values()) == len(THETA.table)
    assert counts["assumed"] > counts["published"] > counts["adapted"] > counts["unverified"] > 0


def test_values_of_named_sets_are_within_bounds_and_have_a_source() -> None:
    for name, found in SETS.items():
        for parameter, entry in found.parameters.items():
            THETA.check(parameter, entry.value, name)
            assert entry.standing in STANDINGS and entry.source and entry.note, f"{name} {parameter}"
    for name in SETS:
        usual, replaced = THETA.typical(), THETA.typical(name)
        changing = {parameter for parameter in usual if usual[parameter] != replaced[parameter]}
        if name not in FAMILY:  # whose diseases restate what they share, with a source of their own
            assert len(changing) == len(SETS[name].parameters), f"{name} names a parameter that it does not change"


def test_named_sets_replace_what_they_name_and_nothing_else() -> None:
    usual, cd28, lymphoma = (THETA.typical(*names) for names in ((), ("car_t_cd28",), ("lymphoma",)))
    of_product = {f"car_t.{name.split('.')[1]}" for name in THETA.products["car_t_cd28"].values}
    assert {name for name in usual if usual[name] != cd28[name]} == of_product
    assert {name for name in usual if usual[name] != lymphoma[name]} == set(THETA.host("lymphoma").values)
    cells = {drug.module.name for drug in DRUGS.values() if drug.kind == CAR_T} - {"car_t"}
    like_others = {"elranatamab", "blinatumomab", "mosunetuzumab", "telitacicept", "obinutuzumab"}
    assert set(SETS) - FAMILY == {*cells, *like_others, "lymphoma", "leukaemia"}


def test_a_single_value_wins_over_a_named_set() -> None:
    assert typical("car_t_cd28", kexp=2.2)["car_t.expansion_max"] == 2.2
    assert typical(**{"car_t.expansion_max": 2.2}) == typical(kexp=2.2)


@pytest.mark.parametrize(("wrong", "meant"), [("kexpp", "kexp"), ("car_t.expansion_maxx", "car_t.expansion_max")])
def test_a_misspelt_parameter_gets_a_suggestion(wrong: str, meant: str) -> None:
    with pytest.raises(errors.UnknownName, match=f"did you mean '{meant}'.*`immunoreset parameters` lists all") as caught:
        typical(**{wrong: 1.0})
    assert "\n" not in str(caught.value)


def test_a_misspelt_set_gets_a_suggestion() -> None:
    with pytest.raises(errors.UnknownName, match="did you mean 'lymphoma'"):
        typical("lymfoma")


@pytest.mark.parametrize("value", [99.0, -1.0, float("nan"), float("inf"), "fast", np.array([2.0, 99.0])])
def test_an_impossible_value_is_refused_in_one_line(value: Any) -> None:
    with pytest.raises(errors.InvalidValue, match=r"'kexp' is .*1\.5 to 3\.5") as caught:
        typical(kexp=value)
    assert "\n" not in str(caught.value)


def test_arrays_over_patients_reach_the_equations() -> None:
    p = STANDARD_PATIENT.build(typical(kexp=np.array([1.8, 2.0, 2.4])))
    assert p.car_t.expansion_max.tolist() == [1.8, 2.0, 2.4]


def test_build_says_which_parameter_is_missing() -> None:
    values = typical()
    del values["car_t.expansion_max"]
    with pytest.raises(errors.InvalidValue, match=r"car_t\.expansion_max"):
        STANDARD_PATIENT.build(values)
