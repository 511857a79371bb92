"""What people do with the trail: search it, take it out as a file, see who saw a person. Each leaves a row itself."""

import asyncio
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.errors import Conflict
from app.labourers import queries as labourers
from app.labourers.models import Labourer
from app.permissions import Actor
from app.shared.formats import moment
from app.shared.i18n import N_, translate
from app.shared.pagination import Page, Paging
from app.shared.spreadsheets import Mark, Sheet, csv_of, workbook_of
from app.trail import present, queries
from app.trail.queries import Filters, Seen

MOST_ROWS = 100_000
SLICE = 5_000


async def search(session: AsyncSession, actor: Actor, filters: Filters, paging: Paging) -> Page[Any]:
    """One page of the trail; that it was looked at stands in the trail too."""
    page = await queries.page(session, actor, filters, paging)
    audit.record(session, actor, "trail.read", "audit_event", None, rows=len(page.rows), narrowed_by=_used(filters))
    return page


async def stretch(session: AsyncSession, actor: Actor, filters: Filters, *, last_id: int, limit: int) -> list[Any]:
    """The next rows for a program."""
    rows = list(await queries.before(session, actor, filters, last_id=last_id, limit=limit))
    audit.record(session, actor, "trail.read", "audit_event", None, rows=len(rows), narrowed_by=_used(filters))
    return rows


async def export(
    session: AsyncSession, actor: Actor, filters: Filters, *, kind: str, reason: str, now: datetime
) -> bytes:
    """The trail as narrowed, as an xlsx or csv file that says who took it out and when.

    Raises Conflict (409) where there are more rows than a sheet should hold.
    """
    rows: list[list[Any]] = []
    last_id = 0
    while True:
        found = await queries.before(session, actor, filters, last_id=last_id, limit=SLICE)
        numbers = await queries.subjects(session, [row.AuditEvent for row in found])
        rows += [_sheet_row(row, numbers) for row in found]
        if len(rows) > MOST_ROWS:
            raise Conflict(N_("More than %(most)s rows: choose a shorter period, then export."), most=MOST_ROWS)
        if len(found) < SLICE:
            break
        last_id = found[-1].AuditEvent.id
        session.expunge_all()  # a hundred thousand rows need not be held twice
    audit.record(
        session, actor, "trail.export", "audit_event", None,
        reason=reason.strip() or None, rows=len(rows), kind=kind, narrowed_by=_used(filters),
    )  # fmt: skip
    mark = Mark(actor.display_name, actor.organisation_name, now)
    title = translate("Trail: %(rows)s rows", rows=len(rows))
    sheet = Sheet(translate("Trail"), present.headers(), rows, title)
    return await asyncio.to_thread(csv_of if kind == "csv" else workbook_of, mark, sheet)


def _sheet_row(row: Any, numbers: dict[tuple[str, int], UUID]) -> list[Any]:
    shown = present.row(row, numbers)
    detail = json.dumps(shown["detail"], ensure_ascii=False) if shown["detail"] else None
    return [
        shown["number"], moment(shown["at"]), shown["who"], shown["office"], str(shown["act"]), shown["kind"],
        str(shown["subject"] or "") or None, shown["people"], shown["reason"], detail, str(shown["channel"]),
        shown["address"], shown["request"],
    ]  # fmt: skip


async def seen_by(session: AsyncSession, actor: Actor, uuid: UUID) -> tuple[Labourer, list[Seen]]:
    """A person of the actor's lists, and who saw them. Raises NotFound (404)."""
    labourer = await labourers.get(session, actor, uuid)
    found = await queries.who_saw(session, labourer.id)
    audit.record(session, actor, "trail.seen_by", "labourer", labourer.id)
    return labourer, found


def _used(filters: Filters) -> list[str]:
    """Which filters were used; the words themselves may be somebody's name."""
    return [name for name in ("who", "act", "subject_kind", "subject", "since", "until") if getattr(filters, name)]
