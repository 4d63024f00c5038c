"""The `immunoreset evidence` commands."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from immunoreset.errors import InvalidFile

evidence_app = typer.Typer(help="The published facts behind the model.", rich_markup_mode=None)


@evidence_app.callback(invoke_without_command=True)
def _common(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@evidence_app.command()
def check(
    documents: Annotated[
        list[Path] | None,
        typer.Argument(help="Evidence documents of your own, or folders of them, read beside those of the package."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Read all evidence documents: rows by role and standing, what was set by code, and what must be changed."""
    from immunoreset.evidence.check import check as check_documents
    from immunoreset.evidence.check import print_summary, summary
    from immunoreset.store import to_json

    found = check_documents(documents or [])
    if as_json:
        typer.echo(to_json(summary(found)))
    else:
        print_summary(found, sys.stdout)
    if found.complaints:
        first, *others = found.complaints
        raise InvalidFile(f"{first} (and {len(others)} more)" if others else str(first))
