"""Sheets brought in: upload, columns, rows to mend, what will change, done. One page per sheet follows its state."""

from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from app.background.models import TaskRun
from app.database import Session
from app.errors import AppError, Conflict, Invalid
from app.intake import listing, mending_forms, present, present_rows, queries, service
from app.intake.door import Importer
from app.intake.fields import SheetKind
from app.intake.models import KINDS, ImportBatch
from app.intake.person_form import townships_of
from app.intake.states import MENDABLE, TASKS
from app.permissions import Actor
from app.shared.bounds import Number
from app.shared.clock import day_of
from app.shared.flash import set_flash
from app.shared.i18n import LazyText, lazy, nlazy
from app.shared.pagination import PagingAsked
from app.shared.templating import render

router = APIRouter(prefix="/imports")

# The views of a sheet whose rows are known.
TEMPLATES = {
    "mend": "intake/mend.html",
    "ask": "intake/mend.html",
    "left": "intake/left_out.html",
    "changes": "intake/changes.html",
    "done": "intake/done.html",
}
GOOD = ("new", "changed")


@router.get("")
async def sheets(
    request: Request, session: Session, actor: Importer, paging: PagingAsked, kind: Annotated[str, Query()] = ""
) -> Response:
    return await _sheets(request, session, actor, paging, kind)


async def _sheets(
    request: Request, session: Session, actor: Actor, paging: Any, kind: str, errors: dict[str, Any] | None = None
) -> Response:
    page = await queries.page(session, actor, paging)
    kinds = [one for one in KINDS if actor.may(queries.PERMISSIONS[one])]
    context = {
        "page": page,
        "rows": [present.list_row(batch) for batch in page.rows],
        "kinds": [{"value": one, "label": present.KINDS[one]} for one in kinds],
        "kind": kind if kind in kinds else kinds[0] if len(kinds) == 1 else None,
        "limit": request.app.state.settings.max_upload_mb,
        "errors": errors,
    }
    return render(request, "intake/list.html", context, status_code=422 if errors else 200)


@router.post("")
async def upload(
    request: Request,
    session: Session,
    actor: Importer,
    paging: PagingAsked,
    sheet: Annotated[UploadFile | str, Form()] = "",
    kind: Annotated[str, Form()] = "",
) -> Response:
    content = b"" if isinstance(sheet, str) else await sheet.read()
    if not content or isinstance(sheet, str):
        wrong = {"sheet": lazy("Choose a file with rows in it: .xlsx, .xls or .csv.")}
        return await _sheets(request, session, actor, paging, kind, wrong)
    batch = await service.upload(
        session,
        actor,
        request.app.state.keys,
        name=sheet.filename or "sheet",
        content=content,
        kind=cast(SheetKind, kind) if kind in KINDS else None,
        now=request.app.state.clock(),
    )
    return _to(batch.uuid)


def _to(uuid: UUID, view: str = "", flash: LazyText | None = None, kind: Any = "good") -> Response:
    response = RedirectResponse(f"/imports/{uuid}" + (f"?{view}" if view else ""), status_code=303)
    if flash is not None:
        set_flash(response, flash, kind=kind)
    return response


@router.get("/{uuid}")
async def sheet_page(
    request: Request,
    session: Session,
    actor: Importer,
    uuid: UUID,
    paging: PagingAsked,
    view: str = "",
    cause: Annotated[str, Query(max_length=60)] = "",
    kind: str = "",
) -> Response:
    batch = await queries.get(session, actor, uuid)
    context = await _frame(request, session, batch, view)
    if batch.state == "mapping":
        template, more = "intake/columns.html", _columns(batch, actor, kind)
    elif batch.state in MENDABLE:
        more = await _open(request, session, actor, batch, context["view"], cause, paging)
        template = TEMPLATES[context["view"]]
    else:
        template, more = "intake/waiting.html", {}
    return render(request, template, {**context, **more})


