"""``duijie keys``: which keys there are, put a new one in use, pass every value to it, retire an old one."""

import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli_common import INPUT_PROBLEMS, AsJson, InputError, put_json, remark
from app.cli_trail import bar, on_database

if TYPE_CHECKING:
    from app.settings import Settings

commands = typer.Typer()
keys = typer.Typer(help="The keys of the encrypted fields: show, rotate, reseal, retire. No key is ever printed.")
commands.add_typer(keys, name="keys")

Number = Annotated[int, typer.Argument(help="Number of the key, as shown.")]


@keys.command("show")
def show(as_json: AsJson = False) -> None:
    """Which keys there are, since when, and how many values stand under each."""
    from app.settings import Settings  # noqa: PLC0415 (start-up time)

    settings = Settings()
    with redirect_stdout(sys.stderr):
        rows = on_database(settings, lambda sessions: _rows(sessions, settings))
    for row in rows:
        put_json(row) if as_json else typer.echo(_line(row))


@keys.command("rotate")
def rotate(as_json: AsJson = False) -> None:
    """Put a new key in use and pass every value to it; the service may go on. Make a copy of the key file after it.

    Exit code 1: some values could not be opened or were in use all the time; run reseal again.
    """
    from app import audit  # noqa: PLC0415 (start-up time)
    from app.keys.files import add_key  # noqa: PLC0415
    from app.settings import Settings  # noqa: PLC0415
    from app.shared.clock import system_clock  # noqa: PLC0415

    settings = Settings()

    async def begin(sessions: Any) -> int:
        async with sessions() as session, session.begin():
            number = add_key(settings.key_file, system_clock())
            audit.record(session, None, "keys.rotate", "key", number)
        return number

    with redirect_stdout(sys.stderr):
        number = on_database(settings, begin)
    remark(f"Key {number} is in use.")
    _reseal(settings, as_json=as_json)


@keys.command("reseal")
def reseal(as_json: AsJson = False) -> None:
    """Pass every value to the newest key, going on where an earlier run ended. Exit code 1: some are left."""
    from app.settings import Settings  # noqa: PLC0415 (start-up time)

    _reseal(Settings(), as_json=as_json)


@keys.command("retire")
def retire(number: Number, as_json: AsJson = False) -> None:
    """Take an old key out of the file, if nothing is sealed with it any more. Exit code 1: something still is."""
    from app.errors import AppError  # noqa: PLC0415 (start-up time)
    from app.keys import service  # noqa: PLC0415
    from app.settings import Settings  # noqa: PLC0415
    from app.shared.clock import system_clock  # noqa: PLC0415

    settings = Settings()

    async def drop(sessions: Any) -> None:
        async with sessions() as session, session.begin():
            await service.retire(session, None, settings, number, now=system_clock())

    try:
        with redirect_stdout(sys.stderr):
            on_database(settings, drop)
    except AppError as error:
        raise InputError(error.message % error.params if error.params else error.message) from error
    put_json({"retired": number}) if as_json else typer.echo(f"Key {number} is retired.")


def _reseal(settings: "Settings", *, as_json: bool) -> None:
    from app.keys.resealing import reseal as pass_on  # noqa: PLC0415 (start-up time)
    from app.shared.encryption import read_key_file  # noqa: PLC0415

    ring = read_key_file(settings.key_file)
    with redirect_stdout(sys.stderr), bar("Sealing", show=not as_json) as told:
        done = on_database(settings, lambda sessions: pass_on(sessions, ring, told))
    if as_json:
        put_json(done.as_json())
    else:
        typer.echo(f"{done.values:,} values sealed with key {done.newest}; {done.left:,} left.")
    if done.left:
        raise typer.Exit(INPUT_PROBLEMS)


async def _rows(sessions: Any, settings: "Settings") -> list[dict[str, Any]]:
    from app.keys import service  # noqa: PLC0415 (start-up time)

    async with sessions() as session:
        found = await service.standing(session, settings)
    known = [
        {
            "key": one.number,
            "since": one.since,
            "replaced_at": one.replaced_at,
            "values": one.total,
            "where": one.values,
        }
        for one in found.keys
    ]
    missing = [{"key": number, "missing": True, "values": values} for number, values in found.unknown.items()]
    return known + missing


def _line(row: dict[str, Any]) -> str:
    if row.get("missing"):
        return f"key {row['key']}: MISSING in the key file, {row['values']:,} values nobody can read"
    since = f"since {row['since']:%Y-%m-%d %H:%M} UTC" if row["since"] else "from the beginning"
    replaced = f", replaced {row['replaced_at']:%Y-%m-%d %H:%M} UTC" if row["replaced_at"] else ""
    return f"key {row['key']}: {since}{replaced}, {row['values']:,} values"
