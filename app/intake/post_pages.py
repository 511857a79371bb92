"""Correct one post by hand: read like a row of the supply sheet, checked by the law and, if need be, verified again."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.database import Session
from app.employers.models import Employer
from app.errors import Conflict, Stale
from app.intake import correcting, post_form
from app.intake.drafting import Reader
from app.permissions import Actor, Permission, require
from app.shared.bounds import version_typed
from app.shared.flash import set_flash
from app.shared.i18n import N_, lazy
from app.shared.templating import render
from app.vacancies import queries
from app.vacancies.models import Vacancy

router = APIRouter(prefix="/vacancies")

Editor = Annotated[Actor, require(Permission.VACANCIES_EDIT)]


async def _opened(session: Session, actor: Actor, uuid: UUID) -> tuple[Vacancy, Employer]:
    """The post to be corrected, locked. Raises NotFound (404), Forbidden (403), Conflict (409) for a closed one."""
    vacancy = await queries.get_for_change(session, actor, uuid)
    if vacancy.state == "closed":
        raise Conflict(N_("This post is closed. Enter it anew if it is offered again."))
    return vacancy, await session.get_one(Employer, vacancy.employer_id)


def _page(
    request: Request,
    vacancy: Vacancy,
    employer: Employer,
    values: Mapping[str, str],
    *,
    version: int,
    errors: Mapping[str, Any] | None = None,
    stale: Any = None,
) -> Response:
    context = {
        "vacancy": vacancy,
        "employer": employer,
        "sections": post_form.sections(values),
        "labels": post_form.labels(),
        "errors": errors,
        "version": version,
        "stale": stale,
        "is_verified": vacancy.verified_at is not None,
    }
    status = 412 if stale else 422 if errors else 200
    return render(request, "vacancies/edit.html", context, status_code=status)


@router.get("/{uuid}/edit")
async def edit(request: Request, session: Session, actor: Editor, uuid: UUID) -> Response:
    vacancy, employer = await _opened(session, actor, uuid)
    cells = post_form.cells_of(vacancy, employer.name)
    return _page(request, vacancy, employer, cells, version=vacancy.version)


@router.post("/{uuid}/edit")
async def save(request: Request, session: Session, actor: Editor, uuid: UUID) -> Response:
    vacancy, employer = await _opened(session, actor, uuid)
    form = await request.form()
    version = version_typed(str(form.get("version", "")))
    before = post_form.cells_of(vacancy, employer.name)
    typed = post_form.texts_of(form, before)
    reader = Reader(request.app.state.keys, request.state.net_pay, actor, request.app.state.clock())
    errors = await correcting.errors_of(session, reader, vacancy, before, typed)
    if errors:
        return _page(request, vacancy, employer, typed, version=version, errors=errors)
    was_verified = vacancy.verified_at is not None
    try:
        changes = await correcting.correct(session, reader, vacancy, before, typed, version=version)
    except Stale as stale:
        return _page(request, vacancy, employer, typed, version=version, stale=lazy(stale.message))
    if not await queries.is_seen(session, actor, uuid):
        response = RedirectResponse("/vacancies", status_code=303)
        set_flash(response, lazy("Saved. The work is in another region now: its receiving office checks the post."))
        return response
    response = RedirectResponse(f"/vacancies/{uuid}", status_code=303)
    if changes and vacancy.state == "blocked":
        set_flash(
            response, lazy("Saved. Something in it is against the law: see what, and how to mend it."), kind="bad"
        )
    elif not changes:
        set_flash(response, lazy("Nothing was changed."), kind="info")
    elif was_verified and vacancy.verified_at is None:
        set_flash(response, lazy("Saved. The post goes back to its check and is verified again."), kind="warn")
    else:
        set_flash(response, lazy("Saved."))
    return response