async def _frame(request: Request, session: Session, batch: ImportBatch, view: str) -> dict[str, Any]:
    """What every page of a sheet shows."""
    run = await session.get(TaskRun, batch.task_run_id) if batch.state in TASKS and batch.task_run_id else None
    view = view if view in TEMPLATES and not (view == "done" and batch.state != "applied") else _first_view(batch)
    return {
        "batch": batch,
        "kind_label": present.KINDS[batch.kind] if batch.kind else None,
        "tag": present.state_tag(batch.state),
        "view": view,
        "steps": present.steps(batch, view),
        "task": present.task(run),
        "failure": present.failure(batch),
        "skipped": present.skipped(batch),
        "missing": present.missing(batch),
        "undo_until": present.undo_until(batch, request.app.state.clock()),
        "may_discard": batch.applied_at is None and batch.state not in ("applying", "undoing"),
    }


def _first_view(batch: ImportBatch) -> str:
    if batch.state == "applied":
        return "done"
    return "mend" if batch.counts.get("bad") else "changes"


def _columns(batch: ImportBatch, actor: Actor, kind: str, sent: dict[str, str] | None = None) -> dict[str, Any]:
    kinds = [one for one in KINDS if actor.may(queries.PERMISSIONS[one])]
    chosen = batch.kind or (kind if kind in kinds else None)
    return {
        "columns": present.columns(batch, sent or {}),
        "refused": None,
        "asked": sum(column["action"] == "ask" for column in batch.columns),
        "fields": present.field_options(cast(SheetKind, chosen)) if chosen else [],
        "chosen": chosen,
        "kinds": [{"value": one, "label": present.KINDS[one]} for one in kinds],
    }


async def _open(
    request: Request, session: Session, actor: Actor, batch: ImportBatch, view: str, cause: str, paging: PagingAsked
) -> dict[str, Any]:
    """The rows of a sheet that waits for a person, as the chosen view wants them."""
    state = request.app.state
    found = await queries.causes(session, state.keys, batch, ("bad", *GOOD))
    context: dict[str, Any] = {
        "counts": batch.counts,
        "good": sum(batch.counts.get(one, 0) for one in GOOD),
        "changes": present.changes(batch),
        "asks": present.cause_chips(found, "ask"),
        "chips": present.cause_chips(found, "ask" if view == "ask" else "error"),
        "cause": cause,
    }
    if view in ("mend", "ask"):
        level, states = ("ask", GOOD) if view == "ask" else ("error", ("bad",))
        page = await queries.rows(session, batch, states=states, cause=cause, paging=paging)
        lines = await _lines(request, session, actor, batch, page.rows, level)
        return {**context, "page": page, "lines": [one for one in lines if view == "mend" or one["cause"] == cause]}
    if view == "left":
        page = await queries.rows(session, batch, states=("left_out",), paging=paging)
        rows = [
            {"uuid": row.uuid, "number": row.row_no, "who": present_rows.row_name(state.keys, batch, row)}
            for row in page.rows
        ]
        return {**context, "page": page, "rows": rows}
    page = await queries.rows(session, batch, states=("changed",), paging=paging)
    rows = present_rows.differing_rows(state.keys, batch, page.rows, state.localities)
    return {**context, "page": page, "rows": rows}


async def _lines(
    request: Request, session: Session, actor: Actor, batch: ImportBatch, rows: Any, level: str
) -> list[dict[str, Any]]:
    marks = {str(one["alike"]) for row in rows for one in row.problems if one["level"] == level and "alike" in one}
    states = ("bad",) if level == "error" else GOOD
    alike = await listing.alike_counts(session, batch, marks, states)
    places = townships_of(request.app.state.localities, actor)
    return present_rows.lines_to_mend(request.app.state.keys, batch, rows, level, alike, places)


@router.post("/{uuid}/columns")
async def choose_columns(
    request: Request, session: Session, actor: Importer, uuid: UUID, kind: Annotated[str, Query()] = ""
) -> Response:
    form = await request.form()
    batch = await queries.get(session, actor, uuid)
    sent = {name: str(value) for name, value in form.items()}
    choices = present.choices_of(batch, sent)
    chosen = cast(SheetKind, kind) if kind in KINDS else None
    conflict: Conflict | None = None
    try:
        async with session.begin_nested():
            try:
                await service.choose_columns(session, actor, uuid, choices, kind=chosen)
            except Conflict as refused:
                conflict = refused  # what was chosen is remembered for the next time
    except Invalid as refused:
        await session.refresh(batch)
        context = await _frame(request, session, batch, "")
        more = _columns(batch, actor, kind, sent)
        return render(request, "intake/columns.html", {**context, **more, "refused": _said(refused)}, status_code=422)
    if conflict:
        return _to(uuid, f"kind={kind}" if kind else "", _said(conflict), "bad")
    return _to(uuid)


