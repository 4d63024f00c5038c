"""The charts of simulated patients hold what their disease shows, and score as the study says, from the written file alone."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

import immunoreset.simulated_visits as simulated_visits_module
from immunoreset.disease.lupus import LUPUS
from immunoreset.disease.lupus.sledai import NERVOUS, SEROUS
from immunoreset.disease.lupus.visit import see
from immunoreset.endpoints.known import Answer
from immunoreset.endpoints.lupus.bilag_haematology import BloodFindings, haematological_grade
from immunoreset.endpoints.lupus.bilag_renal import RenalFindings, RenalSigns, renal_grade
from immunoreset.endpoints.quantities import Egfr, Haemoglobin, Leukocytes, Lymphocytes, Neutrophils, Platelets, Upcr
from immunoreset.endpoints.scoring.example import USUAL
from immunoreset.endpoints.scoring.score import Scored, score
from immunoreset.endpoints.visits import DISEASE, Visits
from immunoreset.errors import InvalidValue
from immunoreset.exchange.faults import Faults
from immunoreset.exchange.reading import read_visits
from immunoreset.outcomes import read_outcomes
from immunoreset.patient.course import Course
from immunoreset.simulated_visits import simulated_visits, write_tidy
from immunoreset.study import simulate_arm
from immunoreset.study_document import Study

CART = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3; cd19-car-t 1e6 cells/kg on day 0"
JUDGED = (90.0, 180.0, 360.0, 540.0)
PROTOCOL = replace(USUAL, sledai_window=10)


@dataclass(frozen=True)
class Charted:
    """Solved courses, and what a file of their visits scores."""

    course: Course
    visits: Visits
    scored: Scored

    def alive(self, day):
        """Who lives to see a day, one per patient."""
        return ~(LUPUS.deaths(self.course).day <= day)

    def written(self, code, day):
        """An item at the visit of a day, of those who live to see it."""
        rows = self.rows(day)
        np.testing.assert_array_equal(self.visits.patient[rows], np.flatnonzero(self.alive(day)))
        return self.visits.column(code)[rows]

    def rows(self, day):
        """Visits of a day; a death that is written that day is none."""
        return np.flatnonzero((self.visits.day == day) & ~np.isnan(self.visits.column("PGA")))

    def of_file(self, name, day):
        """A score at the visit of a day, of those who live to see it; nan where the file gives none."""
        table = self.scored.by_visit().query("day == @day and score == @name")
        return table.set_index("patient")["value"].reindex(pd.Index(self.visits.patients)).to_numpy(float)[self.alive(day)]

    def number(self, name):
        return np.broadcast_to(self.course.parameters[name], self.course.failed.shape)


@pytest.fixture(scope="module", params=[("cart", CART), ("trial", "no treatment"), ("ln", "mycophenolate 2 g daily from 0")])
def charted(request, tmp_path_factory):
    population, treatment = request.param
    patients = {"population": population, "n": 60}
    study = Study.model_validate({"title": "charts", "seed": 5, "stop": 545, "patients": patients, "arms": {"a": treatment}})
    path = tmp_path_factory.mktemp("charts") / "visits.csv"
    write_tidy(simulated_visits(study, "a"), path)
    faults = Faults()
    with read_visits([path], faults) as intake:
        assert not len(faults), next(iter(faults))
        (visits,) = intake.batches()
    return Charted(simulate_arm(study, "a")[0], visits, score(visits, PROTOCOL))


@pytest.mark.parametrize(("population", "lupus"), [("cart", True), ("lymphoma", False)])
def test_patients_are_charted_with_the_items_of_their_disease(population, lupus):
    patients = {"population": population, "n": 3}
    study = {"title": "charts", "stop": 60, "patients": patients, "arms": {"a": "prednisolone 20 mg daily from 0 until 56"}}
    visits = simulated_visits(Study.model_validate(study), "a")
    assert len(visits.patients) == 3
    assert {"PREDNISONE", "NEUT", "B_CELLS", "IL6", "TEMP", "AGE", "SEX"} <= set(visits.values)
    of_lupus = ("ARTHRITIS", "PGA", "DSDNA", "UPCR", "C3", "C4", "HGB", "WBC", "LYM", "PLAT", "EGFR", "CREAT", "HAEMOLYSIS")
    assert {name: name in visits.values for name in of_lupus} == dict.fromkeys(of_lupus, lupus)


def test_scores_of_the_file_are_those_that_the_study_reports(charted):
    """SLEDAI, remission, low activity, responses of lupus and of the kidney, on all days on which outcomes are judged."""
    reported = LUPUS.visits(charted.course, np.array(JUDGED))
    for column, day in enumerate(JUDGED):
        alive = charted.alive(day)
        mine = {name: values[alive, column] for name, values in reported.items()}
        for name in ("sledai", "doris", "drug_free_doris", "sri4", "bicla"):
            np.testing.assert_array_equal(charted.of_file(name, day), mine[name], err_msg=f"{name} on day {day}")
        kept = charted.written("TREATMENT_FAILURE", day) == 0
        np.testing.assert_array_equal(charted.of_file("lldas", day) * kept, mine["lldas"], err_msg=f"LLDAS on day {day}")
        nephritis = ~np.isnan(mine["perr"])
        np.testing.assert_array_equal(charted.of_file("perr", day)[nephritis], mine["perr"][nephritis])
        seen = see(charted.course, np.array([charted.course.place(day)])).renal_inflammation[:, 0]
        quiet = seen < charted.number("trial.responder_sediment")  # which the study asks for beyond the definition of BLISS-LN
        complete = charted.of_file("crr_bliss", day) * quiet[alive]
        np.testing.assert_array_equal(complete[nephritis], mine["crr"][nephritis])


def test_blood_and_kidney_of_bilag_follow_from_what_is_written(charted):
    """The grades of the clinician are those of the written counts, filtration and protein with their attribution."""
    visits = charted.visits

    def quantity(kind, code, day):
        return kind(charted.written(code, day), kind.standard_unit())

    for before, day in ((30.0, 60.0), (150.0, 180.0), (330.0, 360.0), (510.0, 540.0)):
        rows, alive = charted.rows(day), charted.alive(day)
        counts = BloodFindings(
            quantity(Haemoglobin, "HGB", day),
            quantity(Leukocytes, "WBC", day),
            quantity(Neutrophils, "NEUT", day),
            quantity(Lymphocytes, "LYM", day),
            quantity(Platelets, "PLAT", day),
            ttp=0,
            haemolysis=Answer.of(charted.written("HAEMOLYSIS", day)),
            coombs_positive=False,
        )
        codes = {"haemoglobin": "HGB", "leukocytes": "WBC", "neutrophils": "NEUT", "lymphocytes": "LYM", "platelets": "PLAT"}
        due = {name: Answer.of(visits.due_to(DISEASE, code).yes[rows]) for name, code in codes.items()}
        involved = (charted.number("sledai.has_blood") + charted.number("sledai.has_leukopenia"))[alive] > 0
        grade = haematological_grade(counts, ever_involved=involved, due_to_disease=due)
        np.testing.assert_array_equal(grade.values, charted.written("BILAG_HAEM", day))

        stayed = alive[charted.alive(before)]
        upcr, egfr = (
            [kind(charted.written(code, before)[stayed], kind.standard_unit()), quantity(kind, code, day)]
            for kind, code in ((Upcr, "UPCR"), (Egfr, "EGFR"))
        )
        last, now = (RenalFindings(upcr=upcr[one], egfr=egfr[one]) for one in (0, 1))
        sediment = Answer.of(charted.written("HEMATURIA", day))
        signs = RenalSigns(False, active_sediment=sediment, biopsy_activity=False, nephrotic_syndrome=False)
        nephritis = charted.number("sledai.has_proteinuria")[alive] > 0
        causes = {"proteinuria": nephritis, "renal_deterioration": nephritis, "blood_pressure": False}
        grade = renal_grade(now, last, signs, ever_involved=nephritis, due_to_disease=causes)
        np.testing.assert_array_equal(grade.values, charted.written("BILAG_RENAL", day))


def test_low_counts_score_where_lupus_struck_blood_and_are_the_treatment_s_elsewhere(charted):
    visits = charted.visits
    rows, alive = charted.rows(60), charted.alive(60)
    struck = charted.number("sledai.has_blood")[alive] > 0
    white = struck | (charted.number("sledai.has_leukopenia")[alive] > 0)
    assert struck.any() and not struck.all()
    for code, mine in (("HGB", struck), ("WBC", white), ("LYM", white), ("NEUT", white), ("PLAT", struck)):
        np.testing.assert_array_equal(visits.due_to(DISEASE, code).yes[rows], mine)


def test_items_that_readings_decide_agree_with_the_readings(charted):
    """Complement, antibody, protein and platelets, of visits after entry, where all were read with noise."""
    visits, after = charted.visits, (charted.visits.day > 20) & ~np.isnan(charted.visits.column("PGA"))
    low = (visits.column("C3") < visits.lower_limit("C3")) | (visits.column("C4") < visits.lower_limit("C4"))
    np.testing.assert_array_equal(visits.column("LOWCOMP")[after], low[after])
    high = visits.column("DSDNA") > visits.upper_limit("DSDNA")
    np.testing.assert_array_equal(visits.column("DNA")[after], high[after])
    for code, found, number in (
        ("PROTEINURIA", visits.column("UPCR") > 0.5, "has_proteinuria"),
        ("THROMBOCYTOPENIA", visits.column("PLAT") < 100, "has_thrombocytopenia"),
        ("LEUKOPENIA", visits.column("WBC") < 3, "has_leukopenia"),
    ):
        possible = charted.number(f"sledai.{number}")[visits.patient] > 0
        np.testing.assert_array_equal(visits.column(code)[after], (found & possible)[after], err_msg=code)


def test_each_patient_has_the_nervous_and_serous_item_that_is_his_or_hers(charted):
    for kinds, number in ((NERVOUS, "sledai.nervous_kind"), (SEROUS, "sledai.serous_kind")):
        own = charted.number(number)[charted.visits.patient]
        for place, code in enumerate(kinds):
            shown = charted.visits.column(code) == 1
            assert (own[shown] == place).all(), code


LONG = {
    "title": "ten years",
    "seed": 5,
    "stop": 3650,
    "patients": {"population": "ln", "n": 60, "factors": {"nephritis.nephron_loss": 6.0}, "beyond_bounds": True},
    "arms": {"a": "none"},
}


def test_ten_years_of_failing_kidneys_and_deaths_are_charted_to_the_end_and_read_back(tmp_path):
    """Nothing is written of replaced kidneys but that they were, nor of the dead; a file of it is read without a fault."""
    study = Study.model_validate(LONG)
    write_tidy(simulated_visits(study, "a"), tmp_path / "visits.csv")
    faults = Faults()
    with read_visits([tmp_path / "visits.csv"], faults) as intake:
        assert not len(faults), next(iter(faults))
        (visits,) = intake.batches()
    course = simulate_arm(study, "a")[0]
    found = read_outcomes(course, LUPUS)
    replaced = found["dialysis_day"][visits.patient] <= visits.day
    clinic, died = ~np.isnan(visits.column("PGA")), found["death_day"]
    assert np.isfinite(died).sum() >= 3 and np.isfinite(found["dialysis_day"]).sum() >= 3
    np.testing.assert_array_equal(visits.column("KIDNEY_REPLACEMENT")[clinic], replaced[clinic])
    for code in ("EGFR", "CREAT"):
        np.testing.assert_array_equal(np.isnan(visits.column(code))[clinic], replaced[clinic])
    told = visits.column("DEATH") == 1
    np.testing.assert_array_equal(visits.patient[told], np.flatnonzero(np.isfinite(died)))
    np.testing.assert_array_equal(visits.day[told], np.ceil(died[np.isfinite(died)]))
    last = np.array([visits.day[(visits.patient == one) & clinic].max() for one in range(len(died))])
    assert (last[np.isfinite(died)] <= died[np.isfinite(died)]).all() and (last[np.isnan(died)] > 3650 - 90).all()

    table = score(visits, PROTOCOL).by_visit()
    on_dialysis = pd.MultiIndex.from_arrays([np.array(visits.patients)[visits.patient[replaced]], visits.day[replaced]])
    of_them = table[pd.MultiIndex.from_frame(table[["patient", "day"]]).isin(on_dialysis)]
    assert (of_them.query("score in ('perr', 'crr_bliss', 'crr_regency')")["value"] == 0).all()
    assert not len(of_them.query("score == 'egfr' and value == value"))
    grades = visits.column("BILAG_RENAL")[clinic & replaced]
    assert not np.isnan(grades).any()


def test_an_arm_of_which_all_simulations_failed_has_no_visits_to_write(monkeypatch):
    study = Study.model_validate({"title": "t", "stop": 30, "patients": {"population": "cart", "n": 2}, "arms": {"a": "none"}})
    solve = simulated_visits_module.simulate_arm

    def failing(*given, **named):
        course, twins = solve(*given, **named)
        return replace(course, failed=np.ones_like(course.failed)), twins

    monkeypatch.setattr(simulated_visits_module, "simulate_arm", failing)
    with pytest.raises(InvalidValue, match="arm 'a': all 2 simulations failed"):
        simulated_visits(study, "a")


def test_creatinine_gives_the_filtration_that_is_written(charted):
    """By the formula, age and sex of the scores, within the digits that are printed."""
    visits = charted.visits
    kept = {code: values for code, values in visits.values.items() if code != "EGFR"}
    table = score(replace(visits, values=kept), PROTOCOL).by_visit().query("score == 'egfr'")
    read = visits.column("EGFR")
    assert len(table) == (~np.isnan(read)).sum() > 0
    np.testing.assert_allclose(table["value"].to_numpy(float), read[~np.isnan(read)], rtol=0.02)
