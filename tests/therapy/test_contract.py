"""Every drug passes the same tests: it can be written and read, refuses what is impossible, and reaches the patient."""

import re

import numpy as np
import pytest

from immunoreset.catalogue import built_in
from immunoreset.catalogue.standard import typical
from immunoreset.errors import InvalidRegimen
from immunoreset.patient.compose import compose
from immunoreset.patient.host import HOST
from immunoreset.population import Cohort
from immunoreset.therapy import DRUGS, Regimen
from immunoreset.therapy.language.items import Course, Dose, Rescue
from immunoreset.therapy.language.units import OWN


# drug -> the states or numbers that it changes
def _infused(module: str) -> set[str]:
    return {f"{module}.{state}" for state in ("activation", "effector_blood", "memory_blood", "first_wave", "exhaustion")}


REACHES = {
    "fludarabine": {"fludarabine.central"},
    "cyclophosphamide": {"cyclophosphamide.central"},
    "bendamustine": {"bendamustine.central"},
    "siltuximab": {"siltuximab.central"},
    "anakinra": {"anakinra.dose"},
    "g-csf": {"g_csf.dose"},
    "cd19-car-t": _infused("car_t"),
    "cd19-car-t-rapid": _infused("car_t_rapid"),
    "cd19-car-t-cd28": _infused("car_t_cd28"),
    "bcma-car-t": _infused("bcma_car_t"),
    "ccar": _infused("ccar"),
    "gc012f": _infused("gc012f"),
    "tyu19": _infused("tyu19"),
    "donor-unedited": _infused("donor_unedited") | {"donor_unedited.gvhd"},
    "ft819": _infused("ft819"),
    "ipsc-nk": _infused("ipsc_nk"),
    "gdt-cd20": _infused("gdt_cd20"),
    "descartes-08": _infused("descartes_08"),
    "lnp-cd19": {"lnp_cd19.particles"},
    **{f"cd19-car-t-{kind}": _infused(f"cd19_car_t_{kind}") for kind in ("on", "off", "adaptor", "snip", "icasp9", "egfrt")},
    "dasatinib": {"dasatinib.depot"},
    "lenalidomide": {"lenalidomide.depot"},
    "swi019": {"swi019.central"},
    "grazoprevir": {"grazoprevir.depot"},
    "rimiducid": {"rimiducid.activity"},
    "cetuximab": {"cetuximab.central"},
    "rituximab": {"rituximab.central"},
    "obinutuzumab": {"obinutuzumab.central"},
    "belimumab": {"belimumab.central"},
    "anifrolumab": {"anifrolumab.central"},
    "teclistamab": {"teclistamab.depot"},
    "elranatamab": {"elranatamab.depot"},
    "blinatumomab": {"blinatumomab.infusion"},
    "mosunetuzumab": {"mosunetuzumab.depot"},
    "daratumumab": {"daratumumab.depot"},
    "inebilizumab": {"inebilizumab.central"},
    "ianalumab": {"ianalumab.depot"},
    "atacicept": {"atacicept.depot"},
    "telitacicept": {"telitacicept.depot"},
    "dapirolizumab": {"dapirolizumab.central"},
    "immunoglobulin": {"immunoglobulin.central"},
    "plasma-exchange": {"plasma_exchange.running"},
    "imlifidase": {"imlifidase.amount"},
    "prednisolone": {"glucocorticoid.dose"},
    "mycophenolate": {"mycophenolate.effect"},
    "azathioprine": {"azathioprine.dose"},
    "methotrexate": {"methotrexate.dose"},
    "hydroxychloroquine": {"hydroxychloroquine.dose"},
    "voclosporin": {"voclosporin.level"},
    "cyclophosphamide-pulse": {"cyclophosphamide_pulse.central"},
    "tacrolimus": {"tacrolimus.dose"},
    "deucravacitinib": {"deucravacitinib.dose"},
    "litifilimab": {"litifilimab.dose"},
    "nintedanib": {"nintedanib.level"},
    "background-care": {"background_care.level"},
    "tocilizumab": {"tocilizumab.central"},
    "dexamethasone": {"glucocorticoid.dose"},
    "avacopan": {"avacopan.level"},
    "efgartigimod": {"efgartigimod.level"},
    "zilucoplan": {"zilucoplan.level"},
}
every_drug = pytest.mark.parametrize("drug", DRUGS.values(), ids=DRUGS)


def example(drug) -> str:
    return f"{drug.name} {drug.example}"


def people(n: int = 3) -> Cohort:
    own = {"body.weight": np.linspace(50, 110, n), "body.surface_area": np.linspace(1.5, 2.2, n)}
    return Cohort(typical() | own, np.arange(n), 7, "cart", {"background_response": np.full(n, 0.2)})


