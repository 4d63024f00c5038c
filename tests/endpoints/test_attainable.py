"""Where one unknown stands twice in a rule, the range is what it can attain: every rule against all values that are possible."""

import itertools

import numpy as np
import pytest

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.lupus.damage import CODES, END_STAGE, REPLACED_BY_END_STAGE, damage_index
from immunoreset.endpoints.lupus.flares import FlareVisit, flare_index
from immunoreset.endpoints.lupus.responses import Activity, bicla, sri
from immunoreset.endpoints.other_diseases.multiple_sclerosis import edss_worsened
from immunoreset.endpoints.other_diseases.myositis import Enzyme, MyositisVisit, improvement_percents
from immunoreset.endpoints.other_diseases.rheumatoid_arthritis import eular_response
from immunoreset.endpoints.other_diseases.systemic_sclerosis import relative_change
from immunoreset.endpoints.other_diseases.vasculitis import bvas, creatinine_findings
from immunoreset.endpoints.quantities import Alt, Ast, CreatineKinase, Creatinine, Ferritin, Ldh, Pga, Prednisone
from immunoreset.endpoints.toxicity.ctcae_terms import TERMS, Limits
from immunoreset.endpoints.toxicity.iec_hs import ferritin_criterion, transaminases

WELL = {"pga": Pga(0.5, "0-3"), "prednisone": Prednisone(5, "mg/day")}
HALVES = np.arange(0, 10.5, 0.5)


def attained(found: list[Range]) -> tuple[float, float]:
    return min(float(one.low) for one in found), max(float(one.high) for one in found)


def of(found: Range) -> tuple[float, float]:
    return float(found.low), float(found.high)


def decided(answers: list[Answer]) -> bool | None:
    values = {answer.value for answer in answers}
    return values.pop() if len(values) == 1 else None


@pytest.mark.parametrize("version", ["classic", "BLISS"])
@pytest.mark.parametrize("before", [0, 4, 9, 10, 11, 12, 13, 30])
@pytest.mark.parametrize("ends", [(0, 105), (8, 20), (9, 12), (13, 15)])
def test_a_flare_by_a_total_that_is_not_known(version, before, ends):
    def flare(total):
        return flare_index(FlareVisit(before, **WELL), FlareVisit(total, **WELL), version=version)

    low, high = ends
    assert of(flare(Range(np.array(low), np.array(high)))) == attained([flare(total) for total in range(low, high + 1)])


@pytest.mark.parametrize("response", [bicla, lambda before, now: sri(before, now, k=4)], ids=["BICLA", "SRI-4"])
def test_a_response_by_a_grade_that_is_not_known(response):
    def visit(sledai, letters):
        return Activity(sledai, letters + "EEEEEEE", Pga(0.5, "0-3"))

    for first, second, third, fourth in itertools.product("ABCDE?", repeat=4):
        places = [letters if one == "?" else one for one, letters in ((w, "ABCDE") for w in (first, second, third, fourth))]
        every = [
            response(visit(10, "".join(one[:2])), visit(4, "".join(one[2:]))) for one in itertools.product(*places)
        ] if "?" in (first, second, third, fourth) else None  # fmt: skip
        if every and (first, second, third, fourth).count("?") == 1:
            asked = response(visit(10, first + second), visit(4, third + fourth)).value
            assert asked is decided(every), (first, second, third, fourth)


@pytest.mark.parametrize("half_step_from", ["6.0", "5.5"])
def test_edss_is_worse_only_where_some_baseline_allows_it(half_step_from):
    for now in HALVES:
        every = [edss_worsened(before, now, half_step_from=half_step_from) for before in HALVES]
        assert edss_worsened(None, now, half_step_from=half_step_from).value is decided(every), now


