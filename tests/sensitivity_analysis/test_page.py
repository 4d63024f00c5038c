"""The page, the table and the summary of an analysis of invented numbers."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from immunoreset import open_run, store
from immunoreset.errors import InvalidFile, UnknownName
from immunoreset.sensitivity_analysis.design import OTHERS
from immunoreset.sensitivity_analysis.page import BELOW_NOISE, build_page, share
from immunoreset.sensitivity_analysis.pairs import Estimate
from immunoreset.sensitivity_analysis.tables import PATIENTS_AND_CHANCE, columns_of, summary_of


def test_the_page_shows_every_headline_with_its_strongest_numbers_and_standings(invented):
    page = build_page(invented)
    assert "An invented study &lt;b&gt;with&lt;/b&gt; markup &amp; signs" in page and "<b>with</b>" not in page
    assert page.count('role="img"') == len(invented.headlines) + 1 - int((~invented.resolved).sum())
    for one in invented.question.headlines:
        assert f"<code>{one.name}</code>" in page
    (svg,) = re.findall(r'<svg role="img" aria-label="Total effects on SLEDAI day 90:.*?</svg>', page)
    strongest = invented.strongest("sledai_day90", 1)[0]
    assert f">{strongest} (" in svg and ">assumed</text>" in page
    assert "http" not in re.sub(r'xmlns="[^"]*"', "", page), "it needs no network"


def test_a_headline_that_does_not_vary_is_said_to_be_not_resolved(invented):
    assert not invented.resolved[-1] and invented.resolved[:-1].all()
    assert re.search(r"Not resolved: IgG day 180", build_page(invented))
    assert np.isnan(invented.effects.total.value[:, -1]).all()


def test_the_table_holds_all_numbers_once(invented):
    table = columns_of(invented)
    kinds, headlines = len(invented.factors), len(invented.headlines)
    counted = {kind: table["kind"].count(kind) for kind in dict.fromkeys(table["kind"])}
    names, _ = invented.standing_shares
    assert counted == {
        "screen": len(invented.question.unknowns) * headlines,
        "total": kinds * headlines,
        "first": kinds * headlines,
        "single": (kinds + 1) * headlines,
        "standing": len(names) * headlines,
        "variance": 2 * headlines,
    }
    rows = list(zip(*(table[name] for name in ("kind", "headline", "factor")), strict=True))
    assert len(set(rows)) == len(rows)
    place = rows.index(("total", "crs_any", invented.factors.names[0]))
    assert table["estimate"][place] == pytest.approx(float(invented.total.sel(headline="crs_any")["estimate"][0]))


def test_total_effects_have_names(invented):
    total = invented.total.sel(headline="doris_day180")
    assert set(total.data_vars) == {"estimate", "standard_error", "low", "high"}
    assert str(total.standing.sel(factor=OTHERS).item()) == OTHERS
    assert (total.low <= total.high).all() and len(total.factor) == 25
    with pytest.raises(UnknownName, match="doris_day180"):
        invented.strongest("doris_day18")


def test_shares_by_standing_are_of_the_sum_of_total_effects(invented):
    names, shares = invented.standing_shares
    np.testing.assert_allclose(shares.value[:, :-1].sum(axis=0), 1)
    total = np.nan_to_num(invented.effects.total.value[:, 0])
    parts = np.array([total[[s == name for s in invented.standings]].sum() for name in names]).clip(0)
    np.testing.assert_allclose(shares.value[:, 0], parts / parts.sum())
    assert ((shares.low <= shares.value) & (shares.value <= shares.high))[:, 0].mean() > 0.7


def test_the_folder_is_complete_or_not_there(invented, tmp_path):
    place = invented.save(tmp_path / "run")
    run = open_run(place)
    assert sorted(file.name for file in place.iterdir()) == [
        "manifest.json",
        "report.html",
        "sensitivity.parquet",
        "summary.json",
    ]
    told = json.loads((place / "summary.json").read_text("utf-8"))
    assert told["headlines"]["crs_any"]["patients_and_chance"]["estimate"] > 0
    assert told == json.loads(store.to_json(summary_of(invented)))
    found = run.query(f"SELECT estimate FROM sensitivity WHERE kind = 'single' AND factor = '{PATIENTS_AND_CHANCE}'")
    assert len(found) == len(invented.headlines)
    assert run.manifest["sensitivity"]["rows"] == invented.settings.rows and run.manifest["parameter_hash"]
    with pytest.raises(InvalidFile, match="--force"):
        invented.save(place)


@pytest.mark.parametrize(
    ("value", "low", "high", "words", "interval"),
    [
        (0.314, 0.25, 0.382, "31", "25–38"),
        (0.034, -0.01, 0.062, "3.4", "0–6.2"),
        (-0.02, -0.05, 0.013, BELOW_NOISE, "up to 1.3"),
        (0.0, 0.0, 0.0, "0", ""),
        (np.nan, np.nan, np.nan, "–", ""),
    ],
)
def test_a_share_has_the_digits_that_it_is_known_to_and_noise_is_said_to_be_noise(value, low, high, words, interval):
    one = Estimate(*(np.array([number]) for number in (value, 0.01, low, high)), draws=np.zeros((2, 1)))
    cell = share(one, (0,))
    assert (cell.words, cell.interval) == (words, interval)
