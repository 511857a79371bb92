"""``duijie import``: a sheet brought in, checked and loaded from the command line, with the same steps as the pages."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli_common import INPUT_PROBLEMS, AsJson, InputError, opened, put_json

commands = typer.Typer()

PROBLEMS_PRINTED = 20


class ListKind(StrEnum):
    DEMAND = "demand"
    SUPPLY = "supply"


File = Annotated[str, typer.Argument(help="An xlsx, xls, ods or csv file; - is standard input.")]
Kind = Annotated[ListKind | None, typer.Option(help="Which list it is; found out by its columns if not given.")]
Login = Annotated[str, typer.Option("--as", help="Login of the officer in whose name the sheet is brought in.")]
Take = Annotated[
    list[str] | None,
    typer.Option("--column", help="What a column means: LETTER=FIELD or LETTER=ignore. May repeat."),
]
GoOn = Annotated[bool, typer.Option("--ignore-unknown", help="Leave out columns that would have to be asked about.")]
CheckOnly = Annotated[bool, typer.Option("--check-only", help="Stop before anything is loaded.")]


@commands.command("import")
def import_sheet(
    file: File,
    login: Login,
    kind: Kind = None,
    column: Take = None,
    ignore_unknown: GoOn = False,
    check_only: CheckOnly = False,
    as_json: AsJson = False,
) -> None:
    """Bring a demand or supply list in: the good rows are loaded, the bad ones named with cause and mend.

    Exit code 1: the file is refused, a column has to be explained first, or some rows are bad.
    """
    from app.intake.command import Asked  # noqa: PLC0415 (start-up time)

    with opened(file) as stream:
        content = stream.read()
    asked = Asked(
        file_name="sheet" if file == "-" else Path(file).name,
        content=content,
        kind=kind.value if kind else None,
        login=login,
        columns=_columns(column or []),
        ignore_unknown=ignore_unknown,
        check_only=check_only,
    )
    found = _bring_in(asked, bar=not as_json)
    if as_json:
        put_json(found)
    else:
        for line in report_lines(found):
            typer.echo(line)
    if found["state"] in ("failed", "mapping") or found["counts"].get("bad"):
        raise typer.Exit(INPUT_PROBLEMS)


def _bring_in(asked: Any, *, bar: bool) -> dict[str, Any]:
    """On the database the settings name, brought up to date first."""
    from app import models, serving  # noqa: F401, PLC0415 (start-up time; every table a row may refer to)
    from app.errors import AppError  # noqa: PLC0415
    from app.intake.command import StepFailed, bring_in  # noqa: PLC0415
    from app.migrations import database_server  # noqa: PLC0415
    from app.settings import Settings  # noqa: PLC0415
    from app.shared.encryption import read_key_file  # noqa: PLC0415

    settings = Settings()
    with redirect_stdout(sys.stderr), database_server(settings) as server, progress_bar(show=bar) as progress:
        serving.prepare(server, settings)
        keys = read_key_file(settings.key_file)
        try:
            return bring_in(settings, server.url("app"), keys, asked, progress)
        except (AppError, StepFailed) as error:
            message, params = (error.message, error.params) if isinstance(error, AppError) else (str(error), {})
            raise InputError(message % params if params else message) from error


@contextmanager
def progress_bar(*, show: bool) -> Iterator[Callable[[int, str], None]]:
    """A bar on standard error where a person is looking: called with percent and what is being done."""
    if not show or not sys.stderr.isatty():
        yield lambda _percent, _stage: None
        return
    from rich.console import Console  # noqa: PLC0415 (start-up time)
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task("", total=100)
        yield lambda percent, stage: bars.update(bar, completed=percent, description=stage)


def _columns(given: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    if any(not (letter.isalpha() and field) for letter, _, field in pairs):
        raise typer.BadParameter("write --column LETTER=FIELD, for instance --column F=phone")
    return {letter.upper(): field for letter, _, field in pairs}


def report_lines(found: dict[str, Any]) -> list[str]:
    """What became of the sheet, for a person."""
    if found["state"] == "failed":
        failure = found["failure"]
        return [f"{found['file']}: {failure['cause']} {failure['mend']}"]
    if found["state"] == "mapping":
        lines = ["These columns have to be explained first (--column LETTER=FIELD, or --ignore-unknown):"]
        lines += [f"  {one['letter']}  {one['header']}  {', '.join(one['likely']) or '?'}" for one in found["asked"]]
        return lines + [f"  missing: {field}" for field in found["missing"]]
    counts = ", ".join(f"{state} {number:,}" for state, number in found["counts"].items() if number)
    lines = [f"{found['file']}: {counts or 'no rows'} ({found['seconds']:.1f} s)"]
    lines += [
        f"  {one['rows']:>6,}  {one['column']:<3} {one['label']}: {one['cause']} {one['mend']}"
        for one in found["causes"][:PROBLEMS_PRINTED]
    ]
    return lines
