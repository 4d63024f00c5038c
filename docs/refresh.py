"""Writes the parts of the documentation that come from the code: the symbol page, and the figure and table of the README.

python docs/refresh.py symbols        docs/symbols.md, from the tables of the modules
python docs/refresh.py diseases       docs/diseases.md, from cohorts of the diseases other than lupus
python docs/refresh.py treatments     docs/treatments.md, from cohorts under treatments
python docs/refresh.py agreement      README.md and docs/figures/demo.svg, from a run of the demo
python docs/refresh.py table          the table of README.md alone, from the run that comes with the package
python docs/refresh.py speed          README.md, from benchmarks/results/speed.json (immunoreset bench --store FILE)
python docs/refresh.py reset          docs/reset.md and its figures, from a run of examples/why-the-reset-holds.toml
python docs/refresh.py codes          docs/scores.md, from the catalogue of items
python docs/refresh.py calibration    docs/calibration.md, from the results beside the documents in calibrations/
python docs/refresh.py lupus          docs/lupus.md, from cohorts simulated for it
python docs/refresh.py misfits        docs/evidence.md, from what is known not to fit
python docs/refresh.py outcomes       docs/outcomes.md, from the outcomes and quantities of the code
python docs/refresh.py therapies      docs/therapies.md and the table of drugs in docs/regimens.md, from the drugs of the code
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from immunoreset.app.stored_evidence import stored
from immunoreset.catalogue import Theta
from immunoreset.endpoints.items import items
from immunoreset.evidence import Comparison, Row, misfits, tuning_in_words
from immunoreset.patient.birth_certificates import Parameter, standing_counts, states_of
from immunoreset.patient.theta import ParameterSet
from immunoreset.report.comparison_words import in_words

ROOT = Path(__file__).resolve().parent.parent
EVIDENCE, SCORES = ROOT / "docs/evidence.md", ROOT / "docs/scores.md"
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
    return _row([_symbol(parameter.symbol), f"`{field}`", value, _unit(parameter.unit), origin, parameter.note])


def _symbol(symbol: str) -> str:
    """The symbol, or a dash for what only has its name."""
    return f"`{symbol}`" if symbol else "–"


def symbol_page() -> str:
    """Every state and parameter of the model, by symbol and by the name that the code uses, in the order of its modules."""
    theta = Theta.current()
    counts = standing_counts(theta.table)
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
    lines += [_row([_symbol(state.symbol), f"`{state.name}`", _unit(state.unit), state.meaning]) for state in states]
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
    heads = ["quantity", "published", "standing", "band", "simulated", "verdict", "tuned to it"]
    lines = [_row(heads), "|" + "---|" * len(heads)]
    for row in rows:
        words = in_words(row)
        verdict = f"**{words.verdict}**" if words.verdict == "outside" else words.verdict
        simulated = f"{words.simulated} ({words.spread})"
        lines.append(_row([words.label, row.published_text, row.standing, words.band_marked, simulated, verdict, words.tuned]))
    return "\n".join([*lines, "", f"{tuning_in_words(rows)}: **agreement is not validation**."]) + "\n"


def code_table() -> str:
    """The codes by which CDISC datasets call each item: terms of controlled terminology by their number, others ours."""
    lines = [_row(["item", "SDTM domain", "test code", "term", "read as well"]), "|---|---|---|---|---|"]
    for item in sorted(items().values(), key=lambda one: (one.domain, one.test_code)):
        if item.test_code and item.domain not in ("DM", "EX", "CM"):  # which have variables and names of drugs, no codes of items
            code = f"`{item.test_code}`" + (f" ({item.specimen.lower()})" if item.specimen else "")
            others = [item.code, item.parameter_code, *item.aliases]
            also = ", ".join(f"`{other}`" for other in dict.fromkeys(others) if other != item.test_code)
            lines.append(_row([item.label, item.domain, code, item.nci_code or "extension of ours", also]))
    return "\n".join(lines) + "\n"


def misfit_list() -> str:
    """What is known not to fit, with the targets that say so."""

    def told(rows: Sequence[Row]) -> str:
        return f" ({', '.join(f'`{row.target}`' for row in rows)})" if rows else ""

    return "\n".join(f"- **{one.title}**{told(one.rows)}. {one.text}" for one in misfits())


def stored_comparisons() -> list[Comparison]:
    """The comparison table of the run that comes with the package."""
    return [Comparison(**row) for row in stored()["comparisons"]]


def put_between(text: str, mark: str, new: str) -> str:
    """The text with what stands between the two comments `mark` and `/mark` replaced."""
    pattern = re.compile(rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", re.DOTALL)
    if not pattern.search(text):
        sys.exit(f"no '<!-- {mark} -->' in the text")
    return pattern.sub(lambda found: found[1] + new + found[2], text)


def renew(page: Path, parts: Mapping[str, str]) -> None:
    """Put each part between the comments of its mark in the page."""
    text = page.read_text("utf-8")
    for mark, new in parts.items():
        text = put_between(text, mark, new)
    page.write_text(text, encoding="utf-8")


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
    elif asked == ["reset"]:
        import reset_page

        renew(reset_page.PAGE, reset_page.refresh())
    elif asked == ["lupus"]:
        import lupus_page

        renew(lupus_page.PAGE, lupus_page.refresh())
    elif asked == ["treatments"]:
        import treatments_page

        renew(treatments_page.PAGE, treatments_page.refresh())
    elif asked == ["diseases"]:
        import diseases_page

        renew(diseases_page.PAGE, diseases_page.refresh())
    elif asked == ["outcomes"]:
        import outcomes_page

        renew(outcomes_page.PAGE, outcomes_page.parts())
    elif asked == ["therapies"]:
        import therapies_page

        therapies_page.PAGE.write_text(therapies_page.page(), encoding="utf-8")
        renew(therapies_page.REGIMENS, therapies_page.parts())
    elif asked == ["codes"]:
        SCORES.write_text(put_between(SCORES.read_text("utf-8"), "codes", code_table()), encoding="utf-8")
    elif asked == ["misfits"]:
        EVIDENCE.write_text(put_between(EVIDENCE.read_text("utf-8"), "misfits", misfit_list() + "\n"), encoding="utf-8")
    elif asked == ["calibration"]:
        import calibration_page

        page = calibration_page.PAGE.read_text("utf-8")
        for name in calibration_page.NAMES:
            page = put_between(page, name, calibration_page.tables(name) + "\n")
        calibration_page.PAGE.write_text(page, encoding="utf-8")
    elif asked == ["table"]:
        readme = README.read_text("utf-8")
        README.write_text(put_between(readme, "agreement", agreement_table(stored_comparisons())), encoding="utf-8")
    elif asked == ["speed"]:
        from immunoreset.bench_chain import table

        measured = json.loads((ROOT / "benchmarks/results/speed.json").read_text("utf-8"))
        README.write_text(put_between(README.read_text("utf-8"), "speed", table(measured) + "\n"), encoding="utf-8")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
