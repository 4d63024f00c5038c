"""Two seeds, with other patients and other flares, find the same numbers to be the strongest. Takes some minutes."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from immunoreset.sensitivity_analysis.analysis import PATIENTS, screen_all
from immunoreset.sensitivity_analysis.question import question_of

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "sensitivity_agreement.py"
LESS = {"sledai_day90": 8}
"""Of a headline that is not a share, and in which visits are noisy: measured, where 9 is asked of the others."""


@pytest.mark.full
def test_two_screens_agree_on_the_ten_strongest_numbers_of_each_headline():
    spec = importlib.util.spec_from_file_location("sensitivity_agreement", BENCHMARK)
    assert spec is not None and spec.loader is not None
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    questions = [question_of(benchmark.study(seed)) for seed in benchmark.SEEDS]
    names = [one.name for one in questions[0].unknowns]
    screens = [screen_all(question, PATIENTS, None)[0] for question in questions]
    for place, headline in enumerate(questions[0].headlines):
        same = benchmark.shared(*(benchmark.by_screen(screen, names, place) for screen in screens))
        assert same >= (8 if headline.kind == "share" else LESS.get(headline.name, 9)), headline.name
