"""The demo: an invented county at work."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli_common import SYSTEM, AsJson, put_json
from app.cli_serve import DataDir, settings_with

if TYPE_CHECKING:
    from app.migrations import Server
    from app.settings import Settings

commands = typer.Typer()


@commands.command()
def demo(
    leave: Annotated[bool, typer.Option("--exit", help="End after the summary instead of serving.")] = False,
    host: Annotated[str | None, typer.Option(help="Address to listen on (default 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (default 8000; 0 takes a free one).")] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Load an invented county's two lists, match them, tell who fits where and why, then serve the pages."""
    settings = settings_with(host=host, port=port, data_dir=data_dir, demo="true")
    from app import serving  # noqa: PLC0415 (start-up time)
    from app.migrations import database_server  # noqa: PLC0415

    with database_server(settings) as server:
        serving.prepare(server, settings)
        figures = asyncio.run(_course(server, settings, quiet=as_json))
        if as_json:
            put_json(figures)
        if leave:
            return
        code = serving.serve_on(server, settings)
    raise typer.Exit(SYSTEM if code else 0)


async def _course(server: "Server", settings: "Settings", *, quiet: bool) -> dict[str, Any]:
    from rich.console import Console  # noqa: PLC0415 (start-up time)
    from rich.progress import Progress  # noqa: PLC0415

    from app.demo.show import Course  # noqa: PLC0415
    from app.workbench import workbench  # noqa: PLC0415

    console = Console(file=sys.stderr if quiet else sys.stdout, highlight=False, soft_wrap=True)
    with Progress(console=Console(stderr=True), transient=True) as bars:
        known: dict[str, Any] = {}

        def progress(name: str, done: int, stage: str | None) -> None:
            if name not in known:
                known[name] = bars.add_task(name, total=100)
            bars.update(known[name], completed=done, description=f"{name} {stage or ''}")

        async with workbench(settings, server.url("app")) as bench:
            folder = Path(settings.data_dir) / "demo"
            course = Course(bench, folder, console.print, progress)
            if await course.loaded():
                console.print("The data of the last start is kept.")
                figures: dict[str, Any] = {"kept": True}
            else:
                figures = await course.run()
            course.accounts()
    return figures
