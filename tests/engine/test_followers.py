"""States that only follow are solved beside the others: they are told apart, and the numbers are those of one whole system."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from immunoreset.engine import Hazard, Model, Solution, simulate
from immunoreset.engine.arithmetic import exp, where
from immunoreset.engine.equations import followers
from immunoreset.engine.names import flat_names
from immunoreset.engine.trace import trace


class Cells(NamedTuple):
    predator: Any
    prey: Any
    organ: Any
    tired: Any
    count: Any
    saturated: Any
    season: Any


class Rates(NamedTuple):
    growth: Any
    pace: Any
    share: Any
    back: Any  # how strongly the followers act on the prey; 0 in the answer that is sought


def derivative(t: Any, s: Cells, p: Rates) -> Cells:
    eaten = s.predator * s.prey
    told = s.organ + s.tired + s.count + s.saturated + s.season
    driven = s.prey * (1 - p.share + p.share * eaten)
    return Cells(
        predator=eaten - s.predator,
        prey=p.growth * s.prey - eaten + p.back * told,
        organ=p.pace * (driven - s.organ),
        tired=0.3 * (s.organ - s.tired),
        count=where(s.prey < 1e3, s.prey, 1 + s.organ) - (1 + s.predator * s.organ) * s.count,
        saturated=eaten / (1 + s.saturated**2) - s.saturated,
        season=exp(-0.2 * t) * s.predator - 0.1 * s.season,
    )


MODEL = Model(derivative, Cells, Rates)
FOLLOWERS = {"organ", "tired", "count", "saturated", "season"}
OUTPUTS = {name: (lambda t, s, p, name=name: getattr(s, name)) for name in Cells._fields}


def following(*, acting: bool) -> list[str]:
    names = flat_names(MODEL.state)
    constants = {} if acting else {flat_names(MODEL.parameters).index("back"): 0.0}
    rates = trace(MODEL, zero_states=frozenset(), constants=constants).derivative
    return [names[state] for state in followers(dict(enumerate(rates)))]


def run(back: Any, **options: Any) -> Solution:
    return simulate(
        MODEL,
        parameters={"growth": np.array([0.6, 0.9, 1.3]), "pace": 0.4, "share": np.array([0.0, 0.3, 0.9]), "back": back},
        initial={"predator": 0.7, "prey": 1.6} | dict.fromkeys(FOLLOWERS, 0.2),
        start=0.0,
        stop=30.0,
        outputs=OUTPUTS,
        grid=np.linspace(0, 30, 61),
        **options,
    )


def test_followers_are_what_no_other_state_reads_each_after_what_it_reads() -> None:
    found = following(acting=False)
    assert set(found) == FOLLOWERS
    assert found.index("organ") < min(found.index("tired"), found.index("count"))
    assert following(acting=True) == []


@pytest.mark.parametrize("rtol", [1e-4, 1e-8])
def test_followers_are_solved_as_if_they_were_part_of_the_whole(rtol: float) -> None:
    apart, whole = run(0.0, rtol=rtol), run(np.zeros(3), rtol=rtol)  # an array is not folded away: then nobody follows
    assert apart.steps.tolist() == whole.steps.tolist()
    for name in Cells._fields:
        np.testing.assert_allclose(apart.outputs[name], whole.outputs[name], rtol=1e-9, atol=1e-11, err_msg=name)
        np.testing.assert_allclose(apart.final[name], whole.final[name], rtol=1e-9, atol=1e-11, err_msg=name)


def test_an_error_of_a_follower_shortens_the_steps() -> None:
    loose, strict = run(0.0, rtol=1e-4), run(0.0, rtol=1e-4, strictness={"season": 1e5})
    assert np.all(strict.steps > 2 * loose.steps)


def test_a_hazard_that_reads_a_follower_comes_due_when_the_whole_says_so() -> None:
    hazard = Hazard("flare", lambda t, s, p: 0.5 * s.organ * s.count, at_most=5)
    days = [run(back, rtol=1e-9, events=[hazard]).events["day"] for back in (0.0, np.zeros(3))]
    assert len(days[0]) > 0 and days[0] == pytest.approx(days[1], rel=1e-8)
