"""``duijie first-run``: the first person of an installation, without any password known beforehand."""

import asyncio
import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli_common import AsJson, InputError, put_json, remark
from app.cli_serve import DataDir, settings_with

if TYPE_CHECKING:
    from datetime import datetime

commands = typer.Typer()

Address = Annotated[
    str | None, typer.Option(help="Address people reach the service at (default: the one it listens on).")
]
Office = Annotated[str, typer.Option(help="Name of the office that runs the system.")]


@commands.command("first-run")
def first_run(
    address: Address = None, office: Office = "系统管理单位", data_dir: DataDir = None, as_json: AsJson = False
) -> None:
    """Print the link with which the system operator makes the first account. It works once, for 72 hours.

    Lost it? Run this again: a new link is made and the earlier one ends. Exit code 1: there are users already.
    """
    settings = settings_with(data_dir=data_dir)
    from app import models, serving  # noqa: F401, PLC0415 (start-up time; every table a row may refer to)
    from app.migrations import database_server  # noqa: PLC0415

    with redirect_stdout(sys.stderr), database_server(settings) as server:
        serving.prepare(server, settings)
        path, expires_at = asyncio.run(_invite(server.url("app"), office))
    base = (address or f"http://{settings.host}:{settings.port}").rstrip("/")
    told: dict[str, Any] = {"link": base + path, "expires_at": expires_at.isoformat()}
    if as_json:
        put_json(told)
        return
    remark("Open this link in a browser and choose a user name and a password. It works once, for 72 hours:")
    typer.echo(told["link"])


async def _invite(url: str, office: str) -> "tuple[str, datetime]":
    from app.accounts import invitation_service  # noqa: PLC0415 (start-up time)
    from app.database import make_engine, make_sessions  # noqa: PLC0415
    from app.errors import Conflict  # noqa: PLC0415
    from app.shared.clock import system_clock  # noqa: PLC0415
    from app.wall import EVERYBODY  # noqa: PLC0415

    engine = make_engine(url)
    try:
        async with make_sessions(engine, EVERYBODY)() as session, session.begin():
            sent = await invitation_service.first_run(session, office, now=system_clock())
            return sent.path, sent.invitation.expires_at
    except Conflict as error:
        raise InputError(error.message) from error
    finally:
        await engine.dispose()
