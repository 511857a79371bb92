"""What people do with a sheet: bring it in, explain its columns, mend rows, leave some out, load, take back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import PurePath
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.background.models import TaskRun
from app.background.queue import enqueue
from app.background.states import OPEN
from app.errors import Conflict, Forbidden, Invalid
from app.intake import mend as mending
from app.intake import queries, states
from app.intake.errors import FileRefused
from app.intake.fields import SheetKind, fields
from app.intake.layout import Layout, column_of, layout_of
from app.intake.models import KINDS, ImportBatch, ImportFile, ImportPart, ImportRow, RememberedHeader
from app.intake.reading.header_text import remembered_key
from app.intake.reading.mapping import IGNORE
from app.intake.row_texts import open_texts
from app.intake.undo import WITHIN
from app.intake.values.masking import mask
from app.permissions import Actor
from app.shared.encryption import KeyRing
from app.shared.i18n import N_

FILE_CONTENT = "import_file.content"
LONGEST_NAME = 200
# Without these columns a sheet has nobody, or no post, to speak of.
INDISPENSABLE = {"demand": ("name", "id_no"), "supply": ("v_company", "v_title")}


@dataclass(frozen=True)
class Cell:
    """One cell of a row as a page shows it. ``text`` is masked unless the cell itself has to be mended."""

    field: str
    column: str
    text: str
    masked: bool
    problems: list[dict[str, Any]]


async def upload(
    session: AsyncSession,
    actor: Actor,
    keys: KeyRing,
    *,
    name: str,
    content: bytes,
    kind: SheetKind | None,
    now: datetime,
) -> ImportBatch:
    """Take a sheet over and have it read. Raises Invalid (422) for an empty one, Forbidden (403) for another's list."""
    if not content:
        raise Invalid(N_("The file is empty."), fields={"file": N_("Choose a file with rows in it.")})
    may = [one for one in KINDS if actor.may(queries.PERMISSIONS[one])]
    if not may or (kind and kind not in may):
        raise Forbidden(N_("Your post does not include bringing in this list."))
    uuid = uuid4()
    batch = ImportBatch(
        uuid=uuid,
        organisation_id=actor.organisation_id,
        uploaded_by=actor.user_id,
        post_id=actor.post_id,
        uploaded_at=now,
        kind=kind or (may[0] if len(may) == 1 else None),
        file_name=PurePath(name.replace("\\", "/")).name[:LONGEST_NAME] or "sheet",
        file_hash=keys.blind_index("import_batch.file", sha256(content).hexdigest()),
        state="reading",
    )
    session.add(batch)
    await session.flush()  # the file and the task refer to it
    session.add(ImportFile(batch_id=batch.id, content_cipher=keys.encrypt_bytes(FILE_CONTENT, uuid, content)))
    await _begin(session, actor, batch)
    audit.record(session, actor, "import.upload", "import_batch", batch.id, kind=kind, bytes=len(content))
    return batch


async def _begin(session: AsyncSession, actor: Actor, batch: ImportBatch) -> None:
    run = await enqueue(
        session,
        states.TASKS[batch.state],
        organisation_id=batch.organisation_id,
        user_id=actor.user_id,
        batch_id=batch.id,
        post_id=actor.post_id,
    )
    batch.task_run_id = run.id


async def choose_columns(
    session: AsyncSession, actor: Actor, uuid: UUID, choices: Mapping[int, str], *, kind: SheetKind | None = None
) -> ImportBatch:
    """Say what the columns asked about mean: number → field, or ``ignore``; those not named are ignored.

    Remembered for the office. Where a column was left in the sheet and its cells are not there, the batch has failed
    and says so: the sheet has to be loaded again. Raises Invalid (422) for an unknown column or field, one field for
    two columns, or a sheet without anybody in it.
    """
    batch = await queries.get(session, actor, uuid, lock=True)
    if batch.state != "mapping":
        raise Conflict(N_("The columns of this sheet are settled already. Load the sheet again to change them."))
    kind = kind or batch.kind  # type: ignore[assignment]
    if kind not in KINDS or not actor.may(queries.PERMISSIONS[kind]):
        raise Invalid(N_("Say which of the two lists this is."), fields={"kind": N_("Required.")})
    _refuse_choices(batch.columns, choices, kind)
    await _remember(session, actor, batch.columns, choices, kind)
    gone = [one for one in batch.columns if one["index"] in choices and one["action"] not in ("take", "ask")]
    if gone:
        return await _ask_again(session, actor, batch, str(gone[0]["letter"]))
    batch.columns = [{**_chosen(one, choices), "samples": []} for one in batch.columns]
    _refuse_without_people(batch.columns, kind)
    batch.kind = kind
    states.move(batch, "checking")
    await _begin(session, actor, batch)
    audit.record(session, actor, "import.choose_columns", "import_batch", batch.id)
    return batch


