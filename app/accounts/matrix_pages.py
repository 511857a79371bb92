"""The permission matrix as a page: everybody who works here may read who may do what."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.accounts import matrix
from app.permissions import Actor, Permission, Role, require
from app.shared.templating import render

router = APIRouter()


@router.get("/permissions")
async def permissions(
    request: Request, actor: Annotated[Actor, require(Permission.REFERENCE_VIEW)], role: str = ""
) -> Response:
    chosen = [Role(role)] if role in set(Role) else list(Role)
    names = {option["value"]: option["label"] for option in matrix.role_options()}
    context = {
        "lines": matrix.matrix(chosen),
        "roles": [{"key": str(one), "label": names[one], "own": one is actor.role} for one in chosen],
        "role": role if role in set(Role) else "",
        "options": matrix.role_options(),
        "legend": matrix.legend(),
    }
    return render(request, "accounts/matrix.html", context)
