"""The options that several commands share: the same word means the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

OF_DOCUMENT = "as the document says"
Patients = Annotated[
    int | None, typer.Option(min=1, help="How many patients are drawn from the population.", show_default=OF_DOCUMENT)
]
Patient = Annotated[
    str | None,
    typer.Option(metavar="ID", help="Only this patient, with the same twins as in the whole.", show_default="all of them"),
]
Twins = Annotated[int | None, typer.Option(min=1, help="Virtual twins of each listed patient.", show_default=OF_DOCUMENT)]
Seed = Annotated[int | None, typer.Option(min=0, help="Seed of all random numbers.", show_default=OF_DOCUMENT)]
Rtol = Annotated[
    float | None,
    typer.Option(help="Relative tolerance of the solver.", show_default="as the document says, or usual for such a study"),
]
Out = Annotated[Path, typer.Option(metavar="DIR", help="Folder of the run, made new.")]
OutOfFile = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Folder of the run, made new.", show_default="runs/ and the name of the file")
]
Force = Annotated[bool, typer.Option("--force", help="Replace the run that is in the folder.")]
Resume = Annotated[
    bool, typer.Option("--resume", help="Keep the run that is in the folder if it was made from the same; else make it.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Write the tables as CSV too.")]
OfDisease = Annotated[
    str | None,
    typer.Option("--disease", metavar="NAME", help="As they are in this disease; its own numbers when no name is given."),
]
Threads = Annotated[
    int | None, typer.Option(min=1, help="Threads; the result does not depend on them.", show_default="all processors")
]
Uncertainty = Annotated[
    int | None,
    typer.Option(metavar="N", help="Simulate under N draws of the numbers of the model too: how sure the result is."),
]
Posterior = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="The calibration whose draws are used.",
        show_default="that which this version accepts, or the prior while there is none",
    ),
]
TrialSize = Annotated[
    int | None,
    typer.Option(metavar="n", help="Patients of the next trial, for what it would report.", show_default=OF_DOCUMENT),
]
Modules = Annotated[
    list[Path] | None,
    typer.Option("--modules", metavar="FILE", help="A Python file of drugs or diseases of your own; may be given several times."),
]


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"immunoreset {version('immunoreset')}")
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")]
