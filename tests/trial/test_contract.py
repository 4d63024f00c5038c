"""What every dose-finding design promises, whatever its method; a new design is added to `DESIGNS` and must keep it."""

import numpy as np
import pytest

from immunoreset.engine.random import uniform
from immunoreset.trial.decision import Decision, Design, Why
from immunoreset.trial.dose_finding.blrm import BLRM
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.dose_finding.boin12 import BOIN12
from immunoreset.trial.dose_finding.crm import CRM
from immunoreset.trial.dose_finding.decision_table import DecisionTable
from immunoreset.trial.dose_finding.efftox import THALL_2014, Contour, EffTox
from immunoreset.trial.dose_finding.i3plus3 import I3Plus3
from immunoreset.trial.dose_finding.keyboard import Keyboard
from immunoreset.trial.dose_finding.mtpi import MTPI, TPI
from immunoreset.trial.dose_finding.three_plus_three import ThreePlusThree
from immunoreset.trial.dose_finding.tite_boin import TiteBOIN
from immunoreset.trial.dose_finding.tite_crm import TiteCRM
from immunoreset.trial.dose_finding.titration import AcceleratedTitration
from immunoreset.trial.dose_finding.toxicity_curves import Logistic, TwoParameterLogistic
from immunoreset.trial.dose_finding.u_boin import UBOIN
from immunoreset.trial.outcome_sources import RateTable
from immunoreset.trial.outcomes import LETTERS, Outcomes
from immunoreset.trial.rules.backfill import Backfill
from immunoreset.trial.rules.cohorts import CohortSize, Stagger, WaitForPending
from immunoreset.trial.rules.doses import AtMostAtDose, CloseTooToxic, NoSkipping
from immunoreset.trial.rules.stopping import StopAtN, StopWhenAtDose, StopWhenPrecise, StopWhenTooToxic, StopWithoutLowerDose
from immunoreset.trial.scenarios import simulate_trials

DOSES = 5
TABLE = {3: "E S D DU", 6: "E E S D DU DU DU", 9: "E E S S D DU" + " DU" * 4, 12: "E E E S S D" + " DU" * 7}
TABLE |= {patients: "E E E E S D D" + " DU" * (patients - 6) for patients in range(15, 40, 3)}

SKELETON = (0.06, 0.14, 0.25, 0.38, 0.5)
AMOUNTS = (1.0, 2.0, 4.0, 6.6, 10.0)
VAGUE = TwoParameterLogistic((-1.5, 0.0), (1.5, 0.7))
TRADE_OFF = Contour(0.5, 0.65, (0.7, 0.25))

DESIGNS: dict[str, Design] = {
    "3+3": ThreePlusThree(DOSES),
    "3+3 with de-escalation": ThreePlusThree(DOSES, "deescalation"),
    "3+3 with six at the MTD": ThreePlusThree(DOSES, "six_at_mtd"),
    "accelerated titration": AcceleratedTitration(ThreePlusThree(DOSES)),
    "BOIN": BOIN(DOSES, 0.3),
    "BOIN with every option": BOIN(DOSES, 0.25, extrasafe=True, bound_mtd=True, n_earlystop=12, titration=True),
    "TITE-BOIN": TiteBOIN(BOIN(DOSES, 0.3)),
    "TPI": TPI(DOSES, 0.3),
    "mTPI": MTPI(DOSES, 0.3),
    "mTPI-2": Keyboard(DOSES, 0.3),
    "i3+3": I3Plus3(DOSES, 0.25),
    "decision table": DecisionTable.read(DOSES, TABLE, target=0.25),
    "CRM": CRM(SKELETON, 0.25),
    "CRM, logistic, coherent, posterior mean": CRM(SKELETON, 0.25, Logistic(), estimate="mean", coherent=True),
    "CRM, two parameters": CRM(SKELETON, 0.25, VAGUE),
    "CRM by maximum likelihood": CRM(SKELETON, 0.25, method="ml"),
    "TITE-CRM": TiteCRM(CRM(SKELETON, 0.25)),
    "BLRM": BLRM(AMOUNTS, 6.6, VAGUE),
    "BLRM with losses and a mixture": BLRM(
        AMOUNTS, 6.6, (VAGUE, TwoParameterLogistic((-2.0, 0.0), (1.0, 0.5))), (0.6, 0.4), losses=(1, 0, 1, 2)
    ),
    "BOIN12": BOIN12(DOSES),
    "U-BOIN": UBOIN(DOSES),
    "EffTox": EffTox(AMOUNTS, THALL_2014, TRADE_OFF, 0.5, 0.3, power=10),
    "EffTox with rising toxicity": EffTox(AMOUNTS, THALL_2014, TRADE_OFF, 0.5, 0.3, rising=True, power=10),
    "stop at n": StopAtN(BOIN(DOSES, 0.3), 24),
    "stop when n at a dose": StopWhenAtDose(BOIN(DOSES, 0.3), 9),
    "stop when too toxic": StopWhenTooToxic(BOIN(DOSES, 0.3, cutoff_eli=1), 0.3, 0.9),
    "stop when precise": StopWhenPrecise(BOIN(DOSES, 0.3), 0.45),
    "stop without lower dose": StopWithoutLowerDose(BOIN(DOSES, 0.3)),
    "close too toxic": CloseTooToxic(BOIN(DOSES, 0.3, cutoff_eli=1), 0.3, 0.9),
    "at most 9 at a dose": AtMostAtDose(BOIN(DOSES, 0.3), 9),
    "cohorts of 3": CohortSize(BOIN(DOSES, 0.3), 3),
    "staggered": Stagger(BOIN(DOSES, 0.3)),
    "wait for all": WaitForPending(MTPI(DOSES, 0.3)),
    "backfill": Backfill(BOIN(DOSES, 0.3), limit=0.3),
    "many rules": StopAtN(NoSkipping(CloseTooToxic(AtMostAtDose(Keyboard(DOSES, 0.25), 12), 0.25), down=True), 36),
}

