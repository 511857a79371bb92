"""Every kind of tampering, done by the owner of the tables with the triggers off, is found and the row is named."""

import asyncio
import json
import stat

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app import audit
from app.trail.head import PRIVATE_KEY, PUBLIC_KEY, HeadBook, TrailKeyError
from app.trail.sealing import seal_once, sign_head
from app.trail.verifying import Verdict
from tests.app.trail.conftest import Trail
from tests.conftest import NOW

DEEP = "UPDATE audit_event e SET reason = 'nothing' WHERE id = {row}"


def kinds(verdict: Verdict) -> list[tuple[str, int | None]]:
    return [(one.kind, one.row) for one in verdict.findings]


async def test_a_trail_nobody_touched_is_whole(trail: Trail) -> None:
    for rows in (3, 1, 7):
        await trail.write(rows)
        assert await trail.seal() == rows
    await trail.write(2)
    verdict = await trail.verify()
    assert (verdict.is_whole, verdict.rows, verdict.seals, verdict.waiting) == (True, 11, 3, 2)
    assert verdict.head
    assert (verdict.head.no, verdict.head.total) == (3, 11)


async def test_an_altered_row_is_named(trail: Trail) -> None:
    ids = await trail.write(5)
    await trail.seal()
    await trail.tamper(DEEP.format(row=ids[2]))
    assert kinds(await trail.verify()) == [("altered", ids[2])]


@pytest.mark.parametrize(
    "change",
    [
        "at = at - interval '1 microsecond'", "user_id = NULL, act = 'labourer.reveal '", "subject_id = 77",
        "detail = detail || '{\"field\": \"phone\"}'", "people = ARRAY[1, 2]", "channel = 'api'",
        "address = '10.0.0.1'", "request_id = 'x'", "reason = NULL", "subject_kind = 'employer'",
    ],
)  # fmt: skip
async def test_no_field_can_be_altered_unseen(trail: Trail, change: str) -> None:
    (row,) = await trail.write(1)
    await trail.seal()
    await trail.tamper(f"UPDATE audit_event SET {change} WHERE id = {row}")
    assert kinds(await trail.verify()) == [("altered", row)]


async def test_an_altered_row_with_its_print_made_good_is_named(trail: Trail) -> None:
    ids = await trail.write(5)
    await trail.seal()
    again = f"UPDATE audit_event e SET content_hash = audit_print(e) WHERE id = {ids[1]}"
    await trail.tamper(DEEP.format(row=ids[1]), again)
    assert kinds(await trail.verify()) == [("altered", ids[1])]


async def test_a_deleted_row_is_named(trail: Trail) -> None:
    ids = await trail.write(5)
    await trail.seal()
    await trail.tamper(f"DELETE FROM audit_event WHERE id = {ids[3]}")
    assert kinds(await trail.verify()) == [("deleted", ids[3])]


async def test_a_row_deleted_before_its_seal_is_named(trail: Trail) -> None:
    ids = await trail.write(3)
    await trail.tamper(f"DELETE FROM audit_event WHERE id = {ids[1]}")
    await trail.seal()
    assert kinds(await trail.verify()) == [("deleted", ids[1])]


async def test_an_inserted_row_is_named(trail: Trail) -> None:
    await trail.write(3)
    await trail.seal()
    await trail.tamper(
        "INSERT INTO audit_event (id, at, act, subject_kind) VALUES (900000, now() - interval '3 days', 'x.y', 'none')"
    )
    assert kinds(await trail.verify()) == [("inserted", 900000)]


async def test_a_tail_cut_off_with_its_seals_is_found(trail: Trail) -> None:
    first = await trail.write(4)
    await trail.seal()
    await trail.write(6)
    await trail.seal()
    await trail.tamper(f"DELETE FROM audit_event WHERE id > {first[-1]}", "DELETE FROM audit_seal WHERE no = 2")
    verdict = await trail.verify()
    assert kinds(verdict) == [("cut_off", first[-1])]
    assert "6 rows after row" in verdict.findings[0].what


async def test_what_follows_a_cut_gets_no_good_head(trail: Trail) -> None:
    await trail.write(4)
    await trail.seal()
    await trail.write(2)
    await trail.seal()
    await trail.tamper("DELETE FROM audit_seal WHERE no = 2")
    await trail.write(1)
    await trail.seal()  # a seal 2 again, another one
    async with trail.sessions() as session:
        assert not await sign_head(session, trail.settings, NOW)
    assert ("chain", None) in kinds(await trail.verify())


async def test_a_seal_taken_from_the_middle_is_found(trail: Trail) -> None:
    for _ in range(3):
        await trail.write(2)
        await trail.seal()
    await trail.tamper("DELETE FROM audit_seal WHERE no = 2")
    found = await trail.verify()
    assert found.findings[0].kind == "deleted"
    assert "Seal 2 is missing" in found.findings[0].what


