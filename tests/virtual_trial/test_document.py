"""A trial document is read as written, and every mistake is named in one line with its place."""

import pytest

from immunoreset.errors import ImmunoresetError, InvalidFile
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.dose_finding.crm import CRM
from immunoreset.trial.dose_finding.keyboard import Keyboard
from immunoreset.trial.enrolment.description import Enrolment
from immunoreset.trial.enrolment.durations import Days
from immunoreset.trial.group_sequential.boundaries import boundaries
from immunoreset.trial.outcomes import Outcomes
from immunoreset.trial.rules.doses import NoSkipping
from immunoreset.trial.rules.stopping import StopAtN
from immunoreset.virtual_trial.kinds import trial_schema
from immunoreset.virtual_trial.named_designs import DESIGNS, RULES, Asked, make_design
from immunoreset.virtual_trial.randomised_trials import trials_of
from immunoreset.virtual_trial.reading import parse_trial, read_trial
from immunoreset.virtual_trial.tables import build

RATES = """
title = "Rates"
kind = "phase-1"
target = 0.3

[[scenario]]
name = "steep"
toxic = [0.1, 0.3, 0.5]

[[design]]
kind = "boin"

[[design]]
kind = "crm"
guess = 2

[[design.rule]]
kind = "no-skipping"

[[design.rule]]
kind = "stop-at-n"
n = 24
"""
ASKED = Asked(doses=3, target=0.3, start=1)
PHASE_3 = """
title = "Two arms"
kind = "phase-3"
control = "care"
treatment = "rituximab"
patients = 60
[population]
name = "trial"
[arms]
care = "no treatment"
rituximab = "rituximab 1000 mg on day 0"
[endpoint]
kind = "response"
measure = "doris"
day = 182
[[design]]
kind = "asOF"
looks = [0.5, 1.0]
"""


def complaint(text):
    with pytest.raises(InvalidFile) as error:
        parse_trial(text, name="t.toml")
    assert "\n" not in str(error.value)
    return str(error.value)


def test_designs_are_made_with_their_options_and_rules_the_innermost_first():
    boin, crm = (make_design(chosen, ASKED) for chosen in parse_trial(RATES).design)
    assert boin == BOIN(3, 0.3)
    assert isinstance(crm, StopAtN) and crm.n == 24 and isinstance(crm.design, NoSkipping)
    assert isinstance(crm.design.design, CRM) and crm.design.design.target == 0.3


def test_a_target_of_its_own_goes_before_that_of_the_trial():
    (chosen, _) = parse_trial(RATES.replace('kind = "boin"', 'kind = "boin"\ntarget = 0.2')).design
    assert make_design(chosen, ASKED) == BOIN(3, 0.2)


def test_keyboard_and_mtpi_2_differ_by_the_keys_at_the_ends():
    made = [make_design(DESIGNS[name].table.model_validate({"kind": name}), ASKED) for name in ("keyboard", "mtpi-2")]
    assert made == [Keyboard(3, 0.3, end_keys=False), Keyboard(3, 0.3)]


NEEDED = {
    "blrm": {"amounts": [1, 2, 4], "reference": 2},
    "efftox": {
        "amounts": [1, 2, 4], "prior": [[-8, 1.5, 0.7, 3.4, 0, 0], [3.5, 3.5, 2.5, 2.4, 0.2, 1]],
        "contour": {"effective": 0.5, "toxic": 0.65, "between": [0.7, 0.25]}, "effective_limit": 0.5, "toxic_limit": 0.3,
    },
    "table": {"rows": {"3": "E S D DU", "6": "E E S D DU DU DU"}},
    "tpi": {},
}  # fmt: skip


@pytest.mark.parametrize("name", DESIGNS)
def test_every_named_design_starts_at_the_dose_of_the_trial(name):
    chosen = DESIGNS[name].table.model_validate({"kind": name, **NEEDED.get(name, {})})
    design = make_design(chosen, Asked(doses=3, target=0.3, start=2))
    assert design.decide(Outcomes.none(doses=3)).dose.tolist() == [2]


