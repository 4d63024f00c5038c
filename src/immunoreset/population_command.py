"""The command that makes virtual patients agree with a published table at entry: its options."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from immunoreset.options import AsCsv, AsJson, Force, OutOfFile, Patients, Seed


def population(
    baseline: Annotated[Path, typer.Argument(help="A published table of patients at entry, BASELINE.toml.")],
    out: OutOfFile = None,
    patients: Patients = None,
    seed: Seed = None,
    force: Force = False,
    as_json: AsJson = False,
    csv: AsCsv = False,
) -> None:
    """Virtual patients who agree with a published table at entry, by entropy balancing."""
    from immunoreset import store
    from immunoreset.baseline import balanced, read_baseline
    from immunoreset.commands import print_json
    from immunoreset.population_run import fill, print_table
    from immunoreset.report.baseline_page import summary_of

    place = out or Path("runs") / baseline.stem
    with store.new_run(place, force=force) as scratch:
        found = balanced(read_baseline(baseline), patients=patients, seed=seed)
        fill(found, scratch, csv=csv)
    if as_json:
        print_json(summary_of(found))
        return
    print_table(found, sys.stdout)
    typer.echo(f"report: {place / 'report.html'}")
