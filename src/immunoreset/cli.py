"""The command line: thin commands; everything heavy is imported inside them, so that help answers at once."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from immunoreset.errors import Cancelled, ImmunoresetError, InvalidFile
from immunoreset.evidence_commands import evidence_app

if TYPE_CHECKING:
    from immunoreset.results import StudyResult
    from immunoreset.study_document import Study

BAD_INPUT, INTERRUPTED = 2, 130
# click's base of all usage errors, under whatever name this version of typer keeps it
UsageFault: type[typer.BadParameter] = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")

app = typer.Typer(
    name="immunoreset",
    help="An in-silico clinic for CAR-T cell therapy in lupus. Research software: not for treatment decisions.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(evidence_app, name="evidence")

Twins = Annotated[int | None, typer.Option(min=1, help="Virtual twins of each patient, or patients drawn from a population.")]
Seed = Annotated[int | None, typer.Option(min=0, help="Seed of all random numbers.")]
Out = Annotated[Path | None, typer.Option(help="Folder of the run, made new.")]
Force = Annotated[bool, typer.Option("--force", help="Replace the run that is in the folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Threads = Annotated[int | None, typer.Option(min=1, help="Threads; the result does not depend on them.")]


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"immunoreset {version('immunoreset')}")
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")]


@app.callback(invoke_without_command=True)
def _common(context: typer.Context, version: Version = False) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def demo(
    out: Out = None,
    twins: Twins = None,
    seed: Seed = None,
    force: Force = False,
    as_json: AsJson = False,
    threads: Threads = None,
    figure: Annotated[Path | None, typer.Option(help="Also draw the figure of the README, as SVG, to this file.")] = None,
) -> None:
    """The published five-patient study beside the same five patients simulated, number by number."""
    from immunoreset.demo import demo_study

    result = _simulate(demo_study(), out or Path("runs/demo"), twins, seed, force, as_json, threads)
    if figure is not None:
        from immunoreset.demo import draw_readme_figure

        draw_readme_figure(result, figure)


@app.command()
def simulate(
    study: Annotated[Path, typer.Argument(help="A study document; `immunoreset schema` describes it.")],
    out: Out = None,
    twins: Twins = None,
    seed: Seed = None,
    force: Force = False,
    as_json: AsJson = False,
    threads: Threads = None,
) -> None:
    """A cohort through one or more treatments."""
    from immunoreset.study_document import Study

    _simulate(Study.read(study), out or Path("runs") / study.stem, twins, seed, force, as_json, threads)


def _simulate(
    study: Study, out: Path, twins: int | None, seed: int | None, force: bool, as_json: bool, threads: int | None
) -> StudyResult:
    """Simulate, save, and print what was found; the folder is checked before the work begins."""
    from immunoreset import store
    from immunoreset.save import fill
    from immunoreset.study import run
    from immunoreset.terminal import comparison_table, progress_bar

    study = study.changed(twins=twins, seed=seed)
    with store.new_run(out, force=force) as scratch:
        with progress_bar(study, sys.stderr) as report:
            result = run(study, threads=threads, progress=report)
        fill(result, scratch)
    if as_json:
        typer.echo(store.to_json(result.summary()))
    else:
        comparison_table(result, sys.stdout)
        typer.echo(f"{result.failed} of {sum(arm.twins for arm in result.arms.values())} simulations failed")
        typer.echo(f"report: {out / 'report.html'}")
    return result


@app.command()
def score(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Tidy CSV, or CDISC SDTM and ADaM as XPT or Dataset-JSON: files, or a folder of them."),
    ] = None,
    out: Out = None,
    force: Force = False,
    as_json: AsJson = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="Leave faulty rows out, list them in left_out.csv, score the rest.")
    ] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Write the tables as CSV too.")] = False,
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
    from immunoreset.endpoints.scoring.protocol import Protocol
    from immunoreset.score_files import ScoringOptions, adam_formats, print_summary, score_files

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
    with store.new_run(place, force=force) as scratch:
        summary = score_files(files, protocol, scratch, options, list_faults=lambda line: typer.echo(line, err=True))
    if as_json:
        typer.echo(store.to_json(summary))
    else:
        print_summary(summary, sys.stdout)
        typer.echo(f"report: {place / 'report.html'}")


@app.command()
def visits(
    study: Annotated[Path, typer.Argument(help="A study document; `immunoreset schema` describes it.")],
    arm: Annotated[str, typer.Option(help="The arm whose patients are charted; the first one when left out.")] = "",
    out: Annotated[Path | None, typer.Option(help="The CSV file; beside the study when left out.")] = None,
    twins: Twins = None,
    seed: Seed = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
    threads: Threads = None,
) -> None:
    """The charts of simulated patients as a tidy CSV of visits, to be scored as real ones are."""
    from immunoreset.simulated_visits import simulated_visits, write_tidy
    from immunoreset.study_document import Study

    document = Study.read(study).changed(twins=twins, seed=seed)
    place = out or study.with_suffix(".csv")
    if place.exists() and not force:
        raise InvalidFile(f"the file '{place}' exists; replace it with --force, or choose another with --out")
    table = simulated_visits(document, arm or next(iter(document.arms)), threads=threads)
    write_tidy(table, place)
    typer.echo(f"{len(table):,} visits of {len(table.patients):,} patients: {place}")


@app.command()
def trial(
    study: Annotated[Path, typer.Argument(help="A trial document; `immunoreset schema --trial` describes it.")],
    out: Out = None,
    repeats: Annotated[int | None, typer.Option(min=1, help="Simulated trials, in place of those of the document.")] = None,
    patients: Annotated[int | None, typer.Option(min=1, help="Virtual patients, in place of those of the document.")] = None,
    seed: Seed = None,
    force: Force = False,
    as_json: AsJson = False,
    threads: Threads = None,
) -> None:
    """Operating characteristics of a design on virtual patients, with the protocol card to print."""
    from immunoreset import store
    from immunoreset.terminal import steps_bar, trial_tables
    from immunoreset.virtual_trial.reading import read_trial
    from immunoreset.virtual_trial.run import run_trial
    from immunoreset.virtual_trial.save import fill

    document = read_trial(study).changed(repeats=repeats, patients=patients, seed=seed)
    place = out or Path("runs") / study.stem
    with store.new_run(place, force=force) as scratch:
        with steps_bar(sys.stderr) as report:
            result = run_trial(document, threads=threads, progress=report)
        fill(result, scratch)
    if as_json:
        typer.echo(store.to_json(result.summary()))
    else:
        trial_tables(result, sys.stdout)
        typer.echo(f"report: {place / 'report.html'}")


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
    as_json: AsJson = False,
) -> None:
    """Every number of the model, with unit, bounds, source and standing."""
    from immunoreset.terminal import parameter_list

    parameter_list(name, as_json, sys.stdout)


@app.command()
def bench(as_json: AsJson = False) -> None:
    """Patients per second, against SciPy in the same run."""
    from immunoreset.bench import run

    run(as_json=as_json)


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


def _complain(text: str) -> None:
    typer.echo(f"immunoreset: {_in_one_line(text)}", err=True)


def guarded(arguments: list[str]) -> int:
    """Run a command and return its exit status; what the user can put right is said in one line."""
    try:
        status = app(arguments, prog_name="immunoreset", standalone_mode=False)
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
    if status == INTERRUPTED:  # some versions of typer turn Ctrl-C into this status themselves
        _complain("stopped; nothing was written")
    return status if isinstance(status, int) else 0


def main() -> None:
    """Entry point of the `immunoreset` command."""
    sys.exit(guarded(sys.argv[1:]))
