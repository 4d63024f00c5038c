"""Rival designs on the same patients: from a table of potential outcomes, from rates, and from real patients."""

import numpy as np
import pytest

from immunoreset.errors import ImmunoresetError
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.dose_finding.three_plus_three import ThreePlusThree
from immunoreset.trial.dose_paths import dose_paths
from immunoreset.trial.outcome_sources import RateTable
from immunoreset.trial.scenarios import operating_characteristics
from immunoreset.virtual_trial.phase_1 import run_phase_1
from immunoreset.virtual_trial.potential_outcomes import PotentialTable
from immunoreset.virtual_trial.reading import parse_trial
from immunoreset.virtual_trial.real_outcomes import read_outcomes

HEAD = 'title = "t"\nkind = "phase-1"\nseed = 3\nrepeats = 4000\ntarget = 0.25\n'
RATES = f'{HEAD}[[scenario]]\nname = "s"\ntoxic = [0.1, 0.25, 0.45]\n'
VIRTUAL = (
    f'{HEAD}[population]\nname = "cart"\nn = 400\n[doses]\nlow = "no treatment"\nmiddle = "no treatment"\nhigh = "no treatment"\n'
)
BOIN_DESIGN = '[[design]]\nkind = "boin"\n'


def table(rates=(0.1, 0.25, 0.45), patients=400, failed=0):
    """Patients who tolerate a dose if they tolerate the next higher one."""
    share = (np.arange(patients) + 0.5) / patients
    toxic = (share[:, None] < np.array(rates)).astype(float)
    lost = np.zeros(toxic.shape, dtype=bool)
    lost[:failed, 0] = True
    zero = np.zeros_like(toxic)
    once = {"dlt": toxic, "dlt_day": np.where(toxic == 1, 5.0, np.nan), "crs": zero, "crs_day": zero, "icans": zero,
            "icans_day": zero, "depleted": np.ones_like(toxic)}  # fmt: skip
    once = {name: np.where(lost, np.nan, values) for name, values in once.items()}
    return PotentialTable(("low", "middle", "high"), np.array([28.0]), once, {}, {}, lost, np.arange(patients))


def one(result):
    (found,) = result.found
    return found.characteristics


def test_designs_on_virtual_patients_agree_with_rates_of_the_same_size():
    virtual, rates = (
        one(run_phase_1(parse_trial(text + BOIN_DESIGN), made)) for text, made in ((VIRTUAL, table()), (RATES, None))
    )
    np.testing.assert_allclose(virtual.toxic_rates, rates.toxic_rates, atol=1e-12)
    error = np.sqrt(virtual.selected_error**2 + rates.selected_error**2)
    assert (np.abs(virtual.selected - rates.selected) <= 4 * error + 1e-12).all()


def test_three_plus_three_agrees_with_its_exact_paths():
    found = one(run_phase_1(parse_trial(f'{RATES}[[design]]\nkind = "3+3"\n'), None))
    exact = dose_paths(ThreePlusThree(3)).exact([0.1, 0.25, 0.45]).recommended
    assert (np.abs(found.selected - exact) <= 4 * found.selected_error + 1e-12).all()


def test_patients_whose_simulation_failed_are_left_out_and_counted():
    result = run_phase_1(parse_trial(VIRTUAL + BOIN_DESIGN), table(failed=100))
    assert result.scenarios[0].patients == 300
    assert result.table.failed.any(axis=1).sum() == 100
    np.testing.assert_allclose(one(result).toxic_rates, table().once["dlt"][100:].mean(axis=0))


def test_rivals_meet_the_same_patients():
    design = '[[design]]\nkind = "boin"\nlabel = "a"\n[[design]]\nkind = "boin"\nlabel = "b"\n'
    first, second = run_phase_1(parse_trial(VIRTUAL + design), table()).found
    np.testing.assert_array_equal(first.characteristics.selected, second.characteristics.selected)


