"""What a table of patients needs is foretold, and refused in one line where it cannot be had."""

import json
import subprocess
import sys

import pytest

from immunoreset import memory
from immunoreset.catalogue import built_in
from immunoreset.errors import InvalidValue
from immunoreset.inference import simulate_rows
from immunoreset.population import mackensen_2022, sample, twins
from immunoreset.study import run
from immunoreset.study_reading import parse_study
from immunoreset.virtual_trial.potential_outcomes import potential_outcomes

STUDY = """
title = "memory"
seed = 1
start = -7
stop = 28
[patients]
population = "cart"
n = {n}
[arms]
none = "no treatment"
rituximab = "rituximab 1000 mg on day 0"
"""
MEASURED = """
import json, sys, tempfile
from pathlib import Path
from immunoreset import memory, study_size
from immunoreset.save import save
from immunoreset.study import run
from immunoreset.study_reading import parse_study

def resident():
    return 4096 * int(Path("/proc/self/statm").read_text().split()[1])

foretold = []
check = study_size.check_memory
study_size.check_memory = lambda need, *rest, **named: (foretold.append(need), check(need, *rest, **named))
import immunoreset.engine.driver, pandas, duckdb
before = resident()
result = run(parse_study(sys.stdin.read()))
with tempfile.TemporaryDirectory() as folder:
    save(result, Path(folder) / "run")
(highest,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
peak = 1024 * int(highest.split()[1])  # not ru_maxrss, in which that of the parent lives on
print(json.dumps((before + foretold[0]) / peak))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the memory of a process where Linux tells it")
@pytest.mark.parametrize("patients", [2_000, 20_000])
def test_memory_of_a_study_is_foretold_within_a_third(patients):
    run(parse_study(STUDY.format(n=2)))  # compiles, which takes more memory than small studies, and keeps the code for others
    done = subprocess.run(
        [sys.executable, "-c", MEASURED], input=STUDY.format(n=patients), capture_output=True, text=True, check=True
    )
    assert 1.0 <= json.loads(done.stdout.splitlines()[-1]) <= 1.3


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (lambda: run(parse_study(STUDY.format(n=3000))), "3000 twins in 2 arms need about .* ask for at most [0-9]+ patients"),
        (lambda: sample("cart", 20_000, seed=1), "20000 virtual patients need about .* ask for at most [0-9]+ patients"),
        (lambda: twins(mackensen_2022()[0], 20_000, seed=1), "20000 twins of patient .* ask for at most [0-9]+ twins"),
        (
            lambda: potential_outcomes("cart", {"a": "no treatment"}, [28], patients=3000),
            "3000 patients in 1 arms with 1 visits need about .* ask for at most [0-9]+ patients",
        ),
        (
            lambda: simulate_rows([built_in().theta], "cart", {"a": "no treatment"}, n=20_000),
            "20000 patients under 1 thetas in 1 arms need about .* ask for at most [0-9]+ patients",
        ),
    ],
)
def test_every_table_of_patients_is_refused_where_it_cannot_fit(monkeypatch, table, words):
    monkeypatch.setattr(memory, "memory_left", lambda: 30e6)
    with pytest.raises(InvalidValue, match=words):
        table()


def test_memory_left_is_what_the_process_may_still_address():
    limited = "import resource; resource.setrlimit(resource.RLIMIT_AS, (4 * 10**9, 4 * 10**9))"
    ask = "from immunoreset.memory import memory_left; print(memory_left())"
    done = subprocess.run([sys.executable, "-c", f"{limited}; {ask}"], capture_output=True, text=True, check=True)
    assert 0 < float(done.stdout) < 4e9