async def _ask_again(session: AsyncSession, actor: Actor, batch: ImportBatch, letter: str) -> ImportBatch:
    """Nothing is kept of columns nobody asked for; what was said about them is remembered for the next time."""
    batch.failure = FileRefused("column_left_in_sheet", column=letter).as_dict()
    states.move(batch, "failed")
    await session.execute(delete(ImportPart).where(ImportPart.batch_id == batch.id))
    audit.record(session, actor, "import.choose_columns", "import_batch", batch.id)
    return batch


def _refuse_choices(columns: Sequence[Mapping[str, Any]], choices: Mapping[int, str], kind: str) -> None:
    known, indexes = fields(), {one["index"]: one for one in columns}
    for index, key in choices.items():
        field = known.get(key)
        if index not in indexes or indexes[index]["action"] == "drop":
            raise Invalid(N_("There is no such column to choose for."))
        if key != IGNORE and (field is None or field.keeping != "kept" or field.sheet not in (kind, "both")):
            raise Invalid(N_("There is no such field."), fields={str(index): N_("Choose a field of the list.")})


def _chosen(column: Mapping[str, Any], choices: Mapping[int, str]) -> dict[str, Any]:
    said = choices.get(int(column["index"]))
    if said is None and column["action"] != "ask":
        return dict(column)
    if said is None or said == IGNORE:
        return {**column, "action": "ignore", "field": None, "shares": [], "reason": "remembered" if said else "unsure"}
    shares = [key for key in column["shares"] if key == said] and column["shares"]
    return {**column, "action": "take", "field": said, "shares": shares, "confidence": 1.0, "reason": "remembered"}


def _refuse_without_people(columns: Sequence[Mapping[str, Any]], kind: str) -> None:
    layout = Layout(kind, tuple(column_of(one) for one in columns))
    twice = [
        key
        for key in layout.taken
        if not fields()[key].many and sum(one.action == "take" and one.field == key for one in layout.columns) > 1
    ]
    if twice:
        raise Invalid(N_("Two columns cannot hold the same field."), fields={twice[0]: N_("Chosen twice.")})
    missing = [key for key in INDISPENSABLE[kind] if key not in layout.taken]
    if missing:
        raise Invalid(
            N_("Without this column the sheet cannot be loaded: %(field)s. Choose it, or add it to the sheet."),
            field=fields()[missing[0]].zh,
        )


async def _remember(
    session: AsyncSession, actor: Actor, columns: Sequence[Mapping[str, Any]], choices: Mapping[int, str], kind: str
) -> None:
    by_index = {one["index"]: one for one in columns}
    for index, key in choices.items():
        header = remembered_key(by_index[index]["header"], by_index[index]["group"])
        if not header:
            continue
        row = {
            "organisation_id": actor.organisation_id,
            "kind": kind,
            "header": header,
            "field": key,
            "remembered_by": actor.user_id,
        }
        statement = insert(RememberedHeader).values(row)
        keys = ["organisation_id", "kind", "header"]
        await session.execute(statement.on_conflict_do_update(index_elements=keys, set_=row))


async def mend(
    session: AsyncSession,
    actor: Actor,
    keys: KeyRing,
    uuid: UUID,
    row_uuid: UUID,
    texts: Mapping[str, str],
    *,
    today: date,
) -> ImportRow:
    """Put texts into fields of one row and check it again. Raises Conflict (409) for a row that is settled."""
    batch = await _mendable(session, actor, uuid)
    row = await queries.row(session, batch, row_uuid, lock=True)
    await _mend(session, actor, keys, batch, [row], texts, today)
    return row


async def mend_alike(
    session: AsyncSession,
    actor: Actor,
    keys: KeyRing,
    uuid: UUID,
    row_uuid: UUID,
    field: str,
    text: str,
    *,
    today: date,
) -> int:
    """Put one text into all rows that have the same cause in the same text in that field; how many there were."""
    batch = await _mendable(session, actor, uuid)
    row = await queries.row(session, batch, row_uuid)
    marks = [str(one["alike"]) for one in row.problems if one["field"] == field and "alike" in one]
    if not marks:
        raise Conflict(N_("Nothing in this field of the row has to be mended any more."))
    rows = await queries.alike(session, batch, marks[0])
    await _mend(session, actor, keys, batch, rows, {field: text}, today)
    return len(rows)


async def _mendable(session: AsyncSession, actor: Actor, uuid: UUID) -> ImportBatch:
    batch = await queries.get(session, actor, uuid, lock=True)
    if batch.state not in states.MENDABLE:
        raise Conflict(N_("Rows of this sheet cannot be mended at this step. Load the page again."))
    return batch


async def _mend(
    session: AsyncSession,
    actor: Actor,
    keys: KeyRing,
    batch: ImportBatch,
    rows: Sequence[ImportRow],
    texts: Mapping[str, str],
    today: date,
) -> None:
    if any(row.state not in mending.OPEN_STATES for row in rows):
        raise Conflict(N_("This row is settled already. Change the record itself."))
    desk = await mending.desk_of(session, actor, keys, batch, today)
    await mending.mend_rows(session, desk, keys, batch, rows, texts)
    audit.record(session, actor, "import.mend", "import_batch", batch.id, rows=len(rows), fields=sorted(texts))


