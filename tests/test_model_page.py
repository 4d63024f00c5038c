"""The model page says what the code does: its equations give the same numbers, and its symbols are those of the tables."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

from immunoreset.catalogue import built_in
from immunoreset.engine.trace import build, flat_values
from immunoreset.patient.compose import compose
from immunoreset.patient.host import HOST

DOCS = Path(__file__).parent.parent / "docs"
BLOCKS = re.findall(r"```equations ?(\w*)\n(.*?)```", (DOCS / "model.md").read_text("utf-8"), re.DOTALL)
THETA = built_in().theta
INPUTS = {"glucocorticoid.dose": 20.0, "mycophenolate.effect": 0.3, "voclosporin.level": 1.0, "background_care.level": 0.1}
INPUTS |= {f"teclistamab.{number}": 0.4 for number in ("infusion", "clearance_passing", "competition")}  # 0 but in other engagers
INPUTS |= {"plasma_exchange.running": 0.5}
INPUTS |= {"mycophenolate.entry_effect": 0.2, "glucocorticoid_below_entry.withdrawn": 5.0, "azathioprine.entry_dose": 1.0}
INPUTS |= {"methotrexate.entry_dose": 1.0, "hydroxychloroquine.entry_dose": 300.0, "deucravacitinib.entry_dose": 0.5}
INPUTS |= {f"{drug}.dose": 0.7 for drug in ("azathioprine", "methotrexate", "hydroxychloroquine", "tacrolimus")}
INPUTS |= {f"{drug}.dose": 0.7 for drug in ("deucravacitinib", "litifilimab", "anakinra", "g_csf")}
OF_LUPUS = {"nephritis.nephrons_lost_before": 0.2}  # 0 in the typical patient
READ = {"GFR": "egfr", "C4": "c4", "WBC": "white_cells"}
"""What the page works out that can be read, by symbol."""


def patient_with(disease: str):
    """The host, a disease and every drug, of each family the standard product."""
    drugs = (drug for drug in built_in().drugs.values() if drug.module.name not in THETA.products)
    products = [module for drug in drugs for module in drug.modules()]
    return compose(*HOST, *built_in().disease(disease).modules, *products)


def disturbed(patient, values, seed: int):
    """A patient far from rest: every state moved, every drug present."""
    random = np.random.default_rng(seed)
    rest = flat_values(patient.initial(patient.build(values)))
    return build(patient.state, [float(value) * random.uniform(0.3, 1.7) + random.uniform(0.01, 0.3) for value in rest])


def blocks_of(disease: str) -> list[str]:
    """The blocks of the page that belong to the host, a disease or a drug."""
    of_patient = {"", disease, *(module.name for module in built_in().disease(disease).modules)}
    return [block for mark, block in BLOCKS if mark in of_patient]


def page_values(disease: str, patient, state, values) -> dict[str, float]:
    """What the page says, evaluated in its order; a symbol of what the patient does not have is an error."""
    names = {THETA.table[name].symbol: value for name, value in values.items() if name in THETA.table}
    names |= {entry.symbol: value for entry, value in zip(patient.states.values(), flat_values(state), strict=True)}
    names |= {"exp": math.exp, "log": math.log}
    for block in blocks_of(disease):
        exec(block, {"__builtins__": {}}, names)
    return names


@pytest.mark.parametrize(
    ("disease", "sets"), [("lupus", ()), ("lupus", ("car_t_cd28",)), ("lymphoma", ("lymphoma",)), ("leukaemia", ("leukaemia",))]
)
def test_equations_of_the_page_give_the_numbers_of_the_code(disease, sets):
    patient = patient_with(disease)
    values = THETA.values_for(patient.modules, THETA.typical(*sets)) | INPUTS | (OF_LUPUS if disease == "lupus" else {})
    state = disturbed(patient, values, seed=len(sets))
    said = page_values(disease, patient, state, values)
    found = {name[2:]: value for name, value in said.items() if name.startswith("d_")}
    rates = flat_values(patient.derivative(0.0, state, patient.build(values)))
    assert set(found) == {entry.symbol for entry in patient.states.values()}
    for entry, expected in zip(patient.states.values(), rates, strict=True):
        assert found[entry.symbol] == pytest.approx(float(expected), rel=1e-9, abs=1e-12), entry.name
    p = patient.build(values)
    read = {symbol: float(patient.outputs[name].read(0.0, state, p)) for symbol, name in READ.items() if name in patient.outputs}
    assert set(read) == (set(READ) if disease == "lupus" else set(READ) - {"C4"})
    assert {symbol: said[symbol] for symbol in read} == pytest.approx(read, rel=1e-12)


def test_what_the_page_works_out_is_no_symbol_of_the_tables():
    assigned = {name.strip() for _, block in BLOCKS for line in block.splitlines() for name in line.split(" = ")[:-1]}
    states = {entry.symbol for disease in built_in().diseases for entry in patient_with(disease).states.values()}
    assert len(assigned) > 100 and not assigned & ({parameter.symbol for parameter in THETA.table.values()} | states)


def test_every_mark_of_a_block_is_a_disease_or_a_part_of_one():
    known = {name for disease in built_in().diseases.values() for name in (disease.name, *(m.name for m in disease.modules))}
    assert {mark for mark, _ in BLOCKS} - {""} == {"lupus", "malignancy"} <= known


def test_symbol_page_is_up_to_date(refresh):
    assert (DOCS / "symbols.md").read_text("utf-8") == refresh.symbol_page(), "run: python docs/refresh.py symbols"