CLIMBING_BENEFIT: dict[str, tuple[float, ...]] = dict.fromkeys(
    ("BOIN12", "U-BOIN", "EffTox", "EffTox with rising toxicity"), (0.0, 0.0, 0.0, 0.0, 1.0)
)
"""Benefit by dose under which a design that weighs benefit ought to climb; toxicity designs need none."""

each_design = pytest.mark.parametrize("name", DESIGNS)


def random_lines(cohorts: int = 5, trials: int = 300) -> list[str]:
    """Histories of cohorts of three at any dose with any outcome, safe ones as often as toxic ones."""
    draws = uniform(11, "contract", np.arange(trials), cohorts * 5).reshape(trials, cohorts, 5)
    lines = []
    for number, trial in enumerate(draws):
        words = []
        for cohort in trial[: number % (cohorts + 1)]:
            toxic = cohort[2:] < cohort[1]
            effective = (cohort[2:] * 7) % 1 < 0.3
            letters = "".join(LETTERS[int(bad) + 2 * int(good)] for bad, good in zip(toxic, effective, strict=True))
            words.append(f"{1 + int(cohort[0] * DOSES)}{letters}")
        lines.append(" ".join(words))
    return lines


def same(one: Decision, other: Decision) -> bool:
    return all(np.array_equal(mine, theirs) for mine, theirs in zip(one, other, strict=True))


@each_design
def test_never_gives_or_recommends_an_inadmissible_dose(name):
    seen = Outcomes.read(random_lines(), doses=DOSES)
    for design in (DESIGNS[name], StopAtN(DESIGNS[name], 9), CloseTooToxic(DESIGNS[name], 0.2, 0.8), NoSkipping(DESIGNS[name])):
        now = design.decide(seen)
        assert ((now.dose == 0) == now.stop).all()
        assert (seen.at(now.admissible, now.dose).astype(bool) | now.stop).all()
        assert (seen.at(now.admissible, now.recommended).astype(bool) | (now.recommended == 0)).all()
        assert not (now.wait & now.stop).any() and (now.cohort >= 0).all() and set(now.why.tolist()) <= set(Why)
        assert not (now.backfill.astype(bool) & ~now.admissible).any()


@each_design
def test_is_deterministic_and_treats_each_trial_for_itself(name):
    seen = Outcomes.read(random_lines(), doses=DOSES)
    design = DESIGNS[name]
    first = design.decide(seen)
    assert same(first, design.decide(seen))
    for trial in range(0, seen.trials, 7):
        alone = design.decide(seen.take(np.array([trial])))
        assert same(alone, Decision(*(part[[trial]] for part in first)))


@each_design
def test_never_skips_a_dose_when_wrapped_so(name):
    seen = Outcomes.read(random_lines(), doses=DOSES)
    now = NoSkipping(DESIGNS[name]).decide(seen)
    assert (now.dose[seen.current > 0] <= seen.current[seen.current > 0] + 1).all()
    runs = simulate_trials(NoSkipping(DESIGNS[name]), RateTable((0.02, 0.05, 0.1, 0.3, 0.5)), trials=50, seed=3)
    assert runs.outcomes.patients is not None
    given = runs.outcomes.patients.dose.astype(int)
    assert (np.maximum.accumulate(given, axis=1)[:, :-1] + 1 >= given[:, 1:]).all()


@each_design
def test_stops_without_a_dose_when_everyone_has_toxicity(name):
    runs = simulate_trials(DESIGNS[name], RateTable((1.0,) * DOSES, (0.5,) * DOSES), trials=3, seed=5, max_cohorts=12)
    assert runs.stopped.all() and (runs.recommended == 0).all()
    assert (runs.outcomes.enrolled.sum(axis=1) <= 12).all()


@each_design
def test_climbs_to_the_top_when_nobody_has_toxicity(name):
    source = RateTable((0.0,) * DOSES, CLIMBING_BENEFIT.get(name))
    runs = simulate_trials(DESIGNS[name], source, trials=3, seed=6, max_cohorts=8)
    assert (runs.outcomes.highest_tried == DOSES).all() and (runs.recommended == DOSES).all()


@each_design
def test_order_of_patients_within_a_cohort_does_not_matter(name):
    lines = random_lines()
    turned = [" ".join(word[0] + word[:0:-1] for word in line.split()) for line in lines]
    assert turned != lines
    design = DESIGNS[name]
    assert same(design.decide(Outcomes.read(lines, doses=DOSES)), design.decide(Outcomes.read(turned, doses=DOSES)))


@each_design
def test_explains_itself_in_one_line(name):
    text = DESIGNS[name].decide(Outcomes.none(doses=DOSES)).explain()
    assert text.startswith("dose ") and "\n" not in text
