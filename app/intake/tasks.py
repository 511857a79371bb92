"""Sheets in the background: read, check, load, take back. Each step ends in one transaction with its task."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.accounts import queries as accounts
from app.background.context import TaskContext
from app.background.registry import task
from app.errors import Forbidden
from app.intake import checking, coding, mend, queries, states, undo
from app.intake.applying import Loading, load_people
from app.intake.applying_posts import load_posts
from app.intake.coding import with_decisions
from app.intake.desk import Desk
from app.intake.errors import FileRefused
from app.intake.fields import fields
from app.intake.layout import NOT_KEPT, Layout, column_as_json, layout_of
from app.intake.models import ImportBatch, ImportFile, ImportPart
from app.intake.parts import SheetPart, cut, only_kept, open_part, seal_part
from app.intake.reading.evidence import samples
from app.intake.reading.opening import Choices, OpenedSheet, open_sheet
from app.intake.reading.workbook import Limits
from app.intake.service import FILE_CONTENT
from app.intake.values.issues import shown
from app.intake.values.masking import mask
from app.permissions import Actor
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from app.shared.i18n import N_
from app.shared.memory import uncollected
from app.vacancies.schemas import NetPayReader

CHECKING = N_("Checking the rows")
SAMPLES = 3
MEGABYTE = 1024 * 1024
LARGE_FILE = 4 * MEGABYTE
IMPORT_LOCK = 0x696D  # "im": one office's imports are loaded one after the other


@task("intake.read", attempts=3, cpu=True)
async def read(context: TaskContext, *, batch_id: int, post_id: int) -> dict[str, Any] | None:
    """Read the file; go on to its rows if nothing has to be asked about its columns."""
    with uncollected():
        return await _read(context, batch_id, post_id)


async def _read(context: TaskContext, batch_id: int, post_id: int) -> dict[str, Any] | None:
    await context.report(2, N_("Reading the file"))
    async with context.sessions() as session:
        batch = await session.get_one(ImportBatch, batch_id)
        if batch.state != "reading":
            return None
        actor = await _actor(session, post_id)
        cipher = await session.scalar(select(ImportFile.content_cipher).where(ImportFile.batch_id == batch_id))
        remembered = await queries.remembered(session, batch.organisation_id, batch.kind)
    content = context.keys.decrypt_bytes(FILE_CONTENT, batch.uuid, cipher or b"")
    limits = Limits(file_bytes=context.settings.max_upload_mb * MEGABYTE)
    choices = Choices(kind=batch.kind)  # type: ignore[arg-type]
    try:
        async with _coder_ahead(context, len(content)):
            opened = await asyncio.to_thread(open_sheet, content, choices=choices, remembered=remembered, limits=limits)
    except FileRefused as refused:
        return await _refuse(context, batch_id, refused)
    del content
    parts = list(cut(opened.sheet, opened.block))
    await context.report(15, N_("Understanding the columns"))
    async with context.unit_of_work() as session:
        batch = await _locked(session, batch_id)
        _describe(batch, opened)
        asked = _is_asked(batch, opened, actor)
        if asked:
            batch.columns = [{**one, "samples": _samples(opened, one["index"])} for one in batch.columns]
            await _keep_parts(session, context.keys, batch, parts)
            states.move(batch, "mapping")
        else:
            await _check(context, session, batch, actor, parts)
        await session.execute(delete(ImportFile).where(ImportFile.batch_id == batch_id))
        result = {"state": batch.state, "counts": batch.counts}
        await context.finish(session, result)
    return result


@asynccontextmanager
async def _coder_ahead(context: TaskContext, size: int) -> AsyncIterator[None]:
    """Have the coder of titles built beside the reading of a large file; a small one is read before it stands."""
    if size < LARGE_FILE:
        yield
        return
    ahead = asyncio.ensure_future(context.run_in_process(coding.prepare))
    try:
        yield
        await ahead
    finally:
        ahead.cancel()
        await asyncio.gather(ahead, return_exceptions=True)


async def _actor(session: AsyncSession, post_id: int) -> Actor:
    actor = await accounts.actor_in_post(session, post_id)
    if actor is None:
        raise Forbidden(N_("Whoever brought this sheet in does not have that post any more."))
    return actor


async def _locked(session: AsyncSession, batch_id: int) -> ImportBatch:
    return await session.get_one(ImportBatch, batch_id, with_for_update=True, populate_existing=True)


async def _refuse(context: TaskContext, batch_id: int, refused: FileRefused) -> dict[str, Any]:
    result = {"state": "failed", "failure": refused.as_dict()}
    async with context.unit_of_work() as session:
        batch = await _locked(session, batch_id)
        batch.failure = refused.as_dict()
        states.move(batch, "failed")
        await session.execute(delete(ImportFile).where(ImportFile.batch_id == batch_id))
        await context.finish(session, result)
    return result


def _describe(batch: ImportBatch, opened: OpenedSheet) -> None:
    """What was understood of the file and its columns."""
    sheet, block, mapping = opened.sheet, opened.block, opened.mapping
    batch.sheet_name, batch.header_row = sheet.name, sheet.row_number(block.last)
    batch.about = {
        "format": opened.workbook.kind,
        "encoding": opened.workbook.encoding,
        "sheets": [one.name for one in opened.workbook.sheets],
        "missing": list(mapping.missing),
        "first_column": sheet.first_column,
        "epoch": opened.epoch.isoformat(),
        "rows": len(sheet.rows) - block.data_start,
    }
    batch.columns = [column_as_json(column, sheet.first_column) for column in mapping.columns]
    if batch.kind is None and mapping.kind != "unknown":
        batch.kind = mapping.kind


def _samples(opened: OpenedSheet, index: int) -> list[str]:
    """A few different cells, masked as far as they may be somebody's; none of a column that is not kept.

    They stay with the batch only until somebody has said what the columns mean.
    """
    column = opened.mapping.columns[index]
    if column.action not in ("take", "ask") or column.field in NOT_KEPT:
        return []
    keys = (column.field, *column.shares, *(key for key, _ in column.suggestions))
    identity = any(fields()[key].identity for key in keys if key in fields())
    texts = dict.fromkeys(shown(cell) for cell in samples(opened.sheet, opened.block, index))
    return [mask(one, whole=identity) for one in list(texts)[:SAMPLES]]


def _is_asked(batch: ImportBatch, opened: OpenedSheet, actor: Actor) -> bool:
    """Whether a person has to look at the columns first; also where the list turns out to be none of theirs."""
    if batch.kind is None or opened.mapping.missing:
        return True
    if not actor.may(queries.PERMISSIONS[batch.kind]):
        batch.kind = None
        return True
    return any(column.action == "ask" for column in opened.mapping.columns)


async def _keep_parts(session: AsyncSession, keys: KeyRing, batch: ImportBatch, parts: Sequence[SheetPart]) -> None:
    layout = layout_of(batch.kind or "", batch.columns, batch.about)
    for number, part in enumerate(parts):
        sealed = await asyncio.to_thread(_sealed, keys, batch, part, layout)
        session.add(ImportPart(batch_id=batch.id, number=number, cells_cipher=sealed))
        await session.flush()  # the next part need not wait in memory beside this one


def _sealed(keys: KeyRing, batch: ImportBatch, part: SheetPart, layout: Layout) -> bytes:
    return seal_part(keys, batch.uuid, only_kept(part, layout))


@task("intake.check", attempts=3, cpu=True)
async def check(context: TaskContext, *, batch_id: int, post_id: int) -> dict[str, Any] | None:
    """Check the rows once the office has said what the columns mean."""
    await context.report(5, CHECKING)
    with uncollected():
        async with context.unit_of_work() as session:
            batch = await _locked(session, batch_id)
            if batch.state != "checking":
                return None
            kept = select(ImportPart.cells_cipher).where(ImportPart.batch_id == batch_id).order_by(ImportPart.number)
            ciphers = list(await session.scalars(kept))
            parts = [await asyncio.to_thread(open_part, context.keys, batch.uuid, cipher) for cipher in ciphers]
            await _check(context, session, batch, await _actor(session, post_id), parts)
            await session.execute(delete(ImportPart).where(ImportPart.batch_id == batch_id))
            result = {"state": batch.state, "counts": batch.counts}
            await context.finish(session, result)
    return result


async def _desk(context: TaskContext, session: AsyncSession, batch: ImportBatch, actor: Actor) -> Desk:
    """The batch for work in other processes."""
    desk = await mend.desk_of(session, actor, context.keys, batch, day_of(context.clock()))
    return replace(desk, keys_from=context.settings.key_file, run=context.run_in_process)


async def _check(
    context: TaskContext, session: AsyncSession, batch: ImportBatch, actor: Actor, parts: Sequence[SheetPart]
) -> None:
    desk = await _desk(context, session, batch, actor)
    await checking.check(context, session, desk, parts, CHECKING)
    batch.counts = {state: desk.states[state] for state in checking.COUNTED}
    batch.titles = {title: list(coding) for title, coding in desk.titles.items()}
    undecided = sum(coding[0] is None and coding[1] is None for coding in desk.titles.values())
    batch.about = {**batch.about, "skipped": dict(Counter(desk.skipped)), "titles_undecided": undecided}
    states.move(batch, "ready")


async def apply(context: TaskContext, net_pay: NetPayReader, batch_id: int, post_id: int) -> dict[str, Any] | None:
    """Load the good rows, all of them in one transaction. Made a task in app/tasks.py."""
    await context.report(2, N_("Loading the good rows"))
    with uncollected():
        return await _apply(context, net_pay, batch_id, post_id)


async def _apply(context: TaskContext, net_pay: NetPayReader, batch_id: int, post_id: int) -> dict[str, Any] | None:
    async with context.unit_of_work() as session:
        loading = await _loading(context, session, batch_id, post_id, "applying")
        if loading is None:
            return None
        batch = await _locked(session, batch_id)
        if batch.kind == "demand":
            await load_people(loading)
        else:
            await load_posts(loading, net_pay)
        await _end(session, batch)
        batch.applied_at = loading.now
        states.move(batch, "applied")
        loaded = Counter(outcome.state for outcome in loading.outcomes)
        audit.record(session, loading.actor, "import.loaded", "import_batch", batch_id, loaded=dict(loaded))
        await context.finish(session, {"counts": batch.counts, "loaded": dict(loaded)})
    return {"counts": batch.counts, "loaded": dict(loaded)}


async def take_back(context: TaskContext, net_pay: NetPayReader, batch_id: int, post_id: int) -> dict[str, Any] | None:
    """Take an import back, all of it in one transaction. Made a task in app/tasks.py."""
    await context.report(5, N_("Taking the import back"))
    async with context.unit_of_work() as session:
        loading = await _loading(context, session, batch_id, post_id, "undoing")
        if loading is None:
            return None
        batch = await _locked(session, batch_id)
        is_demand = batch.kind == "demand"
        result = await (undo.undo_people(loading) if is_demand else undo.undo_posts(loading, net_pay))
        await _end(session, batch)
        batch.undone_at = loading.now
        states.move(batch, "undone")
        audit.record(session, loading.actor, "import.undone", "import_batch", batch_id, taken_back=result)
        await context.finish(session, result)
    return result


async def _loading(
    context: TaskContext, session: AsyncSession, batch_id: int, post_id: int, state: str
) -> Loading | None:
    """A batch ready to be loaded or taken back, alone at work for its office; None where that is done already."""
    batch = await _locked(session, batch_id)
    if batch.state != state:
        return None
    actor = await _actor(session, post_id)
    desk = await _desk(context, session, batch, actor)
    if desk.decisions:
        desk.titles = await context.run_in_process(with_decisions, desk.titles, desk.decisions)
    lock = text("SELECT pg_advisory_xact_lock(:lock, :office)")
    await session.execute(lock, {"lock": IMPORT_LOCK, "office": desk.office.custodian_id})
    return Loading(context, session, desk, actor, context.keys, context.clock(), context.settings.declaration_days)


async def _end(session: AsyncSession, batch: ImportBatch) -> None:
    await session.flush()  # the counts are asked of the table
    batch.counts = await queries.counts(session, batch.id)