def test_duration_comes_from_the_calendar_and_falls_with_accrual():
    def months(rate):
        sites = f'[enrolment]\nrepeats = 60\n[[enrolment.sites]]\nname = "s"\nper_month = {rate}\n'
        return run_phase_1(parse_trial(RATES + sites + BOIN_DESIGN), None).found[0].months

    slow, fast = months(1), months(20)
    assert slow[0] - fast[0] > 10 * np.hypot(slow[1], fast[1])
    assert 1 < fast[0] < slow[0]


def test_a_design_in_calendar_time_takes_its_numbers_from_the_calendar():
    text = f'{RATES}[enrolment]\nrepeats = 80\n[[enrolment.sites]]\nname = "s"\nper_month = 5\n[[design]]\nkind = "tite-boin"\n'
    text = text.replace("[enrolment]", "[conduct]\nrolling = true\n[enrolment]")
    assert one(run_phase_1(parse_trial(text), None)).trials == 80
    with pytest.raises(ImmunoresetError, match="works in calendar time"):
        run_phase_1(parse_trial(f'{RATES}[[design]]\nkind = "tite-boin"\n'), None)


@pytest.mark.parametrize(
    ("design", "said"),
    [
        ('kind = "blrm"\namounts = [1.0, 2.0]\nreference = 1.0', "2 amounts for 3 doses"),
        ('kind = "crm"\nskeleton = [0.2, 0.1, 0.3]', "dose 2 is not above dose 1"),
        ('kind = "blrm"\namounts = [1.0, 3.0, 2.0]\nreference = 1.0', "give rising doses"),
        ('kind = "boin"\ntarget = 25.0', "target 25"),
        ('kind = "table"\nrows = { 3 = "E S D" }', "give 4 letters"),
    ],
)
def test_a_design_that_does_not_fit_is_named(design, said):
    with pytest.raises(ImmunoresetError, match=f"design '.*{said}"):
        run_phase_1(parse_trial(f"{RATES}[[design]]\n{design}\n"), None)


def test_two_designs_of_the_same_name_are_refused():
    with pytest.raises(ImmunoresetError, match="two designs are called 'boin'"):
        run_phase_1(parse_trial(RATES + 2 * BOIN_DESIGN), None)


def test_real_patients_are_read_and_their_rates_kept(tmp_path):
    path = tmp_path / "real.csv"
    path.write_text("dose,toxic,effective\n1,no,yes\n1,0,0\n2,yes,1\n2,N,y\n3,1,1\n", "utf-8")
    toxic, effective = read_outcomes(path).rates()
    assert toxic.tolist() == [0, 0.5, 1] and effective.tolist() == [0.5, 1, 1]
    document = parse_trial(f'{HEAD}outcomes = "real.csv"\n{BOIN_DESIGN}').in_folder(tmp_path)
    assert run_phase_1(document, None).scenarios[0].patients == 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dose,toxic\n1,perhaps\n", "line 2: toxic 'perhaps'"),
        ("dose,toxic\n1,1\none,0\n", "line 3: dose 'one'"),
        ("dose,toxicity\n1,1\n", "no column 'toxic'; did you mean 'toxicity'"),
        ("dose,toxic\n", "hold no patient"),
    ],
)
def test_faulty_real_outcomes_are_named_with_their_line(tmp_path, text, said):
    path = tmp_path / "real.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(ImmunoresetError, match=said):
        read_outcomes(path)


def test_trials_are_look_ups_as_in_the_scenarios():
    """The document adds nothing to what the design does on the same source and seed."""
    found = one(run_phase_1(parse_trial(RATES + BOIN_DESIGN), None))
    direct = operating_characteristics(BOIN(3, 0.25), RateTable((0.1, 0.25, 0.45)), trials=4000, seed=3, target=0.25)
    np.testing.assert_array_equal(found.selected, direct.selected)
    np.testing.assert_array_equal(found.treated, direct.treated)
