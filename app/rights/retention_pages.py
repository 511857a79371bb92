"""The retention table: classes of data, what is over its time, and what the last passes did."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.database import Session
from app.permissions import Actor, Permission, require
from app.rights import present, queries, retention
from app.rights.runs import ask_for_run
from app.shared.clock import day_of
from app.shared.flash import set_flash
from app.shared.i18n import lazy
from app.shared.templating import render

router = APIRouter(prefix="/rights/retention")


@router.get("")
async def classes(
    request: Request, session: Session, actor: Annotated[Actor, require(Permission.RETENTION_VIEW)]
) -> Response:
    table, today = retention.retention_table(), day_of(request.app.state.clock())
    names = {one.code: retention.in_words(one.names) for one in table.classes}
    context = {
        "rows": [
            present.class_row(one, await retention.due_for(session, actor, one, today), today) for one in table.classes
        ],
        "runs": [present.run_row(run, names) for run in await queries.last_runs(session)],
        "checked_on": table.checked_on,
        "version": table.version,
        "may_run": actor.may(Permission.RETENTION_RUN),
    }
    return render(request, "rights/retention.html", context)


@router.post("/runs")
async def run(
    session: Session, actor: Annotated[Actor, require(Permission.RETENTION_RUN)], dry: Annotated[str, Form()] = "yes"
) -> Response:
    """A pass out of turn; dry unless it is said plainly that it is not."""
    await ask_for_run(session, actor, dry=dry != "no")
    response = RedirectResponse("/rights/retention", status_code=303)
    set_flash(response, lazy("The run is on the queue; its result appears below in a moment."))
    return response
