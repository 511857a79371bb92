"""Commands that run the service: serve, runner, migrate."""

import os
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli_common import SYSTEM, AsJson, put_json, remark

if TYPE_CHECKING:
    from app.settings import Settings

commands = typer.Typer()

DataDir = Annotated[Path | None, typer.Option(help="Folder for database and keys (default .data).")]


def settings_with(**options: object) -> "Settings":
    """Options are settings: they go the way all settings go, to this process and those it starts."""
    from app.settings import Settings  # noqa: PLC0415 (start-up time)

    for name, value in options.items():
        if value is not None:
            os.environ[f"DUIJIE_{name.upper()}"] = str(value)
    return Settings()


@commands.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (default 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (default 8000; 0 takes a free one).")] = None,
    runners: Annotated[int | None, typer.Option(help="Number of runner processes (default 1).")] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Start the database if need be, bring its tables up to date, run web server and runners. Ctrl-C stops it all."""
    settings = settings_with(
        host=host, port=port, runner_processes=runners, data_dir=data_dir, log_json=as_json or None
    )
    from app import serving  # noqa: PLC0415 (start-up time)

    with redirect_stdout(sys.stderr if as_json else sys.stdout):
        code = serving.serve(settings)
    raise typer.Exit(SYSTEM if code else 0)


@commands.command()
def runner(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Run background tasks until Ctrl-C; start as many as you like, here or on other machines."""
    settings = settings_with(data_dir=data_dir, log_json=as_json or None)
    from app import serving  # noqa: PLC0415 (start-up time)
    from app.migrations import database_server  # noqa: PLC0415

    with database_server(settings) as server:
        os.environ["DATABASE_URL"] = server.url("app")
        serving.runner()


@commands.command()
def migrate(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Bring tables and reference data up to what this version expects. Safe to repeat."""
    settings = settings_with(data_dir=data_dir)
    from app import serving  # noqa: PLC0415 (start-up time)
    from app.migrations import database_server  # noqa: PLC0415

    with redirect_stdout(sys.stderr), database_server(settings) as server:
        serving.prepare(server, settings)
    if as_json:
        put_json({"migrated": True})
    else:
        remark("The database is up to date.")
