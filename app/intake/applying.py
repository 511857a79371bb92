"""The good rows of a demand list put on the list: new people entered, listed ones corrected, statements taken down.

All of it stands in one transaction, so that a sheet is loaded whole or not at all, whatever is killed meanwhile.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries as accounts
from app.background.context import TaskContext
from app.declarations import service as declarations
from app.declarations.service import Statement
from app.intake import comparing, preparing
from app.intake.desk import Desk
from app.intake.people import Said
from app.intake.pipeline import in_order
from app.intake.preparing import Entering, KeptRow, NewIds, statement_of
from app.intake.row_texts import JsonProblem, causes, is_bad
from app.labourers import bulk
from app.labourers.bulk import Correction
from app.permissions import Actor
from app.shared.copying import as_text, driver_of, held, take_ids
from app.shared.encryption import KeyRing
from app.shared.i18n import N_

PART_ROWS = 2500
KEEP_EVERY = 8  # parts: outcomes are written so often, as writing them looks through the whole sheet
REASON = "import"
Item = TypeVar("Item")

OUTCOME_COLUMNS = ("id", "state", "labourer_id", "vacancy_id", "undo_cipher", "causes", "problems", "changes")


@dataclass(frozen=True, slots=True)
class PendingRow:
    """A row that is to be loaded."""

    id: int
    kept: KeptRow
    key_index: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row."""

    id: int
    state: str
    labourer_id: int | None = None
    vacancy_id: int | None = None
    undo_cipher: bytes | None = None
    problems: list[JsonProblem] | None = None
    changes: dict[str, Any] | None = None


