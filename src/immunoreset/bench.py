"""How fast patients are solved, beside SciPy on the same machine in the same run.

Two courses of the full patient model, `cart` population, fludarabine and cyclophosphamide and 1e6 CAR-T cells/kg (five doses),
day -35 to 730, rtol 1e-6. The bare course has the doses and twelve outputs on 190 days. The full course is what `simulate` runs:
rescue rule, flares every four weeks, extinction, all followed outputs and read-outs. One thread; the courses are measured
in turn, so that other work on the machine slows all of them. A speed is that of the best run, since other work can only slow
a run down; a ratio of two is the median over the turns, in processor time.
"""

from __future__ import annotations

import itertools
import json
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from immunoreset.errors import InvalidValue

START, STOP, RTOL = -35.0, 730.0, 1e-6
REGIMEN = "car-t"  # fludarabine, cyclophosphamide and 1e6 cells/kg
OUTPUTS = (
    "car_t_per_ul", "naive_b_per_ul", "memory_b_per_ul", "lymph_node_fraction", "anti_dsdna_reading", "c3",
    "proteinuria", "sledai_items", "il6_signal", "neutrophils", "igg", "vaccine_antibody",
)  # fmt: skip
GRID = np.concatenate([np.arange(-35.0, 60.0), np.linspace(60.0, 730.0, 95)])  # 190 days
SEED, PATIENTS, RUNS = 1, 2048, 7
SCIPY_PATIENTS, MANY_PATIENTS = 3, 100_000


def _arguments(patients: int, *, flares: bool = False) -> dict[str, Any]:
    """What `simulate` is given for the bare course, the model first, without a grid; flares only when asked for."""
    from immunoreset.patient.course import prepare
    from immunoreset.population import sample
    from immunoreset.therapy.standard import standard

    cohort = sample("cart", patients, seed=SEED)
    regimen = standard(REGIMEN)
    arm = prepare(cohort, regimen, start=START, stop=STOP)
    arguments = arm.arguments()
    if not flares:
        arguments["events"] = regimen.events(cohort, start=START)
    return {"model": arm.patient.model, **arguments, "outputs": arm.readable(OUTPUTS), "rtol": RTOL}


def _full_arguments(patients: int) -> dict[str, Any]:
    """What `simulate` is given for the full course: that of the demo's CAR-T arm."""
    from immunoreset.demo import demo_study
    from immunoreset.followed import days_to_store, followed, readouts
    from immunoreset.patient.course import prepare
    from immunoreset.population import sample
    from immunoreset.therapy import Regimen

    cohort = sample("cart", patients, seed=SEED)
    arm = prepare(cohort, Regimen.parse(demo_study().arms[REGIMEN].treatment), start=START, stop=STOP)
    return {
        "model": arm.patient.model,
        **arm.arguments(),
        "outputs": arm.readable(followed(cohort.illness)),
        "rtol": RTOL,
        "grid": days_to_store(START, STOP),
        "readouts": readouts(cohort.theta),
    }


def _seconds(work: Callable[[], Any], runs: int) -> list[float]:
    found = []
    for _ in range(runs):
        begin = time.perf_counter()
        work()
        found.append(time.perf_counter() - begin)
    return found


class Course(NamedTuple):
    """One course in all turns: seconds by the clock and of the processor."""

    clock: list[float]
    processor: list[float]
    steps: float  # tried per patient

    @property
    def patients_per_second(self) -> list[float]:
        return [PATIENTS / seconds for seconds in self.clock]


def courses() -> dict[str, Course]:
    """The bare course, the bare course with flares, and the full course, measured in turn on one thread."""
    from immunoreset.engine import simulate

    work = {
        "bare": _arguments(PATIENTS) | {"grid": GRID},
        "flares": _arguments(PATIENTS, flares=True) | {"grid": GRID},
        "full": _full_arguments(PATIENTS),
    }
    found: dict[str, Course] = {}
    for name, arguments in work.items():  # loads and compiles
        solution = simulate(**arguments, threads=1)
        found[name] = Course([], [], float((solution.steps + solution.rejected_steps).mean()))
    for _ in range(RUNS):
        for name, arguments in work.items():
            clock, processor = time.perf_counter(), time.process_time()
            simulate(**arguments, threads=1)
            found[name].clock.append(time.perf_counter() - clock)
            found[name].processor.append(time.process_time() - processor)
    return found


