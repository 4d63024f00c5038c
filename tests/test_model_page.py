"""The model page says what the code does: its equations give the same numbers, and its symbols are those of the tables."""

import importlib.util
import math
import re
from pathlib import Path

import numpy as np
import pytest

from immunoreset.patient.model import MODEL
from immunoreset.patient.parameters import build, table, typical
from immunoreset.patient.state import SYMBOLS, State
from immunoreset.patient.untreated import initial_state

DOCS = Path(__file__).parent.parent / "docs"
BLOCKS = re.findall(r"```equations\n(.*?)```", (DOCS / "model.md").read_text("utf-8"), re.DOTALL)


def refresh():
    spec = importlib.util.spec_from_file_location("refresh", DOCS / "refresh.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def disturbed(values, seed: int) -> State:
    """A patient far from rest: every state moved, every drug present."""
    random = np.random.default_rng(seed)
    rest = initial_state(build(values))
    return State(*(float(value) * random.uniform(0.3, 1.7) + random.uniform(0.01, 0.3) for value in rest))


def page_derivative(state: State, values) -> dict[str, float]:
    """The equations of the page, evaluated in its order."""
    names = {table()[name].symbol: value for name, value in values.items()}
    names |= {SYMBOLS[field]: value for field, value in state._asdict().items()}
    names |= {"exp": math.exp}
    for block in BLOCKS:
        exec(block, {"__builtins__": {}}, names)
    return {name[2:]: value for name, value in names.items() if name.startswith("d_")}


@pytest.mark.parametrize("sets", [(), ("lymphoma",), ("cd28",)])
def test_equations_of_the_page_give_the_numbers_of_the_code(sets):
    values = typical(*sets) | {"steroid.dose": 20.0, "background.mycophenolate": 0.3, "background.calcineurin_inhibitor": 1.0}
    state = disturbed(values, seed=len(sets))
    found = page_derivative(state, values)
    expected = MODEL.derivative(0.0, state, build(values))._asdict()
    assert set(found) == set(SYMBOLS.values())
    for field, value in expected.items():
        assert found[SYMBOLS[field]] == pytest.approx(float(value), rel=1e-9, abs=1e-12), field


def test_symbol_page_is_up_to_date():
    assert (DOCS / "symbols.md").read_text("utf-8") == refresh().symbol_page(), "run: python docs/refresh.py symbols"
