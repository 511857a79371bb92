"""Rows of a batch mended in place: their texts read again with what a person wrote, then compared anew."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict, Invalid
from app.intake import checking, comparing, queries
from app.intake.desk import Desk
from app.intake.fields import template
from app.intake.layout import NOT_KEPT, RowTexts, layout_of
from app.intake.models import ImportBatch, ImportRow
from app.intake.office import Office
from app.intake.row_texts import open_texts
from app.intake.staging import AgainRow, StagedRow, stage_again
from app.occupations.models import TitleDecision
from app.permissions import Actor
from app.shared.encryption import KeyRing
from app.shared.i18n import N_

LONGEST_TEXT = 2000
OPEN_STATES = frozenset({"bad", "new", "changed"})


async def office_of(session: AsyncSession, actor: Actor, today: date, about: Mapping[str, Any]) -> Office:
    """The actor's office as reading needs it. ``about`` is the batch's, with the first day of its serial numbers."""
    custodian = await queries.custodian_of(session, actor)
    office = Office(actor.organisation_id, custodian, actor.organisation_locality, actor.scope, today)
    return office if "epoch" not in about else office.counting_from(date.fromisoformat(str(about["epoch"])))


async def decisions_of(session: AsyncSession, office: Office) -> list[tuple[str, str | None, str | None]]:
    """What people of the office, or of the county office above it, decided about titles; the office's own last."""
    query = (
        select(TitleDecision)
        .where(TitleDecision.organisation_id.in_({office.organisation_id, office.custodian_id}))
        .order_by(TitleDecision.organisation_id == office.organisation_id, TitleDecision.id)
    )
    return [(one.title, one.trade_family, one.occupation_code) for one in await session.scalars(query)]


async def desk_of(session: AsyncSession, actor: Actor, keys: KeyRing, batch: ImportBatch, today: date) -> Desk:
    """A batch for work in this process."""
    await session.refresh(batch, ["titles"])
    office = await office_of(session, actor, today, batch.about)
    layout = layout_of(batch.kind or "", batch.columns, batch.about)
    titles = {title: (coding[0], coding[1], coding[2]) for title, coding in batch.titles.items()}
    return Desk(
        batch.id,
        layout,
        office,
        keys,
        asyncio.to_thread,
        await decisions_of(session, office),
        titles,
    )


async def mend_rows(
    session: AsyncSession, desk: Desk, keys: KeyRing, batch: ImportBatch, rows: Sequence[ImportRow],
    texts: Mapping[str, str],
) -> None:  # fmt: skip
    """Put texts into fields of locked rows and check the rows again; without texts, check them as they are."""
    refuse_fields(batch.kind or "", texts)
    again = [AgainRow(row.row_no, row.uuid, _with(keys, desk, row, texts)) for row in rows]
    staged = await asyncio.to_thread(stage_again, again, desk.layout, desk.office, keys)
    known = dict(desk.titles)
    await desk.code(staged.titles)
    if desk.titles != known:
        batch.titles = {title: list(coding) for title, coding in desk.titles.items()}
    await _name_repeats(session, desk, rows, staged.rows)
    records = await checking.settle(session, desk, staged.rows)
    for row, record in zip(rows, records, strict=True):
        _put(row, dict(zip(checking.ROW_COLUMNS, record, strict=True)))
    await session.flush()  # the counts are asked of the table
    batch.counts = await queries.counts(session, batch.id)


def refuse_fields(kind: str, texts: Mapping[str, str]) -> None:
    """Raises Invalid (422) for a field the list does not have, and for a text longer than a cell."""
    allowed = {field.key for field in template(kind)} - NOT_KEPT  # type: ignore[arg-type]
    for key, text in texts.items():
        if key not in allowed:
            raise Invalid(N_("There is no such field."), fields={key: N_("Unknown.")})
        if len(text) > LONGEST_TEXT:
            raise Invalid(N_("The text is too long."), fields={key: N_("At most 2,000 characters.")})


def _with(keys: KeyRing, desk: Desk, row: ImportRow, texts: Mapping[str, str]) -> RowTexts:
    if row.cells_cipher is None:
        raise Conflict(N_("This row is settled already. Change the record itself."))
    kept = open_texts(keys, row.uuid, desk.layout, row.cells_cipher)
    cells = {key: text for key, text in {**kept.cells, **texts}.items() if text.strip()}
    return RowTexts(cells, kept.mended | frozenset(texts), kept.proxy)


async def _name_repeats(
    session: AsyncSession, desk: Desk, rows: Sequence[ImportRow], staged: Sequence[StagedRow]
) -> None:
    """Rows about somebody whom an earlier row of the same sheet is about, the mended ones among themselves too."""
    keys = [row.key_index for row in staged if row.key_index]
    mended = {row.row_no for row in rows}
    taken = await queries.taken_keys(session, desk.batch_id, keys, without=mended)
    for row in staged:
        if row.key_index is None:
            continue
        if desk.layout.kind == "supply":
            row.key_index = comparing.next_free_key(row.key_index, taken)
        first = taken.setdefault(row.key_index, row.row_no)
        if first != row.row_no:
            row.problems = [problem for problem in row.problems if problem["code"] != "id_repeated"]
            row.problems.append(checking.repeated(desk.layout, first))


def _put(row: ImportRow, record: Mapping[str, Any]) -> None:
    row.state, row.cells_cipher, row.key_index = record["state"], record["cells_cipher"], record["key_index"]
    row.causes, row.labourer_id, row.vacancy_id = record["causes"], record["labourer_id"], record["vacancy_id"]
    row.problems, row.changes = json.loads(record["problems"]), json.loads(record["changes"])
