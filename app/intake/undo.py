"""An import taken back within a day: what it entered leaves the lists, what it changed is as before.

Statements stay: they are the person's own, and only grow. A record that somebody has changed since stays as it is.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update

from app.intake import preparing
from app.intake.applying import Loading, cut
from app.intake.office import KeySource, Office, keys_in
from app.intake.preparing import UNDO, UNDONE
from app.intake.screening import screen
from app.labourers import bulk
from app.labourers.bulk import Correction, KnownPerson, SealedPerson
from app.shared.clock import day_of
from app.shared.copying import driver_of
from app.vacancies import service as vacancies
from app.vacancies.models import SupplyListEntry, Vacancy
from app.vacancies.schemas import NetPayReader, VacancyFacts

WITHIN = timedelta(days=1)
REASON = UNDONE


@dataclass(frozen=True, slots=True)
class LoadedRow:
    """A row that was loaded: what it is about, and the record before it if it changed one."""

    id: int
    uuid: UUID
    labourer_id: int | None
    vacancy_id: int | None
    undo_cipher: bytes | None
    changes: dict[str, Any]

    @property
    def is_new(self) -> bool:
        """Whether the row has put somebody on the list, or back on it."""
        return not self.changes or "on_list" in self.changes


async def loaded_rows(loading: Loading) -> list[LoadedRow]:
    """The loaded rows of a batch."""
    raw = await driver_of(loading.session)
    rows = await raw.fetch(
        "SELECT id, uuid, labourer_id, vacancy_id, undo_cipher, changes FROM import_row "
        "WHERE batch_id = $1 AND state = 'loaded' ORDER BY row_no",
        loading.desk.batch_id,
    )
    return [
        LoadedRow(
            row["id"],
            row["uuid"],
            row["labourer_id"],
            row["vacancy_id"],
            row["undo_cipher"],
            row["changes"],
        )
        for row in rows
    ]


async def undo_people(loading: Loading) -> dict[str, int]:
    """Take back a demand list: how many people left it, were restored, and were kept as somebody has changed them."""
    rows = await loaded_rows(loading)
    restored = 0
    changed = [row for row in rows if row.undo_cipher]
    for part in cut(changed):
        restored += await _restore(loading, part)
    new = [row.labourer_id for row in rows if row.is_new and row.labourer_id]
    await bulk.take_off_many(loading.session, new, REASON, on=day_of(loading.now))
    await _mark_undone(loading)
    return {"left": len(new), "restored": restored, "kept": len(changed) - restored}


async def _restore(loading: Loading, rows: Sequence[LoadedRow]) -> int:
    session, desk = loading.session, loading.desk
    row_of = {row.labourer_id: row for row in rows if row.labourer_id}
    records = await bulk.known_people(session, list(row_of), lock=True)
    sealed = await desk.run(
        restored_people, [(row_of[one.id].uuid, row_of[one.id].undo_cipher) for one in records], records, desk.office,
        desk.keys_from,
    )  # fmt: skip
    corrections = [
        Correction(record.id, person, _reversed(row_of[record.id].changes))
        for record, person in zip(records, sealed, strict=True)
        if person
    ]
    await bulk.correct_many(
        session, desk.office.custodian_id, corrections, by_user_id=loading.actor.user_id, reason=REASON, now=loading.now
    )
    return len(corrections)


def restored_people(
    rows: Sequence[tuple[UUID, bytes]], records: Sequence[KnownPerson], office: Office, keys_from: KeySource
) -> list[SealedPerson | None]:
    """The records as they were, sealed anew; None for one that changed or left since. For a process of its own."""
    keys = keys_in(keys_from)
    tokens = preparing.tokens_of(keys_from)
    found: list[SealedPerson | None] = []
    for (uuid, cipher), record in zip(rows, records, strict=True):
        before = json.loads(keys.decrypt_bytes(UNDO, uuid, cipher))
        # Who has left the list since does not come back by it: to be restored is to be listed.
        untouched = record.version == before["version"] + 1 and record.left_on is None
        facts = bulk.from_plain(before["facts"])
        found.append(bulk.seal(keys, office.custodian_id, facts, tokens, uuid=record.uuid) if untouched else None)
    return found


def _reversed(changes: dict[str, Any]) -> dict[str, list[Any]]:
    return {name: [new, old] for name, (old, new) in changes.items() if name not in ("statement", "on_list")}


async def undo_posts(loading: Loading, net_pay: NetPayReader) -> dict[str, int]:
    """Take back a supply list: how many posts left the list, were restored, and stay as somebody changed them since."""
    rows = await loaded_rows(loading)
    left = restored = kept = 0
    for row in rows:
        vacancy = await loading.session.get(Vacancy, row.vacancy_id, with_for_update=True, populate_existing=True)
        if vacancy is None:
            continue
        if row.undo_cipher:
            done = await _restore_post(loading, row, vacancy, net_pay)
            restored, kept = restored + done, kept + (not done)
        if row.is_new and vacancy.state != "closed":
            await vacancies.close(loading.session, loading.actor, vacancy, REASON, now=loading.now)
            left += 1
    ids = [row.vacancy_id for row in rows if row.is_new]
    entries = update(SupplyListEntry).where(SupplyListEntry.vacancy_id.in_(ids), SupplyListEntry.left_on.is_(None))
    await loading.session.execute(entries.values(left_on=day_of(loading.now)))
    await _mark_undone(loading)
    return {"left": left, "restored": restored, "kept": kept}


async def _restore_post(loading: Loading, row: LoadedRow, vacancy: Vacancy, net_pay: NetPayReader) -> bool:
    before = json.loads(loading.keys.decrypt_bytes(UNDO, row.uuid, row.undo_cipher or b""))
    if vacancy.version != before["version"]:
        return False
    facts = facts_from_plain(before["facts"])
    await vacancies.change(
        loading.session, loading.actor, vacancy, facts, version=vacancy.version, net_pay=net_pay, screen=screen,
        now=loading.now,
    )  # fmt: skip
    return True


def facts_from_plain(plain: dict[str, Any]) -> VacancyFacts:
    """Terms out of JSON."""
    days = {name: date.fromisoformat(plain[name]) for name in ("starts_on", "ends_on") if plain[name]}
    return VacancyFacts(**{**plain, **days})


async def _mark_undone(loading: Loading) -> None:
    raw = await driver_of(loading.session)
    await raw.execute(
        "UPDATE import_row SET state = 'undone', undo_cipher = NULL, cells_cipher = NULL "
        "WHERE batch_id = $1 AND state <> 'left_out'",
        loading.desk.batch_id,
    )
