"""A saved run can be read back, twin by twin."""

import numpy as np
import pytest

from immunoreset import store
from immunoreset.errors import InvalidFile
from immunoreset.save import save


@pytest.fixture(scope="module")
def run_folder(invented_result, tmp_path_factory):
    return save(invented_result, tmp_path_factory.mktemp("runs") / "one")


def test_run_has_page_numbers_and_tables(run_folder):
    names = {path.name for path in run_folder.iterdir()}
    assert names == {"report.html", "summary.json", "manifest.json", "outcomes.parquet", "trajectories.parquet"}


def test_tables_hold_every_twin_under_every_treatment(run_folder, invented_result):
    run = store.open_run(run_folder)
    twins = run.query("select arm, count(*) as twins, sum(failed::int) as failed from outcomes group by arm order by arm")
    assert twins["twins"].tolist() == [40, 40] and twins["failed"].tolist() == [2, 0]
    assert run.query("select count(*) as n from trajectories")["n"][0] == 2 * 40 * len(invented_result.days)


def test_trajectory_read_back_is_the_one_that_was_written(run_folder, invented_result):
    rows = store.open_run(run_folder).query(
        "select c3 from trajectories where arm = 'rituximab' and patient = 'patient 2' and twin = 3 order by day"
    )
    np.testing.assert_allclose(rows["c3"], invented_result.arms["rituximab"].trajectories["c3"][8 + 2], rtol=1e-6)


def test_second_run_needs_force(run_folder, invented_result):
    with pytest.raises(InvalidFile, match="--force"):
        save(invented_result, run_folder)
    save(invented_result, run_folder, force=True)


def test_fault_while_writing_leaves_nothing(tmp_path, invented_result, monkeypatch):
    def fails(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "write_table", fails)
    with pytest.raises(KeyboardInterrupt):
        save(invented_result, tmp_path / "run")
    assert list(tmp_path.iterdir()) == []
