"""``duijie audit``: is the trail whole, and seal what waits; for auditors and for whoever runs the system."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli_common import INPUT_PROBLEMS, AsJson, put_json, remark

if TYPE_CHECKING:
    from app.settings import Settings
    from app.trail.verifying import Verdict

commands = typer.Typer()
audit = typer.Typer(help="The trail: verify that nothing was altered, deleted or cut off; seal what waits.")
commands.add_typer(audit, name="audit")

PublicKey = Annotated[
    Path | None, typer.Option(help="Your own copy of trail-public.pem; the one beside the key file if not given.")
]


@audit.command("verify")
def verify_trail(public_key: PublicKey = None, as_json: AsJson = False) -> None:
    """Work out every row, seal and signed head again and name what was altered, deleted, inserted or cut off.

    Exit code 1: something was found.
    """
    from app.settings import Settings  # noqa: PLC0415 (start-up time)

    settings, began = Settings(), perf_counter()
    with redirect_stdout(sys.stderr), bar("Verifying", show=not as_json) as told:
        verdict = on_database(settings, lambda sessions: _verify(sessions, settings, public_key, told))
    seconds = perf_counter() - began
    if as_json:
        put_json(verdict_json(verdict, seconds))
    else:
        for line in verdict_lines(verdict, seconds):
            typer.echo(line)
    if not verdict.is_whole:
        raise typer.Exit(INPUT_PROBLEMS)


@audit.command("seal")
def seal_trail(as_json: AsJson = False) -> None:
    """Seal the rows that wait and sign the head now, as the service does by itself every few seconds."""
    from app.settings import Settings  # noqa: PLC0415 (start-up time)
    from app.trail.sealing import seal_waiting  # noqa: PLC0415

    settings = Settings()
    with redirect_stdout(sys.stderr):
        sealed = on_database(settings, lambda sessions: seal_waiting(sessions, settings))
    put_json({"sealed": sealed}) if as_json else typer.echo(f"{sealed:,} rows sealed.")


async def _verify(sessions: Any, settings: "Settings", public_key: Path | None, told: Any) -> "Verdict":
    from app.trail.head import HeadBook  # noqa: PLC0415 (start-up time)
    from app.trail.verifying import verify  # noqa: PLC0415

    book = HeadBook.of(settings, public_key)
    kept = (book.folder / "head.json").exists() or (book.folder / "heads.jsonl").exists()
    heads = list(book.signed()) if kept else []
    async with sessions() as session, session.begin():
        return await verify(session, heads, told)


def on_database(settings: "Settings", act: Callable[[Any], Any]) -> Any:
    """Run on the database the settings name; nothing is migrated, as looking must not change anything."""
    from app import models  # noqa: F401, PLC0415 (start-up time; every table a row may refer to)
    from app.database import make_engine, make_sessions  # noqa: PLC0415
    from app.migrations import database_server  # noqa: PLC0415
    from app.wall import EVERYBODY  # noqa: PLC0415

    with database_server(settings) as server:

        async def run() -> Any:
            engine = make_engine(server.url("app"))
            try:
                return await act(make_sessions(engine, EVERYBODY))
            finally:
                await engine.dispose()

        return asyncio.run(run())


@contextmanager
def bar(text: str, *, show: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error; where nobody looks at one, a line now and then."""
    if not show:
        yield lambda _done, _all: None
        return
    if not sys.stderr.isatty():
        yield _every_so_often(text)
        return
    from rich.console import Console  # noqa: PLC0415 (start-up time)
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn(text), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task(text, total=None)
        yield lambda done, all_: bars.update(bar, completed=done, total=all_)


def _every_so_often(text: str, seconds: float = 5) -> Callable[[int, int], None]:
    said = perf_counter()

    def tell(done: int, all_: int) -> None:
        nonlocal said
        if perf_counter() - said >= seconds:
            said = perf_counter()
            remark(f"{text}: {done:,} of {all_:,}")

    return tell


def verdict_json(verdict: "Verdict", seconds: float) -> dict[str, Any]:
    """The verdict for a program."""
    head = verdict.head
    return {
        "whole": verdict.is_whole,
        "rows": verdict.rows,
        "seals": verdict.seals,
        "waiting": verdict.waiting,
        "oldest_waiting": verdict.oldest_waiting,
        "heads": verdict.heads,
        "head": {"seal": head.no, "rows": head.total, "hash": head.hash.hex()} if head else None,
        "found": verdict.found,
        "findings": [vars(one) for one in verdict.findings],
        "seconds": round(seconds, 2),
    }


def verdict_lines(verdict: "Verdict", seconds: float) -> list[str]:
    """The verdict for a person."""
    counted = f"{verdict.rows:,} rows under {verdict.seals:,} seals, {verdict.heads:,} signed heads ({seconds:.1f} s)"
    lines = [f"{'The trail is whole' if verdict.is_whole else 'THE TRAIL IS NOT WHOLE'}: {counted}."]
    if verdict.waiting:
        lines.append(f"{verdict.waiting:,} newer rows wait for their seal; the oldest is of {verdict.oldest_waiting}.")
    lines += [f"  {one.kind:<9} {one.what}" for one in verdict.findings]
    if verdict.found > len(verdict.findings):
        lines.append(f"  and {verdict.found - len(verdict.findings):,} more")
    return lines
