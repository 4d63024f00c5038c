"""Machine code is found again by the next process, and made anew where the file is damaged."""

import os
import subprocess
import sys

import pytest

COMPILE = """
import ctypes
from immunoreset.engine import object_files
from immunoreset.engine.compiler import compile_text

written = []
store = object_files.store
object_files.store = lambda name, code: (written.append(name), store(name, code))
code = compile_text("define double @half(double %x) { %y = fmul double %x, 0.5 ret double %y }")
print(len(written), ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(code.address("half"))(3.0))
"""


@pytest.fixture
def compile_once(tmp_path):
    def run():
        place = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
        done = subprocess.run([sys.executable, "-c", COMPILE], env=place, capture_output=True, text=True, check=True)
        written, value = done.stdout.split()
        return int(written), float(value)

    return run


def test_next_process_compiles_nothing_and_damaged_code_is_made_anew(compile_once, tmp_path):
    assert compile_once() == (1, 1.5)
    assert compile_once() == (0, 1.5)
    (file,) = tmp_path.rglob("*.kernels")
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    assert compile_once() == (1, 1.5)
    assert file.read_bytes() == whole


def test_only_the_newest_files_stay(tmp_path, monkeypatch):
    from immunoreset.engine import object_files

    monkeypatch.setattr(object_files, "place", lambda: tmp_path)
    monkeypatch.setattr(object_files, "MOST_FILES", 2)
    for number in range(4):
        object_files.store(f"code{number}", bytes([number]))
        os.utime(tmp_path / f"code{number}.kernels", (number, number))
    assert object_files.stored("code3") == b"\3" and object_files.stored("code0") is None
    assert len(list(tmp_path.iterdir())) == 2