def _said(error: AppError) -> LazyText:
    return lazy(error.message, **{name: str(value) for name, value in error.params.items()})


@router.post("/{uuid}/rows")
async def mend_rows(request: Request, session: Session, actor: Importer, uuid: UUID) -> Response:
    """Mend what was changed in the form; then, if asked, all rows alike, or leave one out."""
    form = await request.form()
    batch = await queries.get(session, actor, uuid)
    state = request.app.state
    before = batch.counts.get("bad", 0)
    done = await mending_forms.take(session, actor, state.keys, batch, form, today=day_of(state.clock()))
    back = mending_forms.way_back(request.query_params)
    left = batch.counts.get("bad", 0)
    if not done:
        return _to(uuid, back, lazy("Nothing was changed in the form."), "info")
    if done.refused is not None:
        return _to(uuid, back, _said(done.refused), "bad")
    if before > left == 0:
        return _to(uuid, "view=changes", lazy("Every row is in order now."))
    text = nlazy(
        "%(num)s row checked again, %(left)s left to mend.",
        "%(num)s rows checked again, %(left)s left to mend.",
        done.rows,
        left=left,
    )
    return _to(uuid, back, text, "good" if left < before else "info")


@router.post("/{uuid}/leave-out")
async def leave_out(session: Session, actor: Importer, uuid: UUID, cause: Annotated[str, Form()]) -> Response:
    rows = await service.leave_out(session, actor, uuid, cause=cause)
    return _to(uuid, "view=mend", nlazy("%(num)s row left out.", "%(num)s rows left out.", rows))


@router.post("/{uuid}/take-back")
async def take_back(
    request: Request, session: Session, actor: Importer, uuid: UUID, row: Annotated[list[UUID], Form()]
) -> Response:
    state = request.app.state
    rows = await service.take_back(session, actor, state.keys, uuid, row, today=day_of(state.clock()))
    return _to(uuid, "view=left", nlazy("%(num)s row taken in again.", "%(num)s rows taken in again.", rows))


@router.post("/{uuid}/apply")
async def apply(
    session: Session, actor: Importer, uuid: UUID, new: Annotated[Number, Form()], changed: Annotated[Number, Form()]
) -> Response:
    """Load what was reviewed; sent twice it does nothing twice, and rows that moved meanwhile are shown first."""
    batch = await queries.get(session, actor, uuid, lock=True)
    counts = (batch.counts.get("new", 0), batch.counts.get("changed", 0))
    if batch.state == "applying" or (batch.state == "applied" and counts == (0, 0)):
        return _to(uuid)
    if batch.state in MENDABLE and counts != (new, changed):
        return _to(uuid, "view=changes", lazy("The rows have changed since you looked. Look again, then load."), "warn")
    await service.apply(session, actor, uuid)
    return _to(uuid)


@router.post("/{uuid}/undo")
async def undo(request: Request, session: Session, actor: Importer, uuid: UUID) -> Response:
    batch = await queries.get(session, actor, uuid, lock=True)
    if batch.state not in ("undoing", "undone"):
        await service.undo(session, actor, uuid, now=request.app.state.clock())
    return _to(uuid)


@router.post("/{uuid}/resume")
async def resume(session: Session, actor: Importer, uuid: UUID) -> Response:
    await service.resume(session, actor, uuid)
    return _to(uuid)


@router.post("/{uuid}/discard")
async def discard(session: Session, actor: Importer, uuid: UUID) -> Response:
    await service.discard(session, actor, uuid)
    response = RedirectResponse("/imports", status_code=303)
    set_flash(response, lazy("Forgotten. Nothing of that sheet is kept."))
    return response
