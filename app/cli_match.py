"""Match from the terminal, and have a pair explained."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from app.cli_common import AsJson, put_json
from app.cli_serve import DataDir, settings_with

if TYPE_CHECKING:
    from app.workbench import Workbench

commands = typer.Typer()

As = Annotated[str, typer.Option("--as", help="Login of the person in whose post this is done.")]
Answer = dict[str, Any]


def _on_bench(data_dir: Any, work: Callable[["Workbench"], Coroutine[Any, Any, Answer]]) -> Answer:
    settings = settings_with(data_dir=data_dir)
    from app import serving  # noqa: PLC0415 (start-up time)
    from app.migrations import database_server  # noqa: PLC0415
    from app.workbench import workbench  # noqa: PLC0415

    async def run(url: str) -> Answer:
        async with workbench(settings, url) as bench:
            return await work(bench)

    with database_server(settings) as server:
        serving.prepare(server, settings)
        return asyncio.run(run(server.url("app")))


@commands.command()
def match(login: As, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Match the county's people with the open posts and print what came of it."""
    from rich.console import Console  # noqa: PLC0415 (start-up time)
    from rich.progress import Progress  # noqa: PLC0415

    async def work(bench: "Workbench") -> Answer:
        from app.match_runs import service  # noqa: PLC0415

        async with bench.acting_as(login) as (session, actor):
            run = await service.start(session, actor, now=bench.clock())
            uuid, task_id = run.uuid, run.task_run_id
        with Progress(console=Console(file=sys.stderr), transient=True) as bars:
            bar = bars.add_task("match", total=100)
            assert task_id is not None
            task = await bench.finished(
                task_id, lambda done, stage: bars.update(bar, completed=done, description=stage or "match")
            )
        return {"run": str(uuid), **(task.result or {})}

    answer = _on_bench(data_dir, work)
    if as_json:
        put_json(answer)
        return
    for name, value in answer.items():
        typer.echo(f"{name}: {value}")


@commands.command()
def explain(
    login: As,
    labourer: Annotated[UUID | None, typer.Argument(help="A labourer's uuid; without one, the best pairs.")] = None,
    pairs: Annotated[int, typer.Option(help="How many pairs.")] = 3,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Say why: the posts that suit a person in the latest run, with every part of the scores."""

    async def work(bench: "Workbench") -> Answer:
        from app.match_runs import told  # noqa: PLC0415 (start-up time)
        from app.shared.clock import day_of  # noqa: PLC0415

        async with bench.acting_as(login) as (session, actor):
            return await told.explained(session, actor, bench.keys, labourer, pairs, today=day_of(bench.clock()))

    answer = _on_bench(data_dir, work)
    if as_json:
        put_json(answer)
        return
    for line in answer["lines"]:
        typer.echo(line)
