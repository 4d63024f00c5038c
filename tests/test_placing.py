"""Places on disk when others want them too, when a process is killed, and where they are links."""

import os
import signal
import stat
import subprocess
import sys
import time

import pytest

from immunoreset import placing, store
from immunoreset.errors import InvalidFile

pytestmark = pytest.mark.skipif(os.name != "posix", reason="locks and links of POSIX")

HOLD = """
import sys, time
from pathlib import Path
from immunoreset import store
with store.new_run(Path(sys.argv[1])) as scratch:
    print(scratch, flush=True)
    time.sleep(60)
"""


def make(place, words="new", *, force=False):
    with store.new_run(place, force=force) as scratch:
        store.write_json(scratch / "manifest.json", {"words": words})


def names(place):
    return sorted(path.name for path in place.iterdir())


def words_of(place):
    return store.open_run(place).manifest["words"]


@pytest.fixture
def held(tmp_path):
    """A process that is working on tmp_path/run."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / "run")], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline().strip()
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_what_a_killed_process_left_is_cleared_by_the_next_run(tmp_path, held):
    held.kill()
    held.wait()
    assert [name for name in names(tmp_path) if name.endswith(".partial")]
    make(tmp_path / "run")
    assert names(tmp_path) == ["run"]


def test_what_a_living_process_works_on_is_left_alone(tmp_path, held):
    make(tmp_path / "run")
    assert len([name for name in names(tmp_path) if name.endswith(".partial")]) == 1


def test_scratch_of_another_place_is_left_alone(tmp_path):
    (tmp_path / ".run-b-abc.partial").mkdir()
    (tmp_path / ".other-abc.partial").mkdir()
    make(tmp_path / "run")
    assert names(tmp_path) == [".other-abc.partial", ".run-b-abc.partial", "run"]


def test_second_of_two_runs_into_one_folder_is_kept_and_says_where(tmp_path):
    with (
        pytest.raises(InvalidFile, match=r"taken by another run meanwhile; .*run-2'"),
        store.new_run(tmp_path / "run") as scratch,
    ):
        store.write_json(scratch / "manifest.json", {"words": "second"})
        make(tmp_path / "run", "first")
    assert words_of(tmp_path / "run") == "first" and words_of(tmp_path / "run-2") == "second"
    assert names(tmp_path) == ["run", "run-2"]


def test_replacement_of_a_run_that_became_something_else_is_kept_beside_it(tmp_path):
    make(tmp_path / "run", "old")
    with pytest.raises(InvalidFile, match="run-2"), store.new_run(tmp_path / "run", force=True) as scratch:
        store.write_json(scratch / "manifest.json", {"words": "new"})
        (tmp_path / "run" / "manifest.json").unlink()
        (tmp_path / "run" / "thesis.txt").write_text("years of work")
    assert names(tmp_path / "run") == ["thesis.txt"] and words_of(tmp_path / "run-2") == "new"


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="needs an exchange in one step")
def test_replaced_run_and_its_replacement_change_places_in_one_step(tmp_path, monkeypatch):
    make(tmp_path / "run", "old")

    def never(*_):
        pytest.fail("between two renames there is no run at the place")

    with store.new_run(tmp_path / "run", force=True) as scratch:
        store.write_json(scratch / "manifest.json", {"words": "new"})
        monkeypatch.setattr(placing.os, "rename", never)
    assert words_of(tmp_path / "run") == "new" and names(tmp_path) == ["run"]


@pytest.mark.parametrize("force", [False, True])
def test_run_that_was_lost_between_two_renames_is_put_back(tmp_path, monkeypatch, force):
    monkeypatch.setattr(placing, "exchange", lambda *_: False)
    make(tmp_path / "run", "old")
    os.rename(tmp_path / "run", tmp_path / ".run-abc.replaced")
    if force:
        make(tmp_path / "run", "new", force=True)
    else:
        with pytest.raises(InvalidFile, match="exists; replace it with --force"):
            make(tmp_path / "run", "new")
    assert words_of(tmp_path / "run") == ("new" if force else "old") and names(tmp_path) == ["run"]


def test_run_is_replaced_where_the_file_system_has_no_exchange(tmp_path, monkeypatch):
    monkeypatch.setattr(placing, "exchange", lambda *_: False)
    make(tmp_path / "run", "old")
    make(tmp_path / "run", "new", force=True)
    assert words_of(tmp_path / "run") == "new" and names(tmp_path) == ["run"]


@pytest.mark.parametrize("there", [False, True])
def test_target_of_a_link_becomes_the_run_and_the_link_stays(tmp_path, there):
    target, link = tmp_path / "disk" / "run", tmp_path / "link"
    if there:
        make(target, "old")
    link.symlink_to(target)
    make(link, "new", force=True)
    assert link.is_symlink() and words_of(link) == words_of(target) == "new"
    assert names(tmp_path) == ["disk", "link"] and names(tmp_path / "disk") == ["run"]


def test_link_to_itself_is_one_line(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(InvalidFile, match="cannot write the folder"):
        make(tmp_path / "loop")


@pytest.mark.parametrize(("umask", "mode"), [(0o077, 0o700), (0o027, 0o750), (0o022, 0o755)])
def test_run_has_the_permissions_that_the_umask_leaves(tmp_path, umask, mode):
    before = os.umask(umask)
    try:
        make(tmp_path / "run")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "run").stat().st_mode) == mode


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_signal_to_stop_leaves_nothing_and_says_one_line(tmp_path, sent):
    code = (
        "import time, immunoreset.cli as cli\n"
        "from immunoreset import store\n"
        "@cli.app.command()\n"
        "def wait(place: str) -> None:\n"
        "    with store.new_run(store.Path(place)):\n"
        "        print('working', flush=True)\n"
        "        time.sleep(60)\n"
        "cli.main()\n"
    )
    arguments = [sys.executable, "-c", code, "wait", str(tmp_path / "deep" / "run")]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "working\n"
    time.sleep(0.05)
    process.send_signal(sent)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130 and said == "immunoreset: stopped; nothing was written\n"
    assert names(tmp_path) == []


def test_file_that_cannot_be_finished_leaves_the_old_one(tmp_path):
    (tmp_path / "visits.csv").write_text("old")
    with pytest.raises(InvalidFile, match="no space left"), placing.new_file(tmp_path / "visits.csv", force=True) as scratch:
        scratch.write_text("new")
        raise OSError(28, "No space left on device")
    assert (tmp_path / "visits.csv").read_text() == "old" and names(tmp_path) == ["visits.csv"]


def test_place_of_a_file_is_checked_before_the_work(tmp_path):
    (tmp_path / "taken").write_text("old")
    for place, why in ((tmp_path, "is a folder"), (tmp_path / "taken", "exists"), (tmp_path / "taken" / "x", "file exists")):
        with pytest.raises(InvalidFile, match=why), placing.new_file(place):
            pytest.fail("the work must not begin")
    assert names(tmp_path) == ["taken"]


def test_new_file_makes_the_folders_above_it(tmp_path):
    with placing.new_file(tmp_path / "deep" / "visits.csv") as scratch:
        scratch.write_text("new")
    assert (tmp_path / "deep" / "visits.csv").read_text() == "new"


def test_folders_above_a_file_that_cannot_be_finished_are_gone_again(tmp_path):
    with pytest.raises(InvalidFile, match="no space left"), placing.new_file(tmp_path / "deep" / "er" / "visits.csv"):
        raise OSError(28, "No space left on device")
    assert names(tmp_path) == []


def test_device_is_never_replaced_by_a_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    for place in ("pipe", "link"):
        with pytest.raises(InvalidFile, match="it is a device, not a file"), placing.new_file(tmp_path / place, force=True):
            pytest.fail("the work must not begin")
    assert names(tmp_path) == ["link", "pipe"] and stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


@pytest.mark.parametrize("name", ["a\0b", "a\ud800b", "n" * 300])
def test_names_that_no_file_can_have_are_one_line(tmp_path, name):
    with pytest.raises(InvalidFile, match="cannot write the file") as error, placing.new_file(tmp_path / name):
        pytest.fail("the work must not begin")
    assert str(error.value).isprintable() and names(tmp_path) == []


def test_names_in_another_encoding_are_written_as_escapes(tmp_path):
    store.write_json(tmp_path / "x.json", {"file": os.fsdecode(b"caf\xe9.csv")})
    assert b"caf\\udce9.csv" in (tmp_path / "x.json").read_bytes()