def test_enrolment_is_read_as_the_dataclass_that_it_configures():
    sites = "[enrolment]\nscreening = 14\nmanufacture = {slots = 2, duration = {mean = 12, cv = 0.2}}\n[[enrolment.sites]]\n"
    document = parse_trial(f'{RATES}{sites}name = "one"\nper_month = 2\n')
    made = build(document.enrolment)
    assert isinstance(made, Enrolment)
    assert made.screening == Days(14) and made.manufacture.duration == Days(12, 0.2) and made.sites[0].per_month == 2


MISTAKES = {
    "unknown key": (("guess = 2", "gess = 2"), "line 15: no key 'design.2.gess' in a trial; did you mean 'guess'?"),
    "unknown key of a rule": (("n = 24", "m = 24"), "line 22: no key 'design.2.rule.2.m' in a trial; known: kind, n"),
    "unknown key of the trial": (("target", "tagret"), "line 4: no key 'tagret' in a trial; did you mean 'target'?"),
    "unknown design": (('"crm"', '"crn"'), "line 13: 'design.2': no kind 'crn'; did you mean 'crm'?"),
    "unknown rule": (('"no-skipping"', '"no-skip"'), "line 17: 'design.2.rule.1': no kind 'no-skip'; did you mean"),
    "missing key": (("n = 24", ""), "the key 'design.2.rule.2.n' is missing"),
    "missing kind": (('kind = "phase-1"', ""), "the key 'kind' is missing"),
    "wrong type": (("n = 24", "n = 'many'"), "line 22: 'design.2.rule.2.n' is 'many'; input should be a valid integer"),
    "target in percent": (("target = 0.3", "target = 30"), "target 30: give a share between 0 and 1"),
    "no source": (('[[scenario]]\nname = "steep"\ntoxic = [0.1, 0.3, 0.5]', ""), "give one of population, scenario and outcomes"),
    "not TOML": (("target = 0.3", "target 0.3"), "t.toml: not TOML"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_in_one_line_with_its_place(name):
    (before, after), said = MISTAKES[name]
    assert before in RATES
    assert said in complaint(RATES.replace(before, after))


def test_information_rates_that_do_not_rise_to_one_are_refused():
    document = parse_trial(PHASE_3.replace("[0.5, 1.0]", "[0.5, 0.9]"))
    with pytest.raises(ImmunoresetError, match="rise from above 0 to exactly 1"):
        document.design[0].plan()


def test_alpha_spent_twice_is_refused():
    spent = PHASE_3.replace('"asOF"', '"asUser"') + "spent = [0.02, 0.01]\n"
    with pytest.raises(ImmunoresetError, match="cumulative, from 0 or above and never falling"):
        boundaries(parse_trial(spent).design[0].plan())
    with pytest.raises(ImmunoresetError, match="alpha would be spent twice"):
        trials_of(parse_trial(PHASE_3.replace("[0.5, 1.0]", "[0.4995, 0.5, 1.0]")))


def test_an_arm_that_is_not_there_is_named():
    assert "no arm 'obinutuzumab'; the arms are care, rituximab" in complaint(
        PHASE_3.replace('treatment = "rituximab"', 'treatment = "obinutuzumab"')
    )


def test_a_document_that_is_changed_is_checked_again():
    document = parse_trial(RATES)
    assert document.changed(repeats=7, seed=3).repeats == 7
    with pytest.raises(ImmunoresetError, match="repeats"):
        document.changed(repeats=0)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InvalidFile, match="no trial file"):
        read_trial(tmp_path / "none.toml")


def test_the_schema_describes_every_design_and_rule():
    text = str(trial_schema())
    for name in (*DESIGNS, *RULES):
        assert f"'const': '{name}'" in text, name
