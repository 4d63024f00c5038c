"""The command line: thin commands; everything heavy is imported inside them, so that help answers at once."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from immunoreset.calibrate_command import calibrate
from immunoreset.diseases_command import diseases
from immunoreset.drugs_command import drugs
from immunoreset.errors import Cancelled, ImmunoresetError, printable
from immunoreset.evidence_commands import evidence_app
from immunoreset.options import (
    OF_DOCUMENT,
    AsCsv,
    AsJson,
    Force,
    Modules,
    OfDisease,
    Out,
    OutOfFile,
    Patient,
    Patients,
    Posterior,
    Resume,
    Rtol,
    Seed,
    Threads,
    TrialSize,
    Twins,
    Uncertainty,
    Version,
)
from immunoreset.population_command import population
from immunoreset.score_command import score
from immunoreset.sensitivity_command import sensitivity

BAD_INPUT, INTERRUPTED = 2, 130
MOST_SAID = 1_000  # characters of a line
# click's base of all usage errors, under whatever name this version of typer keeps it
UsageFault: type[typer.BadParameter] = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")

app = typer.Typer(
    name="immunoreset",
    help="An in-silico clinic for CAR-T cells in autoimmune diseases. Research software: not for treatment decisions.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(evidence_app, name="evidence")


@app.callback(invoke_without_command=True)
def _common(context: typer.Context, version: Version = False, modules: Modules = None) -> None:
    if modules:
        from immunoreset.catalogue.current import name_files

        name_files(modules)
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def demo(
    out: Out = Path("runs/demo"),
    twins: Twins = None,
    patient: Patient = None,
    seed: Seed = None,
    force: Force = False,
    resume: Resume = False,
    as_json: AsJson = False,
    csv: AsCsv = False,
    threads: Threads = None,
    figure: Annotated[Path | None, typer.Option(help="Also draw the figure of the README, as SVG, to this file.")] = None,
) -> None:
    """The published five-patient study beside the same five patients simulated, number by number."""
    from immunoreset.commands import Asked, chosen, simulate_study
    from immunoreset.demo import demo_study

    study = chosen(demo_study(), patients=None, patient=patient, twins=twins, seed=seed)
    result = simulate_study(study, Asked(out, force, resume, as_json, csv, threads))
    if figure is not None and result is not None:
        from immunoreset.demo import draw_readme_figure

        draw_readme_figure(result, figure)


@app.command()
def simulate(
    study: Annotated[Path, typer.Argument(help="A study document; `immunoreset schema` describes it.")],
    out: OutOfFile = None,
    patients: Patients = None,
    patient: Patient = None,
    twins: Twins = None,
    seed: Seed = None,
    rtol: Rtol = None,
    force: Force = False,
    resume: Resume = False,
    as_json: AsJson = False,
    csv: AsCsv = False,
    threads: Threads = None,
    uncertainty: Uncertainty = None,
    posterior: Posterior = None,
    trial_size: TrialSize = None,
) -> None:
    """A cohort through one or more treatments."""
    from immunoreset.commands import Asked, chosen, simulate_study, uncertain
    from immunoreset.study_document import Study
    from immunoreset.toml_document import naming

    document = chosen(Study.read(study), patients=patients, patient=patient, twins=twins, seed=seed, rtol=rtol)
    unsure = uncertain(uncertainty, posterior, trial_size)
    with naming(study):
        simulate_study(document, Asked(out or Path("runs") / study.stem, force, resume, as_json, csv, threads, unsure))


app.command()(score)
app.command()(calibrate)
app.command()(diseases)
app.command()(drugs)
app.command()(population)
app.command()(sensitivity)


@app.command()
def visits(
    study: Annotated[Path, typer.Argument(help="A study document; `immunoreset schema` describes it.")],
    arm: Annotated[str, typer.Option(help="The arm whose patients are charted.", show_default="the first one")] = "",
    out: Annotated[Path | None, typer.Option(help="The CSV file.", show_default="beside the study, ending in .csv")] = None,
    patients: Patients = None,
    patient: Patient = None,
    twins: Twins = None,
    seed: Seed = None,
    rtol: Rtol = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
    as_json: AsJson = False,
    threads: Threads = None,
) -> None:
    """The charts of simulated patients as a tidy CSV of visits, to be scored as real ones are."""
    from immunoreset.commands import chosen, print_json
    from immunoreset.placing import new_file
    from immunoreset.simulated_visits import chart_arm, write_rows
    from immunoreset.study_document import Study
    from immunoreset.terminal import mention_compiling
    from immunoreset.toml_document import naming

    document = chosen(Study.read(study), patients=patients, patient=patient, twins=twins, seed=seed, rtol=rtol)
    place = out or study.with_suffix(".csv")
    with new_file(place, force=force) as scratch, naming(study):
        mention_compiling(sys.stderr)
        table, failed = chart_arm(document, arm or next(iter(document.arms)), threads=threads)
        write_rows(table, scratch)
    if as_json:
        print_json({"file": str(place), "visits": len(table), "patients": len(table.patients), "failed": failed})
    else:
        without = f"; {failed:,} simulations failed and have none" if failed else ""
        typer.echo(f"{len(table):,} visits of {len(table.patients):,} patients{without}: {place}")


@app.command()
def trial(
    study: Annotated[Path, typer.Argument(help="A trial document; `immunoreset schema --trial` describes it.")],
    out: OutOfFile = None,
    repeats: Annotated[int | None, typer.Option(min=1, help="Simulated trials.", show_default=OF_DOCUMENT)] = None,
    patients: Patients = None,
    seed: Seed = None,
    rtol: Rtol = None,
    force: Force = False,
    resume: Resume = False,
    as_json: AsJson = False,
    csv: Annotated[bool, typer.Option("--csv", help="Nothing more: the tables of a trial are always CSV files.")] = False,
    threads: Threads = None,
    uncertainty: Uncertainty = None,
    posterior: Posterior = None,
) -> None:
    """Operating characteristics of a design on virtual patients, with the protocol card to print."""
    from immunoreset.commands import Asked, simulate_trial, uncertain
    from immunoreset.toml_document import naming
    from immunoreset.virtual_trial.reading import read_trial

    document = read_trial(study).changed(repeats=repeats, patients=patients, seed=seed, rtol=rtol)
    unsure = uncertain(uncertainty, posterior)
    with naming(study):
        simulate_trial(document, Asked(out or Path("runs") / study.stem, force, resume, as_json, csv, threads, unsure))


@app.command()
def validate(out: Out = Path("runs/validation"), force: Force = False, as_json: AsJson = False) -> None:
    """The product beside other software, table by table: a record to file, and status 1 where something differs."""
    from immunoreset import store
    from immunoreset.validation import page

    with store.new_run(out, force=force) as scratch:
        found = page.validate(report=lambda title: typer.echo(title, err=True) if sys.stderr.isatty() else None)
        page.fill(found, scratch)
    agreeing = sum(one.agrees for one in found)
    typer.echo(store.to_json(page.summary(found)) if as_json else f"{agreeing} of {len(found)} comparisons agree: {out}")
    if agreeing < len(found):
        raise typer.Exit(1)


@app.command()
def schema(
    of_trial: Annotated[bool, typer.Option("--trial", help="Of a trial document in place of a study document.")] = False,
) -> None:
    """The JSON Schema of a study document."""
    import json

    if of_trial:
        from immunoreset.virtual_trial.kinds import trial_schema

        document = trial_schema()
    else:
        from immunoreset.study_document import Study

        document = Study.model_json_schema()
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))


@app.command("app")
def open_app(
    host: Annotated[str, typer.Option(help="Address to listen on; any but this machine's own asks for a token.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8765,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
) -> None:
    """The interactive clinic in the browser."""
    from immunoreset.app.server import serve

    serve(host, port, open_browser=browser)


@app.command()
def parameters(
    name: Annotated[str | None, typer.Argument(help="A parameter by name or symbol, or a group; all when left out.")] = None,
    disease: OfDisease = None,
    as_json: AsJson = False,
) -> None:
    """Every number of the model, with unit, bounds, source and standing."""
    from immunoreset.terminal import parameter_list

    parameter_list(name, as_json, sys.stdout, disease=disease)


@app.command()
def bench(
    as_json: AsJson = False,
    store: Annotated[Path | None, typer.Option(help="Also write the numbers to this file, as JSON.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over that file.")] = False,
) -> None:
    """Patients per second of the full and the bare course and what else takes time, beside what it is measured by."""
    from immunoreset.bench import run

    run(as_json=as_json, stored=store, force=force)


def _complain(text: str) -> None:
    """One line, whatever names and values it quotes: the beginning and the advice at the end."""
    line = printable(" ".join(text.split()))
    if len(line) > MOST_SAID:
        line = f"{line[: MOST_SAID - 300]} ... {line[-290:]}"
    typer.echo(f"immunoreset: {line}", err=True)


def guarded(arguments: list[str]) -> int:
    """Run a command and return its exit status; what the user can put right is said in one line."""
    try:
        status = app(arguments, prog_name="immunoreset", standalone_mode=False)
        sys.stdout.flush()
    except Cancelled as error:
        _complain(str(error))
        return INTERRUPTED
    except ImmunoresetError as error:
        _complain(str(error))
        return BAD_INPUT
    except UsageFault as error:
        _complain(f"{error.format_message()} (`immunoreset --help` lists commands and options)")
        return BAD_INPUT
    except (KeyboardInterrupt, typer.Abort):
        status = INTERRUPTED
    except BrokenPipeError:  # the reader of our output has gone, as in `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        _complain(f"cannot write the output: {(error.strerror or str(error)).lower()}; what lies on disk is complete")
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  what is left in the old one would fail once more at exit
        return BAD_INPUT
    if status == INTERRUPTED:  # some versions of typer turn Ctrl-C into this status themselves
        _complain("stopped; nothing was written")
    return status if isinstance(status, int) else 0


def main() -> None:
    """Entry point of the `immunoreset` command."""
    from immunoreset.streams import prepare_streams, stop_on_signals

    prepare_streams()
    stop_on_signals()
    sys.exit(guarded(sys.argv[1:]))
