"""Accepting a calibration: its values go into the tables of numbers, each with what it has earned."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from immunoreset.errors import InvalidFile, InvalidValue
from immunoreset.patient.theta import Theta
from immunoreset.placing import replacing
from immunoreset.store import write_text

COVERED = (0.86, 0.94)
"""The share of truths that 90 % intervals must hold on the emulator, and at least on the engine but for the chance of few."""


def check_trusted(summary: Mapping[str, Any], folder: Path, *, worse_is_fine: bool = False) -> None:
    """Raise InvalidValue for a calibration that was not checked, did not pass its checks, or makes validation worse."""
    found = summary.get("coverage")
    if not found:
        raise InvalidValue(f"the calibration in '{folder}' was not checked; run it once more with --check --force")
    low, high = COVERED
    least = low - 2 * (0.09 / found["truths"]) ** 0.5
    if not (low <= found["emulator_90"] <= high and found["engine_90"] >= least):
        raise InvalidValue(
            f"the calibration in '{folder}' did not pass its checks: 90 % intervals hold {found['emulator_90']:.0%} of the "
            f"truths of the emulator ({low:.0%} to {high:.0%} needed) and {found['engine_90']:.0%} of those of the engine "
            f"(at least {least:.0%}); take more points or patients"
        )
    inside = summary["validation_inside"]
    if inside["after"] < inside["before"] and not worse_is_fine:
        raise InvalidValue(
            f"the calibration in '{folder}' makes validation worse: {inside['before']} rows inside before, {inside['after']} "
            "after; accept it all the same with --force, and say why in docs/decisions"
        )


def edits(
    unknowns: Sequence[Mapping[str, Any]], rests_on: Mapping[str, Sequence[str]], name: str, theta: Theta
) -> dict[Path, str]:
    """The new text of every table of numbers, by its file. Nothing is written.

    A number with a contraction of 0.3 or more becomes `calibrated`, with the rows that it rests on; one that moved with less
    becomes `assumed`, and its source says that it was free. Spreads between patients stay as they are: no table holds one.
    """
    texts: dict[Path, str] = {}
    for own in unknowns:
        if str(own["name"]).startswith("spread of "):
            continue
        module, _, number = str(own["name"]).partition(".")
        file = _file(theta, module, number)
        text = texts.get(file) or file.read_text(encoding="utf-8")
        texts[file] = _edited(text, number, own, rests_on.get(str(own["name"]), ()), name, file)
    return texts


def _file(theta: Theta, module: str, number: str) -> Path:
    for one in theta.modules:
        if one.name == module:
            family = Path(one.family).with_suffix(".toml") if one.family else one.table
            return one.table if f"[numbers.{number}]" in one.table.read_text(encoding="utf-8") else family
    raise InvalidValue(f"no module '{module}' holds the number '{number}'")


def _edited(text: str, number: str, own: Mapping[str, Any], rows: Sequence[str], name: str, file: Path) -> str:
    found = re.search(rf"^\[numbers\.{re.escape(number)}\]\n(?:(?!\[).*\n?)*", text, flags=re.MULTILINE)
    if found is None:
        raise InvalidFile(f"{file} has no table [numbers.{number}]; the numbers have changed since this calibration")
    block = found[0]
    earned = own["earned"] == "calibrated"
    block = _set(block, "value", f"{own['at_mean']:.4g}")
    block = _set(block, "standing", '"calibrated"' if earned else '"assumed"')
    said = f"free in {name}, contraction {own['contraction']:.2f}"
    block = _set(block, "source", f'"calibration {name}"' if earned else f'"{said}"')
    if earned:
        listed = ", ".join(f'"{row}"' for row in rows)
        block = _set(block, "calibration", f'{{ name = "{name}", contraction = {own["contraction"]:.2f}, rows = [{listed}] }}')
    return text[: found.start()] + block + text[found.end() :]


def _set(block: str, key: str, value: str) -> str:
    line = re.compile(rf"^{key} = .*$", flags=re.MULTILINE)
    if line.search(block):
        return line.sub(lambda _: f"{key} = {value}", block, count=1)
    return block.rstrip("\n") + f"\n{key} = {value}\n" + "\n" * (len(block) - len(block.rstrip("\n")) - 1)


def write(texts: Mapping[Path, str]) -> None:
    """Write the tables, each whole or not at all. Raises InvalidFile where one cannot be written."""
    for file, text in texts.items():
        with replacing(file, thing="table of numbers", option="the place of the package", folders=False) as scratch:
            write_text(scratch, text)
