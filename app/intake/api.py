"""Sheets and adverts for programs: the steps of the pages, one call each."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, UploadFile
from sqlalchemy.ext.asyncio import AsyncSession

from app.background.models import TaskRun
from app.database import Session
from app.errors import Conflict, Invalid
from app.intake import advert_form, listing, present, queries, service
from app.intake.adverts import drafts_as_dicts
from app.intake.door import Importer
from app.intake.fields import SheetKind
from app.intake.models import ImportBatch, ImportRow
from app.intake.row_texts import opened
from app.intake.schemas import (
    AdvertIn,
    ApplyIn,
    CauseOut,
    ColumnOut,
    ColumnsIn,
    DraftOut,
    FailureOut,
    ImportDetailOut,
    ImportOut,
    ImportsOut,
    MendedOut,
    MendIn,
    ProblemOut,
    RowOut,
    RowsOut,
)
from app.intake.states import MENDABLE, TASKS
from app.permissions import Actor, Permission, require
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from app.shared.i18n import N_, current_locale
from app.shared.pagination import CursorAsked, LimitAsked, LongCursorAsked, cursor_of

router = APIRouter()
imports = APIRouter(prefix="/imports", tags=["imports"])
adverts = APIRouter(prefix="/adverts", tags=["adverts"])


@imports.post("", status_code=202)
async def upload_sheet(
    request: Request,
    session: Session,
    actor: Importer,
    sheet: UploadFile,
    kind: Annotated[SheetKind | None, Form()] = None,
) -> ImportOut:
    """Bring a sheet in (multipart). It is read in the background; nothing on the lists changes before ``apply``."""
    state = request.app.state
    name, content = sheet.filename or "sheet", await sheet.read()
    batch = await service.upload(session, actor, state.keys, name=name, content=content, kind=kind, now=state.clock())
    return await _out(session, batch)


@imports.get("")
async def list_imports(
    session: Session, actor: Importer, cursor: CursorAsked = 0, limit: LimitAsked = 50
) -> ImportsOut:
    """The office's sheets, newest first."""
    found = await listing.batches_before(session, actor, cursor, limit + 1)
    more, found = len(found) > limit, found[:limit]
    items = [await _out(session, batch) for batch in found]
    return ImportsOut(items=items, next=cursor_of(found[-1].id) if more else None)


@imports.get("/{uuid}")
async def read_import(request: Request, session: Session, actor: Importer, uuid: UUID) -> ImportDetailOut:
    """One sheet with its columns and the causes for which rows wait."""
    batch = await queries.get(session, actor, uuid)
    plain = (await _out(session, batch)).model_dump()
    failure = present.failure(batch)
    found = await queries.causes(session, request.app.state.keys, batch, ("bad", "new", "changed"))
    return ImportDetailOut(
        **plain,
        columns=[ColumnOut.model_validate(column) for column in batch.columns],
        missing=[str(key) for key in batch.about.get("missing") or []],
        causes=[_cause(one) for one in found],
        failure=FailureOut(code=str((batch.failure or {})["code"]), **failure) if failure else None,
    )


@imports.get("/{uuid}/rows")
async def list_rows(
    request: Request,
    session: Session,
    actor: Importer,
    uuid: UUID,
    state: Annotated[str, Query(description="bad, new, changed, same, loaded, left_out or undone")] = "",
    cause: Annotated[str, Query(description="code of a cause")] = "",
    cursor: LongCursorAsked = 0,
    limit: LimitAsked = 50,
) -> RowsOut:
    """The rows of a sheet in its order, with every cause and how to mend it."""
    batch = await queries.get(session, actor, uuid)
    found = await listing.rows_after(session, batch, state=state, cause=cause, last_id=cursor, limit=limit + 1)
    more, found = len(found) > limit, found[:limit]
    items = [_row(request.app.state.keys, batch, row) for row in found]
    return RowsOut(items=items, next=cursor_of(found[-1].id) if more else None)