def scipy_speed() -> float:
    """Patients per second with SciPy's LSODA and the same model function on Python numbers, restarted at each dose."""
    from immunoreset.engine.trace import build, flat_names, flat_values

    arguments = _arguments(SCIPY_PATIENTS)
    model = arguments["model"]
    begin = time.perf_counter()
    for i in range(SCIPY_PATIENTS):
        numbers = {name: float(v[i]) if np.ndim(v) else float(v) for name, v in arguments["parameters"].items()}
        parameters = build(model.parameters, [numbers[name] for name in flat_names(model.parameters)])
        doses = doses_of(arguments["events"], i, SCIPY_PATIENTS)
        state = list(map(float, flat_values(arguments["initial"](parameters))))
        _lsoda_course(model, state, doses, arguments["outputs"], parameters)
    return SCIPY_PATIENTS / (time.perf_counter() - begin)


def doses_of(events: Any, row: int, patients: int) -> list[tuple[float, Any, float]]:
    """(day, action, value) of one of `patients`, in order of time; for solvers that know no events."""
    from immunoreset.engine import Scheduled

    found = []
    for event in events:
        if not isinstance(event, Scheduled):
            raise TypeError(f"the reference gives doses only, not {event!r}")
        days, values = (np.atleast_1d(np.asarray(x, dtype=float)) for x in (event.days, event.value))
        days, values = (x[row] if x.ndim == 2 and len(x) == patients else x.ravel() for x in (days, values))
        found += [(float(d), event.action, float(v)) for d, v in zip(*np.broadcast_arrays(days, values), strict=True)]
    return sorted(found, key=lambda dose: dose[0])


def _lsoda_course(
    model: Any, state: list[float], doses: list[tuple[float, Any, float]], outputs: Mapping[str, Any], parameters: Any
) -> None:
    from scipy.integrate import solve_ivp

    from immunoreset.engine.trace import build, flat_names, flat_values

    place = {name: number for number, name in enumerate(flat_names(model.state))}

    def rates(t: float, y: Any) -> Any:
        return flat_values(model.derivative(t, build(model.state, y.tolist()), parameters))

    edges = [START, *sorted({day for day, _, _ in doses}), STOP]
    for left, right in itertools.pairwise(edges):
        for day, action, value in doses:
            if day == left:
                for name, changed in action(left, build(model.state, state), parameters, value).items():
                    state[place[name]] = float(changed)
        days = GRID[(left <= GRID) & (right > GRID)]
        solved = solve_ivp(rates, (left, right), state, method="LSODA", rtol=RTOL, atol=1e-9, t_eval=[*days, right])
        for t, y in zip(solved.t, solved.y.T, strict=True):
            now = build(model.state, y.tolist())
            for read in outputs.values():
                read(t, now, parameters)
        state = solved.y[:, -1].tolist()


def compile_seconds() -> float:
    """From a changed model function to the first result, with the engine loaded."""
    from immunoreset.engine import Model, simulate

    arguments = _arguments(1)
    simulate(**arguments, grid=GRID, threads=1)
    standard = arguments.pop("model")
    change = 1 + time.time() % 1e-3  # a number that no earlier run has seen

    def changed(t: Any, s: Any, p: Any) -> Any:
        rates = standard.derivative(t, s, p)
        cytokines = rates.cytokines
        return rates._replace(cytokines=cytokines._replace(crp=cytokines.crp * change))

    model = Model(changed, standard.state, standard.parameters)
    return _seconds(lambda: simulate(model, **arguments, grid=GRID, threads=1), 1)[0]