async def test_a_chain_rewritten_whole_does_not_reach_the_signed_head(trail: Trail) -> None:
    """The owner alters a row and makes every print, leaf and hash good again: only the head outside tells."""
    ids = await trail.write(3)
    await trail.seal()
    queue = f"INSERT INTO audit_waiting SELECT id FROM audit_event WHERE id IN ({', '.join(map(str, ids))})"
    again = "UPDATE audit_event e SET content_hash = audit_print(e)"
    await trail.tamper(DEEP.format(row=ids[0]), again, "DELETE FROM audit_seal", queue)
    async with trail.sessions() as session, session.begin():
        assert await seal_once(session, NOW) == 3
    verdict = await trail.verify()
    assert kinds(verdict) == [("chain", None)]
    assert "Seal 1 is not the one signed at" in verdict.findings[0].what


async def test_a_forged_head_is_found(trail: Trail) -> None:
    await trail.write(3)
    await trail.seal()
    path = trail.settings.trail_dir / "head.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "total": 2}))
    assert kinds(await trail.verify())[0][0] == "head"


async def test_without_any_head_it_is_not_whole(trail: Trail) -> None:
    await trail.write(1)
    await trail.seal()
    for file in trail.settings.trail_dir.iterdir():
        file.unlink()
    assert kinds(await trail.verify()) == [("head", None)]


async def test_the_auditors_own_public_key_judges(trail: Trail, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whoever holds the machine may make a new key and sign with it; the auditor's copy tells."""
    await trail.write(2)
    await trail.seal()
    own = tmp_path_factory.mktemp("auditor") / "trail.pem"
    own.write_bytes((trail.settings.data_dir / PUBLIC_KEY).read_bytes())
    assert (await trail.verify(own)).is_whole
    for path in (*trail.settings.trail_dir.iterdir(), trail.settings.data_dir / PRIVATE_KEY):
        path.unlink()
    await trail.write(1)
    await trail.seal()
    assert (await trail.verify()).is_whole
    assert {one.kind for one in (await trail.verify(own)).findings} == {"head"}


async def test_no_new_key_is_made_where_heads_are(trail: Trail) -> None:
    await trail.write(2)
    await trail.seal()
    (trail.settings.data_dir / PRIVATE_KEY).unlink()
    await trail.write(1)
    await trail.seal()
    assert HeadBook.of(trail.settings).read().no == 1  # type: ignore[union-attr]
    with pytest.raises(TrailKeyError, match="restore it from the backup"):
        HeadBook.of(trail.settings)._private()


async def test_the_signing_key_is_readable_by_its_owner_alone(trail: Trail) -> None:
    await trail.write(1)
    await trail.seal()
    assert stat.S_IMODE((trail.settings.data_dir / PRIVATE_KEY).stat().st_mode) == 0o600


async def test_rows_that_commit_out_of_order_and_gaps_are_sealed(trail: Trail) -> None:
    """A long transaction holds a low id while later ones are sealed; one that fails leaves a gap."""
    async with trail.sessions() as slow:
        await slow.begin()
        audit.record(slow, None, "import.loaded", "import_batch", 1)
        await slow.flush()  # takes its id now
        async with trail.sessions() as failed:
            await failed.begin()
            audit.record(failed, None, "import.loaded", "import_batch", 2)
            await failed.flush()  # takes its id now
            await failed.rollback()
        await trail.write(2)
        assert await trail.seal() == 2
        await slow.commit()
    assert await trail.seal() == 1
    verdict = await trail.verify()
    assert (verdict.is_whole, verdict.rows) == (True, 3)


async def test_sealers_and_writers_at_once(trail: Trail) -> None:
    writing = [trail.write(5) for _ in range(8)]
    sealing = [trail.seal() for _ in range(4)]
    await asyncio.gather(*writing, *sealing)
    await trail.seal()
    verdict = await trail.verify()
    assert (verdict.is_whole, verdict.rows, verdict.waiting) == (True, 40, 0)


@pytest.mark.parametrize("table", ["audit_event", "audit_seal"])
async def test_the_applications_role_may_not_change_or_delete(trail: Trail, table: str) -> None:
    await trail.write(1)
    await trail.seal()
    column = "act = 'x'" if table == "audit_event" else "rows = 0"
    for statement in (f"UPDATE {table} SET {column}", f"DELETE FROM {table}", f"TRUNCATE {table}"):
        with pytest.raises(DBAPIError, match=r"permission denied|only grows"):
            async with trail.sessions() as session, session.begin():
                await session.execute(text(statement))


async def test_a_row_cannot_be_dated_back_or_bring_its_own_print(trail: Trail) -> None:
    async with trail.sessions() as session, session.begin():
        await session.execute(
            text("INSERT INTO audit_event (at, act, subject_kind, content_hash) VALUES ('2020-01-01', 'x', 'y', 'z')")
        )
    async with trail.sessions() as session:
        found = await session.execute(
            text("SELECT at > now() - interval '1 minute', length(content_hash) FROM audit_event")
        )
        assert tuple(found.one()) == (True, 32)
