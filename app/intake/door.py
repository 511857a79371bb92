"""The door of sheets: whoever may bring in at least one of the two lists."""

from typing import Annotated

from fastapi import Depends

from app.intake.queries import PERMISSIONS
from app.permissions import Actor, Permission, check, require


def importer(actor: Annotated[Actor, require(Permission.DESK_VIEW)]) -> Actor:
    """Somebody who brings in a list; which one, each act asks again. Raises Forbidden (403)."""
    if not any(actor.may(permission) for permission in PERMISSIONS.values()):
        check(actor, Permission.DEMAND_IMPORT)
    return actor


Importer = Annotated[Actor, Depends(importer)]
