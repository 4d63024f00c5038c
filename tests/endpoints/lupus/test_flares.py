"""The SELENA flare index: every trigger alone makes its flare, severe wins, and BLISS leaves out one trigger."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.lupus.flares import FLARES, MILD_SIGNS, SEVERE_SIGNS, FlareVisit, flare_index
from immunoreset.endpoints.quantities import Haemoglobin, Pga, Platelets, Prednisone, Weight
from immunoreset.endpoints.together import named
from immunoreset.errors import UnknownName


def visit(sledai=4, pga=0.5, mg=5.0, hb=13.0):
    return FlareVisit(sledai, Pga(pga, "0-3"), Prednisone(mg, "mg/day"), Haemoglobin(hb, "g/dL"))


NORMAL = {"weight": Weight(60, "kg"), "platelets": Platelets(250, "10^9/L")}


def flare(before, now, version="classic", **others):
    return named(flare_index(before, now, version=version, **{**NORMAL, **others}), FLARES)


@pytest.mark.parametrize(
    ("before", "now", "classic", "bliss"),
    [
        (4, 6, "none", "none"),
        (4, 7, "mild/moderate", "mild/moderate"),
        (9, 12, "mild/moderate", "mild/moderate"),
        (12, 13, "severe", "none"),
        (13, 13, "none", "none"),
        (20, 14, "none", "none"),
    ],
)
def test_sledai_triggers(before, now, classic, bliss):
    assert flare(visit(before), visit(now)) == classic
    assert flare(visit(before), visit(now), version="BLISS") == bliss


@pytest.mark.parametrize(
    ("before", "now", "name"),
    [(0.5, 1.49, "none"), (0.5, 1.5, "mild/moderate"), (1.0, 2.5, "mild/moderate"), (2.5, 2.6, "severe"), (2.6, 2.6, "none")],
)
def test_pga_triggers(before, now, name):
    assert flare(visit(pga=before), visit(pga=now)) == name


@pytest.mark.parametrize(
    ("before", "now", "name"),
    [(5, 5, "none"), (5, 7.5, "mild/moderate"), (5, 30, "mild/moderate"), (5, 31, "severe"), (40, 40, "none")],
)
def test_prednisone_triggers_when_it_is_raised(before, now, name):
    assert flare(visit(mg=before), visit(mg=now)) == name


@pytest.mark.parametrize("sign", MILD_SIGNS)
def test_every_mild_sign_is_a_mild_flare(sign):
    assert flare(visit(), visit(), signs={sign: True}) == "mild/moderate"


@pytest.mark.parametrize("sign", [sign for sign in SEVERE_SIGNS if sign != "haemolytic_anaemia"])
def test_a_severe_sign_counts_once_it_needs_more_treatment(sign):
    assert flare(visit(), visit(), signs={sign: True}) == "none"
    assert flare(visit(mg=5), visit(mg=9), signs={sign: True}) == "mild/moderate"
    assert flare(visit(mg=5), visit(mg=10), signs={sign: True}) == "severe"


def test_few_platelets_count_below_60_and_haemolysis_with_low_or_falling_haemoglobin():
    before, doubled = visit(mg=5), visit(mg=10)
    assert flare(before, doubled, platelets=Platelets(60, "10^9/L")) == "mild/moderate"
    assert flare(before, doubled, platelets=Platelets(59, "10^9/L")) == "severe"
    anaemia = {"haemolytic_anaemia": True}
    assert flare(before, visit(mg=10, hb=10), signs=anaemia) == "mild/moderate"
    assert flare(before, visit(mg=10, hb=9.9), signs=anaemia) == "severe"
    assert flare(visit(hb=8), visit(mg=10, hb=6.9), signs=anaemia) == "severe"
    assert flare(before, visit(mg=10, hb=6.9)) == "mild/moderate"


@pytest.mark.parametrize(
    ("trigger", "name"),
    [
        ("hydroxychloroquine_or_nsaid_added", "mild/moderate"),
        ("immunosuppressant_added", "severe"),
        ("hospitalised_for_lupus", "severe"),
    ],
)
def test_treatment_triggers(trigger, name):
    assert flare(visit(), visit(), **{trigger: True}) == name
    assert flare(visit(), visit(), **{trigger: None}) is None


@st.composite
def pairs(draw):
    scores, assessments = st.integers(0, 16), st.integers(0, 60).map(lambda n: n / 20)
    return [visit(draw(scores), draw(assessments), draw(st.integers(0, 50)), draw(st.integers(5, 15))) for _ in range(2)]


signs = st.dictionaries(st.sampled_from([*MILD_SIGNS, *SEVERE_SIGNS]), st.booleans(), max_size=3)


@given(pairs(), signs)
def test_bliss_never_finds_a_graver_flare_than_classic(visits, found):
    classic, bliss = (flare_index(*visits, version=one, signs=found, **NORMAL).value for one in ("classic", "BLISS"))
    assert bliss <= classic


@given(pairs(), signs, st.sampled_from([*MILD_SIGNS, *SEVERE_SIGNS]))
def test_another_sign_never_makes_a_flare_milder(visits, found, sign):
    less, more = (flare_index(*visits, version="classic", signs={**found, sign: one}, **NORMAL).value for one in (False, True))
    assert less <= more


@given(pairs(), signs, st.integers(0, 1), st.sampled_from(["sledai", "pga", "prednisone", "haemoglobin"]))
def test_a_missing_value_leaves_the_flare_within_its_limits(visits, found, place, lost):
    known = flare_index(*visits, version="classic", signs=found, **NORMAL).value
    visits[place] = replace(visits[place], **{lost: None})
    limits = flare_index(*visits, version="classic", signs=found, **NORMAL)
    assert limits.low <= known <= limits.high


@given(st.lists(pairs(), min_size=1, max_size=5))
def test_many_patients_at_once_give_what_each_gives_alone(table):
    def column(place):
        visits = [pair[place] for pair in table]
        return visit(
            np.array([one.sledai for one in visits]),
            np.array([one.pga.value for one in visits]),
            np.array([one.prednisone.value for one in visits]),
            np.array([one.haemoglobin.value for one in visits]),
        )

    many = flare_index(column(0), column(1), version="classic", signs={"nephritis": True}, **NORMAL)
    alone = [flare_index(*pair, version="classic", signs={"nephritis": True}, **NORMAL).value for pair in table]
    assert many.values.tolist() == alone


def test_other_versions_and_signs_are_refused():
    with pytest.raises(UnknownName, match="version of the flare index"):
        flare(visit(), visit(), version="SFI-R")
    with pytest.raises(UnknownName, match="did you mean 'nephritis'"):
        flare(visit(), visit(), signs={"nefritis": True})
