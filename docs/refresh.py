"""Writes the parts of the documentation that come from the code: the symbol page, and the figure and table of the README.

python docs/refresh.py symbols        docs/symbols.md, from the tables of the modules
python docs/refresh.py agreement      README.md and docs/figures/demo.svg, from a run of the demo
python docs/refresh.py speed          README.md, from benchmarks/results/speed.json (immunoreset bench --json)
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from immunoreset.catalogue import Theta
from immunoreset.evidence import Comparison, tuning_in_words
from immunoreset.patient.birth_certificates import Parameter, states_of
from immunoreset.patient.theta import ParameterSet
from immunoreset.report.words import interval, number

ROOT = Path(__file__).resolve().parent.parent
SYMBOLS, README, FIGURE = ROOT / "docs/symbols.md", ROOT / "README.md", ROOT / "docs/figures/demo.svg"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _unit(unit: str) -> str:
    return "" if unit == "1" else unit


def _parameter_row(parameter: Parameter) -> str:
    low, high = parameter.bounds
    value = f"{parameter.value:g} ({low:g} to {high:g})"
    field = parameter.name.split(".")[1]
    origin = f"{parameter.standing}: {parameter.source}"
    return _row([f"`{parameter.symbol}`", f"`{field}`", value, _unit(parameter.unit), origin, parameter.note])


def symbol_page() -> str:
    """Every state and parameter of the model, by symbol and by the name that the code uses, in the order of its modules."""
    theta = Theta.current()
    counts = theta.standing_counts()
    standing = ", ".join(f"{count} {name}" for name, count in counts.items())
    lines = [
        "# Symbols",
        "",
        "Written by `python docs/refresh.py symbols` from the tables of the code. Do not edit.",
        "",
        "A patient has the states of the host, of one disease and of the drugs given. Products of a family share symbols.",
        "",
        "## States",
        "",
        "Mcell is a million cells, Gcell a thousand million.",
        "",
        _row(["symbol", "name in the code", "unit", "meaning"]),
        "|---|---|---|---|",
    ]
    states = [state for module in theta.modules for state in states_of(module).values()]
    lines += [_row([f"`{state.symbol}`", f"`{state.name}`", _unit(state.unit), state.meaning]) for state in states]
    lines += ["", "## Parameters", "", f"{sum(counts.values())} parameters: {standing}. In brackets: the bounds."]
    module = ""
    for name, parameter in theta.table.items():
        if name.split(".")[0] != module:
            module = name.split(".")[0]
            lines += [
                "",
                f"### `{module}`",
                "",
                _row(["symbol", "name", "value", "unit", "standing: source", "note"]),
                "|---|---|---|---|---|---|",
            ]
        lines.append(_parameter_row(parameter))
    lines += ["", "## Products", "", "Products that are like another one, with the numbers in which they differ."]
    lines += [line for product in theta.products.values() for line in _set_table(product)]
    lines += ["", "## Hosts", "", "The numbers in which the host of a disease differs from the typical patient."]
    lines += [line for host in theta.hosts.values() for line in _set_table(host)]
    return "\n".join(lines) + "\n"


def _set_table(found: ParameterSet) -> list[str]:
    lines = [
        "",
        f"### `{found.name}`: {found.title}",
        "",
        _row(["parameter", "value", "unit", "standing: source"]),
        "|---|---|---|---|",
    ]
    for name, parameter in found.parameters.items():
        origin = f"{parameter.standing}: {parameter.source}"
        lines.append(_row([f"`{name}`", f"{parameter.value:g}", _unit(parameter.unit), origin]))
    return lines


def agreement_table(rows: Sequence[Comparison]) -> str:
    """The comparison table of the demo, and what the model was tuned to, as the README shows them."""
    tuned = {True: "yes", False: "no", "indirectly": "indirectly"}
    lines = [_row(["quantity", "published", "band", "simulated", "verdict", "tuned to it"]), "|---|---|---|---|---|---|"]
    for row in rows:
        unit = "" if row.unit == "fraction" else f", {row.unit}"
        simulated = f"{number(row.simulated, row.unit)} ({interval(row.simulated_low, row.simulated_high, row.unit)})"
        verdict = f"**{row.verdict}**" if row.verdict == "outside" else row.verdict
        published, band = row.published_text, interval(row.low, row.high, row.unit)
        lines.append(_row([row.label + unit, published, band, simulated, verdict, tuned[row.tuned]]))
    return "\n".join([*lines, "", f"{tuning_in_words(rows)}: **agreement is not validation**."]) + "\n"


def speed_table(measured: Mapping[str, Any]) -> str:
    """What `immunoreset bench --json` printed, as the README shows it."""
    slowest, fastest = min(measured["patients_per_second_of_each_run"]), measured["patients_per_second_per_core"]
    rows = [
        ("one core, twelve outputs on 190 days", f"{fastest:,.0f} patients/s (slowest of the runs {slowest:,.0f})"),
        ("the same with flares every four weeks", f"{measured['patients_per_second_per_core_with_flares']:,.0f} patients/s"),
        ("SciPy LSODA, the same model function in Python", f"{measured['scipy_lsoda_patients_per_second']:.1f} patients/s"),
        ("ratio", f"{measured['ratio']:,.0f}"),
        ("100,000 patients, read-outs only, all cores", _many(measured)),
        ("from a changed model function to the first result", f"{measured['compile_seconds']:.1f} s"),
        ("machine", f"{measured['cpu']}; Python {measured['versions']['python']}, Numba {measured['versions']['numba']}"),
    ]
    return "\n".join([_row(["measure", "result"]), "|---|---|", *(_row(row) for row in rows)]) + "\n"


def _many(measured: Mapping[str, Any]) -> str:
    return f"{measured['hundred_thousand_patients_seconds']:.0f} s, {measured['peak_memory_mb']:.0f} MB"


def put_between(text: str, mark: str, new: str) -> str:
    """The text with what stands between the two comments `mark` and `/mark` replaced."""
    pattern = re.compile(rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", re.DOTALL)
    if not pattern.search(text):
        sys.exit(f"no '<!-- {mark} -->' in the text")
    return pattern.sub(lambda found: found[1] + new + found[2], text)


def main(asked: list[str]) -> None:
    if asked == ["symbols"]:
        SYMBOLS.write_text(symbol_page(), encoding="utf-8")
    elif asked == ["agreement"]:
        from immunoreset.demo import demo_study, draw_readme_figure
        from immunoreset.study import run

        result = run(demo_study())
        draw_readme_figure(result, FIGURE)
        readme = README.read_text("utf-8")
        README.write_text(put_between(readme, "agreement", agreement_table(result.comparisons)), encoding="utf-8")
    elif asked == ["speed"]:
        measured = json.loads((ROOT / "benchmarks/results/speed.json").read_text("utf-8"))
        README.write_text(put_between(README.read_text("utf-8"), "speed", speed_table(measured)), encoding="utf-8")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
