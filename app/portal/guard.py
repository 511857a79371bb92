"""Who is on the phone: the door of every page of a person's own."""

import hmac
from typing import Annotated, Any

from fastapi import Depends, Request

from app.database import Session
from app.errors import Forbidden
from app.portal import queries
from app.portal.errors import CodeNeeded
from app.portal.queries import Person
from app.portal.service import token_hash
from app.shared.i18n import N_
from app.wall import confine, wall_of_person

COOKIE = "duijie_my"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def refuse_officers(request: Request) -> None:
    """Raises Forbidden (403): whoever is signed in as staff does not speak for a labourer in the same browser (V1)."""
    if getattr(request.state, "actor", None) is not None:
        raise Forbidden(N_("These pages are for the labourer alone. Sign out here, or use another phone."))


class _PersonRequired:
    """A dependency that a test can find on every route."""

    async def __call__(self, request: Request, session: Session) -> Person:
        refuse_officers(request)
        token = request.cookies.get(COOKIE)
        person = await queries.person_of(session, token_hash(token), request.app.state.clock()) if token else None
        if person is None:
            raise CodeNeeded(N_("Enter the code of your slip to go on."))
        if request.method not in SAFE_METHODS:
            given = (await request.form()).get("csrf_token")
            if not isinstance(given, str) or not hmac.compare_digest(given, person.csrf_token):
                raise Forbidden(N_("The page was open too long. Go back and try again; nothing was changed."))
        request.state.csrf_token = person.csrf_token
        await confine(session, wall_of_person(person.labourer_id))
        return person


Oneself = Annotated[Person, Depends(_PersonRequired())]


def asks_for_the_person(dependant: Any) -> bool:
    """Whether a route's dependency tree holds the door."""
    if isinstance(dependant.call, _PersonRequired):
        return True
    return any(asks_for_the_person(child) for child in dependant.dependencies)
