"""ADaM datasets written from visits hold all that is needed to have the same visits again, with dates of day 0 and without."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from immunoreset.endpoints.scoring.example import USUAL
from immunoreset.endpoints.scoring.score import score
from immunoreset.exchange.adam_out.names import laboratory_items
from immunoreset.exchange.adam_out.write import write_adam
from immunoreset.exchange.faults import Faults
from immunoreset.exchange.reading import read_visits

CREATED = "2026-01-31T08:30:00"


def read_back(folder):
    faults = Faults()
    with read_visits([folder], faults) as intake:
        (visits,) = intake.batches()
    assert not len(faults), faults.summary()
    return visits


@pytest.fixture(scope="module")
def alive(invent):
    """Scored visits of patients who do not die, and findings that somebody judged."""
    visits = invent([f"P{number:02}" for number in range(6)], seed=5)
    values = {code: column for code, column in visits.values.items() if code not in ("DEATH", "DROPOUT")}
    judged = np.arange(len(visits)) % 4
    cause = {code: np.where(np.isnan(values[code]) | (judged > 2), np.nan, judged) for code in ("RASH", "TEMP", "NEUT", "OXYGEN")}
    above_none = {code: np.nan_to_num(values[code]) > 0 for code in ("CRP", "PLAT", "ICE")}  # nothing lies below 0
    limits = {code: np.where(above_none[code], sign, np.nan) for code, sign in (("CRP", -2.0), ("PLAT", 2.0), ("ICE", 1.0))}
    limits["CRP"][::2] = np.nan
    return score(replace(visits, values=values, cause=cause, beyond=limits), USUAL)


@pytest.mark.parametrize("form", ["json", "xpt"])
@pytest.mark.parametrize("dated", [True, False])
def test_every_value_limit_and_attribution_is_read_back(alive, dates, tmp_path, form, dated):
    known = {**dates, "P00": date(2026, 1, 31)} if dated else {}  # age and sex of one without a date among others are not used
    write_adam([alive], tmp_path, study="DEMO", created=CREATED, dates=known, formats=[form])
    found, written = read_back(tmp_path), alive.visits
    assert found.patients == written.patients
    np.testing.assert_array_equal(found.patient, written.patient)
    np.testing.assert_allclose(found.day, written.day)
    laboratory = {item.code for item in laboratory_items().values()}
    for kind in ("values", "lower", "upper", "cause", "beyond"):
        one, other = getattr(found, kind), getattr(written, kind)
        kept = {code for code in other if kind in ("values", "cause", "beyond") or code in laboratory}
        assert set(one) == kept, kind
        for code in kept:
            np.testing.assert_allclose(one[code], other[code], err_msg=f"{kind} {code}")
