"""CONTRIBUTING: an eleventh autoimmune disease in under 80 lines, here of a user's own, keeps what every disease keeps to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from immunoreset import Study, run
from immunoreset.catalogue import catalogue_of

EXAMPLE = Path(__file__).parents[2] / "examples" / "own-disease"
FILES = ("membranous.py", "membranous.toml", "host.toml")


@pytest.fixture(scope="module")
def study() -> Study:
    return Study.read(EXAMPLE / "membranous-nephropathy.toml").changed(twins=60)


def test_it_takes_fewer_than_80_lines() -> None:
    assert sum(len((EXAMPLE / file).read_text(encoding="utf-8").splitlines()) for file in FILES) < 80


def test_it_has_populations_outcomes_and_words_like_those_of_the_package(study: Study) -> None:
    disease = catalogue_of(study).disease("membranous-nephropathy")
    assert disease.known and disease.missed and disease.populations[0].name == "membranous-nephropathy"
    assert {"upcr_entry", "upcr_change_day360", "remission_day540"} <= set(disease.outcomes)


def test_treatment_that_removes_the_antibody_ends_the_leak(study: Study) -> None:
    found = run(study)
    upcr = {name: arm.outcomes.values["upcr_day540"] for name, arm in found.arms.items()}
    assert not any(arm.outcomes.failed.any() for arm in found.arms.values())
    assert np.median(upcr["car-t"]) < np.median(upcr["rituximab"]) < np.median(upcr["none"])
    untreated = found.arm("none").trajectories["upcr"]
    assert np.allclose(untreated, untreated[:, :1], rtol=0.15), "flares reach the antibody through help alone"


def test_what_is_wrong_in_its_numbers_is_one_line(study: Study, tmp_path: Path) -> None:
    import shutil

    from immunoreset.errors import InvalidFile

    for file in EXAMPLE.iterdir():
        if file.is_file():
            shutil.copy(file, tmp_path / file.name)
    host = tmp_path / "host.toml"
    host.write_text(host.read_text().replace('like = "autoimmune"', 'like = "autoimune"'))
    with pytest.raises(InvalidFile, match=r"host.toml: like = 'autoimune', which is no family with a host") as caught:
        run(Study.read(tmp_path / "membranous-nephropathy.toml").changed(twins=2))
    assert "\n" not in str(caught.value)
