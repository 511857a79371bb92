"""Every cipher passes to the newest key while people read and edit: nothing fails to open, no edit is lost."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

import pytest
from sqlalchemy import LargeBinary, select, text
from sqlalchemy.exc import DBAPIError

from app.database import Base
from app.intake.models import ImportRow
from app.intake.row_texts import opened
from app.keys import resealing
from app.keys.columns import SealedColumn, sealed_tables
from app.keys.files import add_key
from app.keys.resealing import older, reseal, usage
from app.labourers import queries, service
from app.labourers.models import Labourer
from app.shared.encryption import key_number
from tests.app.keys.conftest import Vault, invented
from tests.conftest import NOW
from tests.figures import soak_size

# Bytes that are no ciphers: keyed hashes, prints and seals of the trail.
PLAIN_BYTES = ("_index", "_hash", "_key", "hash", "leaves")


def columns() -> dict[str, SealedColumn]:
    return {column.name: column for table in sealed_tables(Base.metadata) for column in table.columns}


def test_every_column_of_bytes_is_a_cipher_known_or_plainly_none() -> None:
    """A new column of ciphers is found by its name, or has to say what it is."""
    of_bytes = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary) and not column.name.endswith(PLAIN_BYTES)
    }
    assert of_bytes - set(columns()) == set()
    assert columns()["labourer.name_cipher"].field == "labourer.name"
    assert columns()["declaration.recorder_name_cipher"].field == "declaration.recorder"


async def test_a_value_of_every_column_passes_and_opens_where_it_is_read(vault: Vault) -> None:
    await vault.fill_every_column()
    async with vault.sessions() as session:
        used = await usage(session)
    assert [name for name, keys in used.items() if not keys] == [], "fill_every_column has to know this column too"
    assert add_key(vault.settings.key_file, NOW) == 2
    done = await reseal(vault.sessions, vault.keys)
    assert (done.newest, done.values, done.left, done.unreadable) == (2, sum(map(len, used.values())), 0, [])
    async with vault.sessions() as session:
        assert {number for keys in (await usage(session)).values() for number in keys} == {2}
        row = (await session.scalars(select(ImportRow))).one()
        assert opened(vault.keys, row.uuid, row.problems[0]["params"])["value"] == "张小梅"
        assert row.problems[1] == {"code": "y", "params": {"low": 3}}
    await _every_value_opens(vault)


async def _every_value_opens(vault: Vault) -> None:
    keys = vault.another_process()
    async with vault.sessions() as session:
        for table in sealed_tables(Base.metadata):
            rows = (await session.execute(table.older_after(99, None, 1_000))).all()
            for row in rows:
                for column, value in zip(table.columns, row[len(table.primary_key) + 1 :], strict=True):
                    if value is not None and not column.inside:
                        keys.decrypt_bytes(column.field, row[len(table.primary_key)], value)


async def test_other_processes_take_up_the_new_key_without_a_restart(vault: Vault) -> None:
    other, uuid = vault.another_process(), vault.county.organisation_uuid
    add_key(vault.settings.key_file, NOW)
    vault.keys.refresh()
    cipher = vault.keys.encrypt("x", uuid, "张小梅")
    assert key_number(cipher) == 2
    assert other.decrypt("x", uuid, cipher) == "张小梅"  # a number it has not met: it reads the file again
    late = vault.another_process()
    add_key(vault.settings.key_file, NOW)
    late._looked_at = 0.0  # seconds have passed
    assert key_number(late.encrypt("x", uuid, "a")) == 3


class KilledError(Exception):
    """The process is gone."""


async def test_it_goes_on_after_a_kill(vault: Vault) -> None:
    await vault.fill(600)
    add_key(vault.settings.key_file, NOW)

    async def die(done: int, _total: int) -> None:
        if done >= 600:
            raise KilledError

    with pytest.raises(KilledError):
        await reseal(vault.sessions, vault.keys, die)
    async with vault.sessions() as session:
        left = older(await usage(session), 2)
    assert 0 < left < 1_800
    done = await reseal(vault.sessions, vault.another_process())
    assert (done.values, done.left) == (left, 0)


async def test_a_row_somebody_holds_is_left_for_the_next_round(vault: Vault) -> None:
    await vault.fill(3)
    add_key(vault.settings.key_file, NOW)
    async with vault.sessions() as session:
        await session.begin()
        held = await session.scalar(select(Labourer).order_by(Labourer.id).limit(1).with_for_update())
        running = asyncio.create_task(reseal(vault.sessions, vault.keys))
        for _ in range(500):
            if await left_of(vault) == 3:  # of the person held; the other two have passed
                break
            await asyncio.sleep(0.02)
        assert await left_of(vault) == 3
        assert held is not None
        held.phone_cipher = vault.keys.encrypt("labourer.phone", held.uuid, "15400990099")
        await session.commit()
    assert (await running).left == 0
    async with vault.sessions() as session:
        again = await session.get_one(Labourer, held.id)
        assert service.phone_of(vault.keys, again) == "15400990099"


async def left_of(vault: Vault) -> int:
    async with vault.sessions() as session:
        return older(await usage(session), 2)


async def test_what_no_key_opens_is_named_and_left_as_it_is(vault: Vault) -> None:
    await vault.fill(2)
    async with vault.sessions() as session, session.begin():
        spoiled = (await session.scalars(select(Labourer).order_by(Labourer.id))).first()
        assert spoiled
        spoiled.name_cipher = spoiled.name_cipher[:-1] + bytes([spoiled.name_cipher[-1] ^ 1])
        before = spoiled.name_cipher
    add_key(vault.settings.key_file, NOW)
    done = await reseal(vault.sessions, vault.keys)
    assert done.unreadable == [f"labourer.name_cipher ({spoiled.id},)"]
    assert (done.values, done.left) == (5, 1)
    async with vault.sessions() as session:
        assert (await session.get_one(Labourer, spoiled.id)).name_cipher == before


@pytest.mark.parametrize(
    "change",
    [
        "scope = 'leave_province'",
        "recorder_name_cipher = recorder_name_cipher || 'x'",
        "recorder_name_cipher = overlay(recorder_name_cipher PLACING '\\x0000' FROM 1 FOR 2)",
        "recorder_name_cipher = NULL",
        "recorder_name_cipher = overlay(recorder_name_cipher PLACING '\\x0002' FROM 1 FOR 2), evidence = 'other'",
    ],
)
async def test_a_statement_still_only_grows(vault: Vault, change: str) -> None:
    await vault.fill_every_column()
    with pytest.raises(DBAPIError, match="only grows"):
        async with vault.sessions() as session, session.begin():
            await session.execute(text(f"UPDATE declaration SET {change}"))


@pytest.mark.parametrize("people", [2_000, pytest.param(soak_size("people", 100_000), marks=pytest.mark.soak)])
async def test_under_reads_and_edits_nothing_fails_and_no_edit_is_lost(
    vault: Vault, people: int, figure: Callable[[str], None]
) -> None:
    await vault.fill(people)
    add_key(vault.settings.key_file, NOW)
    async with vault.sessions() as session:
        ids = list(await session.scalars(select(Labourer.id).order_by(Labourer.id)))
    readers = [Reader(vault, ids, seed) for seed in range(3)]
    editors = [Editor(vault, ids[seed::2], seed) for seed in range(2)]
    working = [asyncio.create_task(one.work()) for one in (*readers, *editors)]
    began = perf_counter()
    done = await reseal(vault.sessions, vault.keys)
    took = perf_counter() - began
    for one in (*readers, *editors):
        one.stopped = True
    await asyncio.gather(*working)
    assert (done.left, done.unreadable) == (0, [])
    edited = {id_: phone for editor in editors for id_, phone in editor.phones.items()}
    assert edited
    lost = await lost_of(vault, ids, edited)
    assert lost == []
    reads, slowest = sum(one.reads for one in readers), max(one.slowest for one in readers)
    figure(
        f"keys: {done.values:,} values of {people:,} people sealed anew in {took:.1f} s; meanwhile {reads:,} people "
        f"read (slowest page of 25 {slowest * 1000:.0f} ms), {len(edited):,} edited; losses {len(lost)}"
    )


class Reader:
    """A process of its own, as far as keys go, that opens page after page of names and numbers."""

    def __init__(self, vault: Vault, ids: list[int], seed: int) -> None:
        self.vault, self.ids, self.keys = vault, ids, vault.another_process()
        self.random, self.stopped, self.reads, self.slowest = random.Random(seed), False, 0, 0.0

    async def work(self) -> None:
        while not self.stopped:
            began = perf_counter()
            start = self.random.randrange(len(self.ids))
            async with self.vault.sessions() as session:
                query = select(Labourer).where(Labourer.id.in_(self.ids[start : start + 25]))
                for one in await session.scalars(query):
                    assert service.name_of(self.keys, one).startswith("张")
                    assert service.phone_of(self.keys, one)
                    assert service.id_no_of(self.keys, one)
                    self.reads += 1
            self.slowest = max(self.slowest, perf_counter() - began)
            await asyncio.sleep(0.005)


class Editor:
    """An officer who corrects one phone after the other, as the page does it."""

    def __init__(self, vault: Vault, ids: list[int], seed: int) -> None:
        self.vault, self.ids, self.keys = vault, ids, vault.another_process()
        self.random, self.stopped, self.phones = random.Random(seed), False, dict[int, str]()

    async def work(self) -> None:
        while not self.stopped:
            labourer_id = self.random.choice(self.ids)
            phone = f"159{self.random.randrange(10**8):08d}"
            async with self.vault.sessions() as session, session.begin():
                labourer = await session.get_one(Labourer, labourer_id, with_for_update=True)
                entry = await queries.entry_of(session, labourer_id)
                assert entry
                facts = service.read_facts(self.keys, labourer, entry, [], None)
                await service.correct(
                    session, self.vault.county, self.keys, labourer, replace(facts, phone=phone),
                    version=labourer.version, reason="new number", now=NOW,
                )  # fmt: skip
            self.phones[labourer_id] = phone
            await asyncio.sleep(0.01)


async def lost_of(vault: Vault, ids: list[int], edited: dict[int, str]) -> list[int]:
    """People whose name, number or phone is not what was last written."""
    keys, lost = vault.another_process(), []
    async with vault.sessions() as session:
        for number, one in enumerate(await session.scalars(select(Labourer).order_by(Labourer.id))):
            known = invented(number)
            written = (known["name"], known["id_no"], edited.get(one.id, known["phone"]))
            if (service.name_of(keys, one), service.id_no_of(keys, one), service.phone_of(keys, one)) != written:
                lost.append(one.id)
    return lost


def test_the_batches_are_small() -> None:
    """So that whoever wants a row waits for some hundred others at most."""
    assert resealing.ROWS_AT_ONCE <= 500
