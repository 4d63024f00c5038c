"""The command that scores files of real visits: its options, and how faulty rows are said."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from immunoreset.options import AsCsv, AsJson, Force, OutOfFile


def score(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Tidy CSV, or CDISC SDTM and ADaM as XPT or Dataset-JSON: files, or a folder of them."),
    ] = None,
    out: OutOfFile = None,
    force: Force = False,
    as_json: AsJson = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="Leave faulty rows out, list them in left_out.csv, score the rest.")
    ] = False,
    csv: AsCsv = False,
    adam: Annotated[str, typer.Option(help="Write ADaM datasets too: json, xpt, or json,xpt.")] = "",
    study: Annotated[str, typer.Option(help="Name of the study, for the ADaM datasets.")] = "STUDY",
    product: Annotated[str, typer.Option(help="Name of the cell product in CDISC exposure data, if it does not tell.")] = "",
    all_drugs_listed: Annotated[
        bool, typer.Option("--all-drugs-listed", help="CDISC medication lists are complete: a drug not listed was not taken.")
    ] = False,
    template: Annotated[bool, typer.Option("--template", help="Print a tidy CSV to start from.")] = False,
    items: Annotated[bool, typer.Option("--items", help="Print every item that can be written, with units and words.")] = False,
    sledai: Annotated[str, typer.Option(help="Version of SLEDAI: 2K or SELENA.")] = "2K",
    window: Annotated[int, typer.Option(help="Days before a visit over which a SLEDAI item counts: 10, 28 or 30.")] = 30,
    flare_index: Annotated[str, typer.Option(help="SELENA flare index: classic or BLISS.")] = "classic",
    ctcae: Annotated[str, typer.Option(help="Version of CTCAE: 5.0 or 6.0.")] = "5.0",
    icaht_count: Annotated[str, typer.Option(help="How ICAHT counts days: cumulative or consecutive.")] = "cumulative",
    das28: Annotated[str, typer.Option(help="Cut-offs for DAS28-CRP: DAS28-ESR or DAS28-CRP.")] = "DAS28-ESR",
    mmt: Annotated[str, typer.Option(help="Version of manual muscle testing.")] = "MMT-8 bilateral",
    unlisted: Annotated[str, typer.Option(help="A SLEDAI item that is not written down is: missing or absent.")] = "missing",
    antimalarial: Annotated[bool, typer.Option(help="Whether drug-free DORIS allows an antimalarial.")] = True,
    urine: Annotated[str, typer.Option(help="Specimen of UPCR: 24 h, first-morning void or random.")] = "",
    baseline_until: Annotated[float, typer.Option(help="Last day that can be baseline.")] = 0.0,
    judge_until: Annotated[
        float, typer.Option(help="Day until which laboratory findings score only if put down to lupus.")
    ] = 28.0,
    sustained_weeks: Annotated[float, typer.Option(help="Weeks that a state must hold to count as sustained.")] = 24.0,
) -> None:
    """Scores, responses and toxicity grades of real visits; the versions used are printed in the report."""
    from immunoreset.exchange.template import item_list
    from immunoreset.exchange.template import template as example

    if template or items:
        typer.echo(example() if template else item_list(), nl=False)
        return
    if not files:
        raise typer.BadParameter("name a file or a folder to score, or print one to start from with --template")
    from datetime import UTC, datetime

    from immunoreset import store
    from immunoreset.commands import print_json
    from immunoreset.endpoints.scoring.protocol import Protocol
    from immunoreset.score_files import LEFT_OUT, NothingLeft, ScoringOptions, adam_formats, print_summary, score_files

    settings: dict[str, Any] = {
        "sledai": sledai,
        "sledai_window": window,
        "flare_index": flare_index,
        "ctcae": ctcae,
        "icaht_count": icaht_count,
        "das28_cut_offs": das28,
        "mmt": mmt,
        "unlisted_items": unlisted,
        "antimalarial_allowed": antimalarial,
        "urine": urine,
        "baseline_until": baseline_until,
        "judge_until": judge_until,
        "sustained_weeks": sustained_weeks,
    }
    now = datetime.now(UTC).replace(microsecond=0, tzinfo=None).isoformat()
    options = ScoringOptions(
        partial=partial,
        csv=csv,
        adam=adam_formats(adam),
        study=study,
        created=now,
        product=product,
        all_drugs_listed=all_drugs_listed,
    )
    place = out or Path("runs") / files[0].stem
    protocol = Protocol(**settings)
    refused, summary = None, {}
    with store.new_run(place, force=force) as scratch:
        try:
            summary = score_files(
                files,
                protocol,
                scratch,
                options,
                list_faults=lambda line: typer.echo(line, err=True),
                all_faults=place.with_name(f"{place.name}-faults.csv"),
            )
        except NothingLeft as error:  # the folder holds the list of what was left out
            refused = error
    if refused is not None:
        typer.echo(f"left out: {place / LEFT_OUT}", err=True)
        raise refused
    if as_json:
        print_json(summary)
    else:
        print_summary(summary, sys.stdout)
        typer.echo(f"report: {place / 'report.html'}")
