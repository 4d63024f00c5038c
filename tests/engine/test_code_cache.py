"""The engine runs where nothing can be written, and says what that costs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import immunoreset
from immunoreset.engine import code_cache, driver

SOURCE = Path(next(iter(immunoreset.__path__)))


def test_code_that_was_compiled_before_is_found(tmp_path, monkeypatch):
    class Stats:
        cache_path = str(tmp_path)

    class Function:
        stats, py_func = Stats, driver.run_chunk.py_func

    assert not code_cache.is_kept(Function)
    (tmp_path / "driver.run_chunk-28.py311.nbi").touch()
    assert code_cache.is_kept(Function)


@pytest.mark.skipif(os.name != "posix", reason="a folder that cannot be written, on POSIX")
def test_engine_is_imported_where_no_folder_can_be_written(tmp_path):
    shutil.copytree(SOURCE, tmp_path / "immunoreset", ignore=shutil.ignore_patterns("__pycache__", "static"))
    for folder in (tmp_path / "immunoreset").rglob("*"):
        if folder.is_dir():
            (folder / "__pycache__").touch()  # a file in its place, so that nobody, not even root, can write there
    (tmp_path / "nowhere").touch()
    unwritable = {"HOME": str(tmp_path / "nowhere"), "XDG_CACHE_HOME": str(tmp_path / "nowhere"), "PYTHONPATH": str(tmp_path)}
    code = "import numba; from immunoreset.engine import simulate; print(numba.config.CACHE_DIR)"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=kept | unwritable)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count(code_cache.NO_PLACE) == 1
    assert "immunoreset-code-" in done.stdout and not Path(done.stdout.strip()).exists()
