"""The command line: thin commands; everything heavy is imported inside them, so that help answers at once."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from immunoreset.errors import Cancelled, ImmunoresetError

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
def schema() -> None:
    """The JSON Schema of a study document."""
    import json

    from immunoreset.study_document import Study

    typer.echo(json.dumps(Study.model_json_schema(), indent=2, ensure_ascii=False))


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
