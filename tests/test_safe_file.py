"""A file is replaced by a complete one or not at all, and a place that cannot take it is refused before any work."""

import os

import pytest

from immunoreset.cli import guarded
from immunoreset.endpoints.visits import Visits
from immunoreset.errors import InvalidFile
from immunoreset.placing import new_file, replacing
from immunoreset.simulated_visits import write_tidy


def test_the_old_file_stays_when_the_new_one_cannot_be_finished(tmp_path):
    place = tmp_path / "visits.csv"
    place.write_text("old")
    with pytest.raises(InvalidFile, match="no space left on the disk"), replacing(place) as scratch:
        scratch.write_text("half of the new")
        raise OSError(28, os.strerror(28))
    assert place.read_text() == "old" and os.listdir(tmp_path) == ["visits.csv"]


def test_a_full_disk_leaves_the_old_visits(tmp_path):
    visits = Visits.from_long(patient=["A"], day=[0], item=["ICE"], value=[9])
    place = tmp_path / "visits.csv"
    write_tidy(visits, place)
    before = place.read_text()
    with pytest.raises(InvalidFile):
        write_tidy(visits, "/dev/full/visits.csv")
    (tmp_path / "link.csv").symlink_to(place)
    write_tidy(visits, tmp_path / "link.csv")
    assert place.read_text() == before and (tmp_path / "link.csv").is_symlink()


def test_places_that_cannot_take_a_file_are_refused(tmp_path):
    (tmp_path / "there.csv").write_text("")
    for place, force, reason in (
        (tmp_path, True, "is a folder, not a file"),
        (tmp_path / "there.csv" / "visits.csv", True, "file exists"),
        (tmp_path / "there.csv", False, "exists; replace it with --force"),
    ):
        with pytest.raises(InvalidFile, match=reason), new_file(place, force=force):
            pytest.fail("the work must not begin")
    with new_file(tmp_path / "there.csv", force=True) as scratch:
        scratch.write_text("new")
    assert (tmp_path / "there.csv").read_text() == "new"


def test_visits_refuse_their_place_before_anything_is_simulated(tmp_path, capsys, monkeypatch):
    def simulated(*args, **options):
        raise AssertionError("simulated before the place was checked")

    monkeypatch.setattr("immunoreset.simulated_visits.simulated_visits", simulated)
    study = tmp_path / "study.toml"
    study.write_text(
        'title = "t"\n[patients]\npopulation = "cart"\nn = 2\n[arms]\n"car-t" = "cd19-car-t 1e6 cells/kg on day 0"\n'
    )
    for place in (tmp_path, study / "visits.csv"):
        assert guarded(["visits", str(study), "--out", str(place), "--force"]) == 2
        assert str(place.parent if place != tmp_path else place) in capsys.readouterr().err