@pytest.mark.parametrize("value", [10, 41, 59, 100, 121, 300, 1000])
@pytest.mark.parametrize("term", ["Alanine aminotransferase increased", "Blood bilirubin increased", "CPK increased"])
def test_ctcae_grades_with_a_baseline_or_limit_that_is_not_known(term, value):
    rule, grid = TERMS["5.0"][term].rule, [*np.linspace(0, 2000, 2001), 40.0001, 40.5]

    def grade(baseline, uln):
        return rule.grade(Range.of(value), Limits(Range.of(None, lowest=0), uln, baseline))

    any_positive, uln = Range.of(None, lowest=0), Range.of(40)
    assert of(grade(any_positive, uln)) == attained([grade(Range.of(one), uln) for one in grid])
    base = Range.of(50)
    limits = [one for one in grid if one > 0] + [1e-3]
    assert of(grade(base, any_positive)) == attained([grade(base, Range.of(one)) for one in limits])


@pytest.mark.parametrize("value", [100, 150, 250, 2000])
def test_iec_hs_with_a_value_at_infusion_that_is_not_known(value):
    grid = [0, 10, 40, 41, 49, 51, 100, 10**5]
    for kind in (Alt, Ast):
        every = [transaminases(kind(value, "U/L"), uln=kind(40, "U/L"), baseline=kind(one, "U/L")) for one in grid]
        assert transaminases(kind(value, "U/L"), uln=kind(40, "U/L"), baseline=None).value is decided(every)
    ferritin = [ferritin_criterion(Ferritin(value, "ug/L"), uln=Ferritin(400, "ug/L"), baseline=Ferritin(one, "ug/L"), rapidly_rising=False) for one in grid]  # fmt: skip  # noqa: E501
    asked = ferritin_criterion(Ferritin(value, "ug/L"), uln=Ferritin(400, "ug/L"), baseline=None, rapidly_rising=False)
    assert asked.value is decided(ferritin)


def test_damage_with_an_end_stage_that_is_not_known():
    none = dict.fromkeys(CODES, 0) | dict.fromkeys(REPLACED_BY_END_STAGE, 1)
    assert of(damage_index(none | {END_STAGE: None}, version="revised")) == (2, 3)


def test_a_creatinine_that_lies_in_two_bands_has_at_least_the_lower():
    def score(level):
        return bvas(creatinine_findings(level), all_persistent=False, first_visit=True)

    ends = Creatinine(Range(np.array(130.0), np.array(300.0)), "umol/L")
    assert of(score(ends)) == attained([score(Creatinine(level, "umol/L")) for level in (130.0, 200.0, 249.0, 250.0, 300.0)])


@pytest.mark.parametrize("known", [(2.0, 1.0), (0.5, 0.2)])
def test_the_enzyme_that_was_worst_among_some_that_were_not_measured(known):
    ck, limit = CreatineKinase(200, "U/L"), Ldh(200, "U/L")

    def fall(ldh, later=100.0):
        before = MyositisVisit(enzymes=[Enzyme(CreatineKinase(200 * 15 * known[0], "U/L"), ck), Enzyme(Ldh(ldh, "U/L"), limit)])
        now = MyositisVisit(enzymes=[Enzyme(CreatineKinase(200 * 15 * known[1], "U/L"), ck), Enzyme(Ldh(later, "U/L"), limit)])
        return improvement_percents(before, now, mmt="MMT-24")["enzyme"]

    every = attained([fall(share * 600) for share in (0, 0.1, known[0], known[0] + 1e-5, 3, 50)])
    assert float(fall(None).low) == pytest.approx(every[0], abs=0.01) and np.isinf(fall(None).high)


def test_a_relative_change_is_never_below_all():
    assert of(relative_change(Range.of(None, lowest=0, highest=51), Range.of(0))) == (-100, 0)
    assert of(relative_change(Range.of(None, lowest=0, highest=51), Range.of(None, lowest=0, highest=51))) == (-100, np.inf)
    assert of(relative_change(Range.of(50), Range.of(None, lowest=0, highest=100))) == (-100, 100)


def test_eular_response_of_a_score_that_is_not_known():
    grid = np.arange(0, 10, 0.05)
    for known in (2.0, 3.2, 4.0, 5.2, 7.0):
        unknown = Range(np.array(0.0), np.array(9.95))
        assert of(eular_response(unknown, Range.of(known))) == attained(
            [eular_response(Range.of(x), Range.of(known)) for x in grid]
        )
        assert of(eular_response(Range.of(known), unknown)) == attained(
            [eular_response(Range.of(known), Range.of(x)) for x in grid]
        )
