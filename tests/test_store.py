"""A run appears complete or not at all."""

import errno
import json
import os

import numpy as np
import pytest

from immunoreset import store
from immunoreset.errors import InvalidFile, InvalidValue


def fill(folder, words="new"):
    store.write_json(folder / "manifest.json", {"words": words})


def left_behind(place):
    return sorted(path.name for path in place.iterdir())


def test_finished_run_takes_its_place(tmp_path):
    with store.new_run(tmp_path / "deep" / "run") as scratch:
        fill(scratch)
    assert store.open_run(tmp_path / "deep" / "run").manifest == {"words": "new"}
    assert left_behind(tmp_path / "deep") == ["run"]


@pytest.mark.parametrize("failure", [KeyboardInterrupt, ValueError])
def test_interrupted_run_leaves_nothing(tmp_path, failure):
    with pytest.raises(failure), store.new_run(tmp_path / "new" / "folders" / "run") as scratch:
        fill(scratch)
        raise failure
    assert left_behind(tmp_path) == []


def test_interrupted_replacement_keeps_the_old_run(tmp_path):
    with store.new_run(tmp_path / "run") as scratch:
        fill(scratch, "old")
    with pytest.raises(KeyboardInterrupt), store.new_run(tmp_path / "run", force=True) as scratch:
        fill(scratch, "new")
        raise KeyboardInterrupt
    assert store.open_run(tmp_path / "run").manifest == {"words": "old"}
    assert left_behind(tmp_path) == ["run"]


def test_force_replaces_a_run(tmp_path):
    for words in ("old", "new"):
        with store.new_run(tmp_path / "run", force=True) as scratch:
            fill(scratch, words)
    assert store.open_run(tmp_path / "run").manifest == {"words": "new"}
    assert left_behind(tmp_path) == ["run"]


def test_existing_folder_needs_force(tmp_path):
    with store.new_run(tmp_path / "run") as scratch:
        fill(scratch)
    with pytest.raises(InvalidFile, match="exists; replace it with --force"), store.new_run(tmp_path / "run"):
        pytest.fail("the work must not begin")


def test_force_does_not_delete_a_folder_that_is_no_run(tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "thesis.txt").write_text("years of work")
    with pytest.raises(InvalidFile, match="is not a run"), store.new_run(tmp_path / "home", force=True):
        pytest.fail("the work must not begin")
    assert (tmp_path / "home" / "thesis.txt").exists()


def test_place_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(InvalidFile, match="is a file, not a folder"), store.new_run(tmp_path / "taken", force=True):
        pytest.fail("the work must not begin")


def test_parent_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(InvalidFile, match="cannot write the folder"), store.new_run(tmp_path / "taken" / "run"):
        pytest.fail("the work must not begin")


def test_place_without_permission_is_refused(tmp_path, monkeypatch):
    def refuse(**_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(store.tempfile, "mkdtemp", refuse)
    with pytest.raises(InvalidFile, match=r"permission denied; choose another place with --out"), store.new_run(tmp_path / "run"):
        pytest.fail("the work must not begin")


def test_full_disk_says_so_and_leaves_nothing(tmp_path):
    with pytest.raises(InvalidFile, match="no space left on the disk"), store.new_run(tmp_path / "run") as scratch:
        fill(scratch)
        raise OSError(errno.ENOSPC, "No space left on device")
    assert left_behind(tmp_path) == []


@pytest.mark.skipif(not store.Path("/dev/full").exists(), reason="needs the full device of Linux")
def test_full_disk_while_a_table_is_written_says_so():
    columns = {"day": np.arange(1e5), "noise": np.random.default_rng(0).random(100_000)}
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        store.write_table(store.Path("/dev/full"), columns)


def test_text_outside_a_run_is_there_or_not(tmp_path, monkeypatch):
    store.replace_text(tmp_path / "deep" / "figure.svg", "old")

    def fails(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store.os, "replace", fails)
    with pytest.raises(InvalidFile, match="no space left"):
        store.replace_text(tmp_path / "deep" / "figure.svg", "new")
    assert left_behind(tmp_path / "deep") == ["figure.svg"]
    assert (tmp_path / "deep" / "figure.svg").read_text() == "old"


def test_tables_are_read_back_by_name(tmp_path):
    with store.new_run(tmp_path / "it's a run") as scratch:
        fill(scratch)
        store.write_table(scratch / "outcomes.parquet", {"arm": ["car-t", "none"], "day": np.array([110.0, np.nan])})
    answer = store.open_run(tmp_path / "it's a run").query("select arm, day from outcomes where isfinite(day)")
    assert answer.to_dict("list") == {"arm": ["car-t"], "day": [110.0]}


def test_json_has_no_nan(tmp_path):
    store.write_json(tmp_path / "x.json", {"a": np.float64("nan"), "b": [np.int64(1), np.array([1.5, np.inf])]})
    assert json.loads((tmp_path / "x.json").read_text()) == {"a": None, "b": [1, [1.5, None]]}


def test_folder_without_manifest_is_not_a_run(tmp_path):
    with pytest.raises(InvalidFile, match=r"it has no manifest\.json"):
        store.open_run(tmp_path)


def test_question_that_cannot_be_answered_is_one_line(tmp_path):
    with store.new_run(tmp_path / "run") as scratch:
        fill(scratch)
        store.write_table(scratch / "outcomes.parquet", {"day": np.array([1.0])})
    for sql in ("select dya from outcomes", "select", "select * from outcome"):
        with pytest.raises(InvalidValue, match="the question cannot be answered") as error:
            store.open_run(tmp_path / "run").query(sql)
        assert "\n" not in str(error.value)