def operations_per_step() -> int:
    """Additions, multiplications, divisions and roots of a step of one patient of the bare course, counted in its code."""
    from immunoreset.bench_peak import operations_of
    from immunoreset.engine import prepare

    return operations_of(prepare(**_arguments(8), grid=GRID).program.code.text, "step")


def _solve_many() -> None:
    """The memory test, run in a process of its own: read-outs only."""
    import resource  # not on Windows

    from immunoreset.engine import FirstAbove, Maximum, TimeOfMaximum, simulate

    readouts = {
        "peak": Maximum("car_t_per_ul"),
        "peak day": TimeOfMaximum("car_t_per_ul"),
        "return": FirstAbove("naive_b_per_ul", 5.0, after=0.0),
    }
    arguments = _arguments(MANY_PATIENTS)
    begin = time.perf_counter()
    solution = simulate(**arguments, readouts=readouts)
    seconds = time.perf_counter() - begin
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    print(json.dumps({"seconds": seconds, "megabytes": kilobytes / 1024, "failed": int(solution.failed.sum())}))


def many_patients() -> dict[str, float]:
    """Time on all cores, peak memory (MB) and failures of 100,000 patients with read-outs only."""
    command = [sys.executable, "-c", "from immunoreset.bench import _solve_many; _solve_many()"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def measure() -> dict[str, Any]:
    """All numbers of the engine, with the machine they come from."""
    from immunoreset.bench_peak import peak_operations_per_second

    found = courses()
    bare, flares, full = (found[name] for name in ("bare", "flares", "full"))
    ratios = [a / b for a, b in zip(full.processor, bare.processor, strict=True)]
    reference = scipy_speed()
    many = many_patients()
    return {
        "full_course_patients_per_second_per_core": max(full.patients_per_second),
        "full_course_patients_per_second_of_each_run": full.patients_per_second,
        "full_course_ratio": statistics.median(ratios),
        "full_course_ratio_of_each_run": ratios,
        "full_course_steps_per_patient": full.steps,
        "patients_per_second_per_core": max(bare.patients_per_second),
        "patients_per_second_of_each_run": bare.patients_per_second,
        "patients_per_second_per_core_with_flares": max(flares.patients_per_second),
        "scipy_lsoda_patients_per_second": reference,
        "ratio": max(bare.patients_per_second) / reference,
        "steps_per_patient": bare.steps,
        "steps_per_patient_with_flares": flares.steps,
        "operations_per_step": operations_per_step(),
        "peak_operations_per_second": peak_operations_per_second(),
        "compile_seconds": compile_seconds(),
        "peak_memory_mb": many["megabytes"],
        "hundred_thousand_patients_seconds": many["seconds"],
        "hundred_thousand_patients_failed": many["failed"],
        "cpu": cpu(),
        "versions": versions(),
    }


def cpu() -> str:
    """Name of the processor and its widest vectors."""
    name, flags = platform.processor() or platform.machine(), ""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            text = file.read()
    except OSError:
        return name
    for line in text.splitlines():
        if line.startswith("model name"):
            name = line.split(":", 1)[1].strip()
        if line.startswith("flags"):
            flags = line
    width = "AVX-512" if "avx512f" in flags else "AVX2" if "avx2" in flags else "no AVX2"
    return f"{name} ({width}, {text.count('processor	:')} cores)"


def versions() -> dict[str, str]:
    """Versions of what decides the speed."""
    packages = ("immunoreset", "numba", "llvmlite", "numpy", "scipy")
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in packages}}


def run(*, as_json: bool = False, stored: Path | None = None, force: bool = False) -> None:
    """Measure and print, as a table or as JSON; kept in the file `stored` only where one is named.

    Raises InvalidValue when that file exists already and `force` is not given.
    """
    if stored is not None and stored.exists() and not force:
        raise InvalidValue(f"{stored} exists; give another file, or --force to write over it")
    from immunoreset.bench_chain import measure_chain, table

    found = measure() | measure_chain()
    print(json.dumps(found, indent=2) if as_json else table(found))
    if stored is not None:
        stored.parent.mkdir(parents=True, exist_ok=True)
        stored.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
