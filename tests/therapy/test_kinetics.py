"""The kinetics of drugs, and what they do to cells, are those of the specification: the same rates at states far from rest.

The conditions: no enzyme cuts antibodies and nothing is infused; no protein is lost in urine, since that loss is one of the
kidney of model 0.3; the patient weighs what the doses of anakinra refer to. What has left of a target, or of a clearance, counts
up here and down there; targets of TACI-Fc are told in mg/L above their untreated level here, and in ng/mL there.
"""

from pathlib import Path

import numpy as np
import pytest

from immunoreset.catalogue import built_in
from immunoreset.engine.trace import build, flat_values
from immunoreset.patient.compose import compose
from immunoreset.patient.host import HOST

HOOKS = (Path(__file__).parent / "data/hooks.txt").read_text("utf-8")
LINES = [line for line in (Path(__file__).parent / "data/kinetics.txt").read_text("utf-8").splitlines() if " = " in line]
THETA = built_in().theta
INPUTS = {"azathioprine.dose": 2.0, "methotrexate.dose": 15.0, "hydroxychloroquine.dose": 400.0, "tacrolimus.dose": 4.0}
INPUTS |= {"deucravacitinib.dose": 0.8, "litifilimab.dose": 0.6}
DRUGS = [drug for drug in built_in().drugs.values() if drug.module.name not in THETA.products]
FALLING = ("TeX", "DaX")  # a share that is left there, and gone here
PER_LITRE = 1000.0  # ng/mL in 1 mg/L


@pytest.fixture(scope="module")
def patient():
    return compose(*HOST, *built_in().disease("lupus").modules, *(module for drug in DRUGS for module in drug.modules()))


def compared(patient, seed):
    """Each right-hand side of the specification, and ours in its units, by symbol."""
    random = np.random.default_rng(seed)
    values = THETA.values_for(patient.modules, THETA.typical()) | INPUTS
    values["body.weight"] = values["anakinra.reference_weight"]
    states = {entry.symbol: name for name, entry in patient.states.items()}
    now = {symbol: random.uniform(0.05, 0.9) * (1 if symbol in FALLING else 20) for symbol in states} | {"U": 0.0, "Iml": 0.0}
    p = patient.build(values)
    ours = flat_values(patient.derivative(0.0, build(patient.state, [now[symbol] for symbol in states]), p))
    rates = {symbol: float(rate) for symbol, rate in zip(states, ours, strict=True)}

    known = {THETA.table[name].symbol: value for name, value in values.items() if name in THETA.table} | now
    known |= {symbol: 1 - now[symbol] for symbol in FALLING} | {"Cy": now["CyP"]}
    known["AtR"] = PER_LITRE * (known["AtR0"] + now["AtR"])
    known |= {symbol: PER_LITRE * known[symbol] for symbol in ("AtK", "AtR0")}
    for line in LINES:
        exec(line, {"__builtins__": {}}, known)
    said = {name[2:]: value for name, value in known.items() if name.startswith("d_")}
    rates |= {symbol: -rates[symbol] for symbol in FALLING} | {"AtR": PER_LITRE * rates["AtR"]}
    return said, {symbol: rates[symbol] for symbol in said}


@pytest.mark.parametrize("seed", range(100))
def test_right_hand_sides_are_those_of_the_specification(patient, seed):
    said, ours = compared(patient, seed)
    assert len(said) == 43
    assert ours == pytest.approx(said, rel=1e-12, abs=1e-12)


def hooks():
    """The lines of each drug, by its module."""
    parts = HOOKS.split("\n[")[1:]
    return {part.split("]")[0]: [line for line in part.split("]\n")[1].splitlines() if line] for part in parts}


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("drug", hooks())
def test_loss_of_cells_that_a_drug_adds_is_that_of_the_specification(patient, drug, seed):
    random = np.random.default_rng(seed)
    values = THETA.values_for(patient.modules, THETA.typical())
    p, states = patient.build(values), {entry.symbol: name for name, entry in patient.states.items()}
    of_drugs = {symbol for symbol, name in states.items() if name.split(".")[0] in {one.module.name for one in DRUGS}}
    cells = {symbol: random.uniform(0.1, 50.0) for symbol in states} | dict.fromkeys(of_drugs, 0.0)
    given = {symbol: random.uniform(0.05, 0.9) for symbol in of_drugs if states[symbol].startswith(f"{drug}.")}

    def rates(now):
        found = flat_values(patient.derivative(0.0, build(patient.state, [now[symbol] for symbol in states]), p))
        return {symbol: float(rate) for symbol, rate in zip(states, found, strict=True)}

    known = {THETA.table[name].symbol: value for name, value in values.items() if name in THETA.table} | cells | given
    without, with_it = rates(cells), rates(cells | given)
    checked = 0
    for symbol, rule in (line.split(" = ") for line in hooks()[drug]):
        added = eval(rule, {"__builtins__": {}}, known)
        if symbol not in states:
            known[symbol] = added
            continue
        other = _other_ways(drug, symbol)
        if not other:
            scale = max(abs(without[symbol]), abs(with_it[symbol]))
            assert with_it[symbol] - without[symbol] == pytest.approx(-added * cells[symbol], rel=1e-9, abs=1e-12 * scale), symbol
            checked += 1
    assert checked >= 3


def _other_ways(drug, symbol):
    """Whether the drug reaches these cells in another way too: blocked BAFF changes maturation, death and help."""
    return drug == "ianalumab" and symbol not in ("MnB", "MnT", "MnF")