@dataclass
class Loading:
    """One loading under way."""

    context: TaskContext
    session: AsyncSession
    desk: Desk
    actor: Actor
    keys: KeyRing
    now: datetime
    days: int
    rows: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    kept: int = 0

    async def keep(self) -> None:
        """Write the outcomes not written yet."""
        await keep_outcomes(self.session, self.outcomes[self.kept :])
        self.kept = len(self.outcomes)

    async def report(self) -> None:
        """Show how far it is."""
        await self.context.report(5 + 85 * len(self.outcomes) // max(self.rows, 1), N_("Loading the good rows"))


async def pending(session: AsyncSession, batch_id: int) -> list[PendingRow]:
    """The rows of a batch that are good and not loaded yet, in the order of the sheet."""
    raw = await driver_of(session)
    rows = await raw.fetch(
        "SELECT id, uuid, cells_cipher, key_index FROM import_row "
        "WHERE batch_id = $1 AND state IN ('new', 'changed') ORDER BY row_no",
        batch_id,
    )
    return [PendingRow(row["id"], KeptRow(row["uuid"], row["cells_cipher"]), row["key_index"] or b"") for row in rows]


def cut(rows: Sequence[Item], size: int = PART_ROWS) -> Iterator[Sequence[Item]]:
    """The rows in parts of that many."""
    return (rows[start : start + size] for start in range(0, len(rows), size))


async def load_people(loading: Loading) -> None:
    """Load all pending rows; whom others have entered since the check is found again here."""
    session, desk = loading.session, loading.desk
    rows = await pending(session, desk.batch_id)
    loading.rows = len(rows)
    users = await names_of_users(session, desk.office.organisation_id)
    new: list[PendingRow] = []
    listed: list[tuple[PendingRow, int]] = []
    for part in cut(rows, 4 * PART_ROWS):
        owners = await bulk.owners(session, [row.key_index for row in part])
        deleted = await comparing.erased(session, desk, [row.key_index for row in part if row.key_index not in owners])
        for row in part:
            labourer_id, custodian = owners.get(row.key_index, (None, None))
            if day := deleted.get(row.key_index):
                problems = [comparing.erased_before(desk.layout, day)]
                loading.outcomes.append(Outcome(row.id, "left_out", problems=problems))  # its texts go with it
            elif labourer_id is None:
                new.append(row)
            elif custodian == desk.office.custodian_id:
                listed.append((row, labourer_id))
            else:
                problems = [comparing.listed_elsewhere(desk.layout)]
                loading.outcomes.append(Outcome(row.id, "bad", problems=problems))
    await _enter(loading, new, users)
    for pairs in cut(listed):
        await _correct(loading, pairs, users)
    await loading.keep()


async def names_of_users(session: AsyncSession, organisation_id: int) -> dict[str, int]:
    """The office's own people by name, where one name is one person."""
    found: dict[str, list[int]] = {}
    for user_id, name in await accounts.people_of(session, organisation_id):
        found.setdefault(name, []).append(user_id)
    return {name: ids[0] for name, ids in found.items() if len(ids) == 1}


async def _enter(loading: Loading, rows: Sequence[PendingRow], users: dict[str, int]) -> None:
    desk, session = loading.desk, loading.session
    parts = list(cut(rows))
    entering = Entering(loading.actor.user_id, users, loading.now, loading.days)
    labourers = await take_ids(session, "labourer", len(rows))
    declared = await take_ids(session, "declaration", len(rows))
    ids = list(cut(list(map(NewIds, labourers, declared))))
    calls = (
        partial(
            desk.run, preparing.seal, [row.kept for row in part], new, entering, desk.layout, desk.office, desk.titles,
            desk.keys_from,
        )
        for part, new in zip(parts, ids, strict=True)
    )  # fmt: skip
    place = 0
    async for sealed in in_order(calls):
        await bulk.enter_many(session, sealed.people)
        await declarations.enter(session, loading.actor, sealed.statements, now=loading.now)
        loading.outcomes += [
            Outcome(row.id, "loaded", new.labourer) if against is None else Outcome(row.id, "bad", problems=against)
            for row, new, against in zip(parts[place], ids[place], sealed.problems, strict=True)
        ]
        place += 1
        if place % KEEP_EVERY == 0:  # while the next parts are sealed
            await loading.keep()
        await loading.report()


def _statements(said: Iterable[tuple[int, Said | None]], users: dict[str, int]) -> list[Statement]:
    return [statement_of(labourer_id, one, users) for labourer_id, one in said if one]


async def _take_down(loading: Loading, statements: Sequence[Statement]) -> None:
    await declarations.record_many(
        loading.session, loading.actor, loading.keys, statements, now=loading.now, days=loading.days
    )


async def _correct(loading: Loading, pairs: Sequence[tuple[PendingRow, int]], users: dict[str, int]) -> None:
    session, desk = loading.session, loading.desk
    row_of = {labourer_id: row for row, labourer_id in pairs}
    records = await bulk.known_people(session, list(row_of), lock=True)
    words = await comparing.words_of(session, [record.id for record in records])
    kept = [row_of[record.id].kept for record in records]
    merged = await desk.run(
        preparing.merge, kept, records, words, desk.layout, desk.office, desk.titles, desk.keys_from
    )
    corrections: list[Correction] = []
    said: list[tuple[int, Said | None]] = []
    for record, one in zip(records, merged, strict=True):
        compared, row = one.compared, row_of[record.id]
        if is_bad(compared.problems):
            loading.outcomes.append(Outcome(row.id, "bad", record.id, problems=compared.problems))
            continue
        if one.person:
            changes = {name: value for name, value in compared.changes.items() if name != "statement"}
            corrections.append(Correction(record.id, one.person, changes))
        said.append((record.id, compared.said))
        state = "loaded" if compared.changes else "same"
        loading.outcomes.append(
            Outcome(row.id, state, record.id, undo_cipher=one.undo_cipher, changes=compared.changes)
        )
    await bulk.correct_many(
        session, desk.office.custodian_id, corrections, by_user_id=loading.actor.user_id, reason=REASON, now=loading.now
    )
    await _take_down(loading, _statements(said, users))
    await loading.report()


async def keep_outcomes(session: AsyncSession, outcomes: Iterable[Outcome]) -> None:
    """Write what became of each row; the texts of a loaded row are gone."""
    async with held(session, "outcome", OUTCOME_COLUMNS, "import_row", as_text(map(_record, outcomes))):
        await session.execute(
            text(
                "UPDATE import_row SET state = outcome.state, labourer_id = outcome.labourer_id, "
                "vacancy_id = outcome.vacancy_id, undo_cipher = outcome.undo_cipher, "
                "cells_cipher = CASE WHEN outcome.state = 'bad' THEN import_row.cells_cipher END, "
                "causes = coalesce(outcome.causes, import_row.causes), "
                "problems = coalesce(outcome.problems, import_row.problems), "
                "changes = coalesce(outcome.changes, import_row.changes) "
                "FROM outcome WHERE import_row.id = outcome.id"
            )
        )


def _record(one: Outcome) -> tuple[Any, ...]:
    problems, changes = one.problems, one.changes
    return (
        one.id, one.state, one.labourer_id, one.vacancy_id, one.undo_cipher,
        causes(problems) if problems is not None else None,
        json.dumps(problems, ensure_ascii=False) if problems is not None else None,
        json.dumps(changes, ensure_ascii=False) if changes is not None else None,
    )  # fmt: skip