async def leave_out(
    session: AsyncSession, actor: Actor, uuid: UUID, row_uuids: Sequence[UUID] = (), *, cause: str = ""
) -> int:
    """Leave rows out of the loading: the given ones, or all bad ones of a cause. How many."""
    batch = await _mendable(session, actor, uuid)
    rows = await queries.open_rows(session, batch, row_uuids, cause)
    for row in rows:
        row.state = "left_out"
    await _count(session, batch)
    audit.record(session, actor, "import.leave_out", "import_batch", batch.id, rows=len(rows))
    return len(rows)


async def take_back(
    session: AsyncSession, actor: Actor, keys: KeyRing, uuid: UUID, row_uuids: Sequence[UUID], *, today: date
) -> int:
    """Take rows in again that had been left out; they are checked anew. How many."""
    batch = await _mendable(session, actor, uuid)
    rows = [row for row in await queries.rows_by_uuid(session, batch, row_uuids) if row.state == "left_out"]
    rows = [row for row in rows if row.cells_cipher is not None]  # of somebody deleted nothing is left to be read
    for row in rows:
        row.state = "bad"
    if rows:
        await _mend(session, actor, keys, batch, rows, {}, today)
    return len(rows)


async def _count(session: AsyncSession, batch: ImportBatch) -> None:
    await session.flush()  # the counts are asked of the table
    batch.counts = await queries.counts(session, batch.id)


async def apply(session: AsyncSession, actor: Actor, uuid: UUID) -> ImportBatch:
    """Load the good rows; bad ones stay and can be mended and loaded later. Raises Conflict (409) if there is none."""
    batch = await queries.get(session, actor, uuid, lock=True)
    if batch.state in states.MENDABLE and not (batch.counts.get("new") or batch.counts.get("changed")):
        raise Conflict(N_("There is nothing in this sheet to load: no row is new or changed."))
    states.move(batch, "applying")
    await _begin(session, actor, batch)
    audit.record(session, actor, "import.apply", "import_batch", batch.id)
    return batch


async def undo(session: AsyncSession, actor: Actor, uuid: UUID, *, now: datetime) -> ImportBatch:
    """Take back what was loaded, within a day. Raises Conflict (409) later."""
    batch = await queries.get(session, actor, uuid, lock=True)
    if batch.applied_at is not None and now - batch.applied_at > WITHIN:
        raise Conflict(N_("An import can be taken back within a day. Correct single records instead."))
    states.move(batch, "undoing")
    await _begin(session, actor, batch)
    audit.record(session, actor, "import.undo", "import_batch", batch.id)
    return batch


async def resume(session: AsyncSession, actor: Actor, uuid: UUID) -> ImportBatch:
    """Start the step of a batch again whose task has ended without finishing it. Raises Conflict (409) if none has."""
    batch = await queries.get(session, actor, uuid, lock=True)
    run = await session.get(TaskRun, batch.task_run_id) if batch.task_run_id else None
    if batch.state not in states.TASKS or (run is not None and run.status in OPEN):
        raise Conflict(N_("This sheet is being worked on, or waits for you. There is nothing to start again."))
    await _begin(session, actor, batch)
    return batch


async def discard(session: AsyncSession, actor: Actor, uuid: UUID) -> None:
    """Forget a sheet of which nothing was ever loaded. Raises Conflict (409) otherwise."""
    batch = await queries.get(session, actor, uuid, lock=True)
    if batch.applied_at is not None or batch.state in ("applying", "undoing"):
        raise Conflict(N_("Something of this sheet has been loaded, so it stays. It can be taken back within a day."))
    await session.execute(delete(ImportBatch).where(ImportBatch.id == batch.id))
    audit.record(session, actor, "import.discard", "import_batch", batch.id)


def cells_of(keys: KeyRing, batch: ImportBatch, row: ImportRow) -> list[Cell]:
    """The cells of a row that is not settled yet, with what is wrong in each; empty for one that is."""
    if row.cells_cipher is None:
        return []
    layout = layout_of(batch.kind or "", batch.columns, batch.about)
    texts = open_texts(keys, row.uuid, layout, row.cells_cipher)
    shown = dict.fromkeys((*layout.kept, *texts.cells, *(str(one["field"]) for one in row.problems if one["field"])))
    return [_cell(layout, key, texts.cells.get(key, ""), row) for key in shown if key in fields()]


def _cell(layout: Layout, key: str, text: str, row: ImportRow) -> Cell:
    problems = [one for one in row.problems if one["field"] == key]
    masked = bool(text) and fields()[key].identity and not any(one["level"] == "error" for one in problems)
    return Cell(key, layout.letters.get(key, ""), mask(text, whole=True) if masked else text, masked, problems)