def test_every_drug_is_in_the_contract():
    assert set(REACHES) == set(DRUGS)


@every_drug
def test_example_is_read_and_printed_back(drug):
    regimen = Regimen.parse(example(drug))
    assert regimen.drugs == (drug.name,)
    assert Regimen.parse(str(regimen)) == regimen
    assert str(Regimen.parse(str(regimen))) == str(regimen)


@every_drug
def test_shift_and_repeat_follow_the_algebra(drug):
    regimen = Regimen.parse(example(drug))
    assert regimen.shift(28).shift(-28) == regimen
    assert regimen.shift(7).shift(14) == regimen.shift(21)
    assert regimen.repeat(1, every_days=28) == regimen
    assert regimen.repeat(3, every_days=500) == regimen + regimen.shift(500) + regimen.shift(1000)
    assert Regimen.parse(str(regimen.repeat(3, every_days=500))) == regimen.repeat(3, every_days=500)


@every_drug
@pytest.mark.parametrize("amount", [-1.0, float("nan"), float("inf"), 0.0])
def test_impossible_dose_is_refused(drug, amount):
    (item,) = Regimen.parse(example(drug)).items
    if amount == 0 and item.unit.startswith("cells"):  # no cells are the regimen without them: a search for a dose begins there
        assert Regimen((Dose(item.drug, amount, item.unit, item.days),)).drugs == ()
        return
    with pytest.raises(InvalidRegimen, match=drug.name):
        if isinstance(item, Course):
            Regimen((Course(item.drug, ((0.0, amount),), item.unit, item.times_a_day),))
        elif isinstance(item, Dose):
            Regimen((Dose(item.drug, amount, item.unit, item.days),))
        else:
            Regimen((Rescue(item.drug, amount, item.unit, item.toxicity, item.at_grade, for_days=item.for_days),))


@every_drug
def test_wrong_unit_is_refused_and_the_right_ones_are_named(drug):
    (item,) = Regimen.parse(example(drug)).items
    wrong = "cells/kg" if "cells/kg" not in drug.units else "mg/m2"
    named = "without a dose" if OWN in drug.units else drug.units[0]
    with pytest.raises(InvalidRegimen, match=named) as fault:
        if isinstance(item, Course):
            Regimen((Course(item.drug, item.steps, wrong, item.times_a_day),))
        else:
            rescue = Rescue(drug.name, 1, wrong, "CRS", 2, for_days=1)
            Regimen((Dose(drug.name, 1.0, wrong, (0.0,)) if Dose in drug.forms else rescue,))
    assert wrong in str(fault.value)


@every_drug
def test_misspelt_name_gets_a_suggestion(drug):
    misspelt = drug.name[:-2] + drug.name[-1]
    with pytest.raises(InvalidRegimen, match=f"no drug '{misspelt}'; did you mean '{drug.name}'"):
        Regimen.parse(f"{misspelt} {drug.example}")


@every_drug
def test_day_that_is_no_number_is_refused_with_its_place(drug):
    dose = re.split(r"\b(?:on|from|if|every)\b", drug.example)[0]
    with pytest.raises(InvalidRegimen, match=r"item 2 .* character"):
        Regimen.parse(f"rituximab 1 g on day 0; {drug.name} {dose} on day x")


@every_drug
def test_events_reach_what_the_drug_adds_to_the_patient_and_nothing_else(drug):
    cohort = people()
    regimen = Regimen.parse(example(drug))
    patient = compose(*HOST, *cohort.illness.modules, *regimen.modules(cohort.parameters, cohort.theta))
    p = patient.build(cohort.theta.values_for(patient.modules, {}))
    s = patient.initial(p)
    events = regimen.events(cohort)
    assert events and all(drug.name in event.name for event in events)
    reached: set[str] = set()
    for event in events:
        changes = event.action(0.0, s, p, float(np.max(event.value)))
        reached |= set(changes)
        assert all(name.split(".")[0] == drug.module.name for name in changes)
        assert any(value > 0 for value in changes.values())
    assert reached == REACHES[drug.name]
    assert len(regimen.events(cohort.select(np.array([0])))) == len(events)


@every_drug
def test_the_patient_has_what_is_given_and_no_other_drug(drug):
    cohort = people()
    regimen = Regimen.parse(example(drug))
    assert regimen.modules(cohort.parameters, cohort.theta) == (drug.module,)
    assert drug.module in built_in().theta.modules


@every_drug
def test_alias_and_any_case_name_the_same_drug(drug):
    for name in (*drug.aliases, drug.name.upper(), drug.name.replace("-", "_")):
        assert DRUGS.find(name) is drug