@imports.post("/{uuid}/columns", status_code=202)
async def choose_columns(session: Session, actor: Importer, uuid: UUID, chosen: ColumnsIn) -> ImportOut:
    """Say what columns mean; remembered for the office. The rows are then checked in the background."""
    return await _out(session, await service.choose_columns(session, actor, uuid, chosen.columns, kind=chosen.kind))


@imports.post("/{uuid}/mend")
async def mend_row(request: Request, session: Session, actor: Importer, uuid: UUID, mend: MendIn) -> MendedOut:
    """Mend one row, or with ``alike`` every row with the same trouble in that one field."""
    state = request.app.state
    today = day_of(state.clock())
    if mend.alike and len(mend.texts) != 1:
        raise Invalid(N_("One field at a time can be mended in all rows alike."), fields={"texts": N_("One field.")})
    if mend.alike:
        ((field, text),) = mend.texts.items()
        rows = await service.mend_alike(session, actor, state.keys, uuid, mend.row, field, text, today=today)
    else:
        await service.mend(session, actor, state.keys, uuid, mend.row, mend.texts, today=today)
        rows = 1
    return MendedOut(rows=rows, counts=(await queries.get(session, actor, uuid)).counts)


@imports.post("/{uuid}/apply", status_code=202)
async def apply_import(session: Session, actor: Importer, uuid: UUID, reviewed: ApplyIn) -> ImportOut:
    """Load the good rows that were reviewed. Sent again it loads nothing twice and answers as before."""
    batch = await queries.get(session, actor, uuid, lock=True)
    counts = (batch.counts.get("new", 0), batch.counts.get("changed", 0))
    if batch.state == "applying" or (batch.state == "applied" and counts == (0, 0)):
        return await _out(session, batch)
    if batch.state in MENDABLE and counts != (reviewed.new, reviewed.changed):
        raise Conflict(N_("The rows have changed since you looked. Look again, then load."))
    return await _out(session, await service.apply(session, actor, uuid))


@imports.post("/{uuid}/undo", status_code=202)
async def undo_import(request: Request, session: Session, actor: Importer, uuid: UUID) -> ImportOut:
    """Take back what was loaded, within a day. Statements stay: they are the person's own."""
    return await _out(session, await service.undo(session, actor, uuid, now=request.app.state.clock()))


@adverts.post("")
async def read_advert(
    request: Request, actor: Annotated[Actor, require(Permission.VACANCIES_EDIT)], advert: AdvertIn
) -> list[DraftOut]:
    """Read an advert into drafts, each field with its words. Nothing is entered."""
    today = day_of(request.app.state.clock())
    drafts = await asyncio.to_thread(advert_form.drafts_of, advert.text, actor.organisation_locality, today)
    return [DraftOut.model_validate(draft) for draft in drafts_as_dicts(drafts, current_locale())]


router.include_router(imports)
router.include_router(adverts)


async def _out(session: AsyncSession, batch: ImportBatch) -> ImportOut:
    run = await session.get(TaskRun, batch.task_run_id) if batch.state in TASKS and batch.task_run_id else None
    names = ImportOut.model_fields.keys() - {"task"}
    return ImportOut(task=run.uuid if run else None, **{name: getattr(batch, name) for name in names})


def _cause(one: queries.CauseCount) -> CauseOut:
    cause, mend = present.cause_text(one.code, one.params)
    return CauseOut(
        code=one.code, level=one.level, field=one.field, column=one.column, cause=cause, mend=mend, rows=one.rows
    )


def _row(keys: KeyRing, batch: ImportBatch, row: ImportRow) -> RowOut:
    return RowOut(
        uuid=row.uuid,
        row=row.row_no,
        state=row.state,
        cells={cell.field: cell.text for cell in service.cells_of(keys, batch, row) if cell.text},
        problems=[_problem(keys, row, one) for one in row.problems],
        changes=row.changes,
    )


def _problem(keys: KeyRing, row: ImportRow, one: dict[str, Any]) -> ProblemOut:
    cause, mend = present.cause_text(one["code"], opened(keys, row.uuid, one["params"]))
    return ProblemOut(
        level=one["level"], field=one["field"], column=one["column"], code=one["code"], cause=cause, mend=mend
    )
