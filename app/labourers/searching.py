"""What is searched for on the demand list: a name, an identity number, a phone. It never stands in an address.

Addresses are logged by proxies, kept in histories and sent along with links. So the words come in a form's body, and
the page they lead to carries them sealed: paging, sorting, the export and the way back work as with any filter, and
only the person who searched can open the seal again.
"""

import base64
import binascii
from typing import Annotated, Final
from urllib.parse import urlencode

from cryptography.exceptions import InvalidTag
from fastapi import Depends, Query, Request
from starlette.datastructures import FormData

from app.errors import Invalid
from app.labourers.queries import Filters
from app.permissions import Actor, Permission, check
from app.shared.encryption import KeyRing
from app.shared.i18n import N_

MOST_CHARACTERS: Final = 60
PADDED_TO: Final = 64  # bytes, so that the length of a seal does not tell eleven digits from eighteen
KEPT: Final = ("scope", "standing", "township", "trade", "status", "sort", "size", "cols")
NOT_IN_AN_ADDRESS = N_(
    "A name or a number of a person must not stand in an address, which is logged and kept. "
    "Use the search box; a program sends a POST request to /api/v1/labourers/search."
)


def seal(keys: KeyRing, actor: Actor, text: str) -> str:
    """The words in a form that may stand in an address."""
    plain = text.encode()
    padded = plain.ljust(-(-len(plain) // PADDED_TO) * PADDED_TO, b"\0")
    sealed = keys.encrypt_bytes(_bound_to(actor), actor.organisation_uuid, padded)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def opened(keys: KeyRing, actor: Actor, sealed: str) -> str:
    """The words again. Raises Invalid (422) for another person's seal, and for one that was altered."""
    try:
        cipher = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        plain = keys.decrypt_bytes(_bound_to(actor), actor.organisation_uuid, cipher)
    except (ValueError, KeyError, binascii.Error, InvalidTag) as error:
        raise Invalid(
            N_("This search was made by somebody else, or its address is damaged. Search again with the search box.")
        ) from error
    return plain.rstrip(b"\0").decode()


def _bound_to(actor: Actor) -> str:
    return f"labourers.search.{actor.user_id}"


def address(keys: KeyRing, actor: Actor, form: FormData) -> str:
    """Where the list stands as a search form asks for it: its filters as they are, its words sealed."""
    text = str(form.get("q") or "").strip()[:MOST_CHARACTERS]
    kept = [(name, str(value)) for name, value in form.multi_items() if name in KEPT and value]
    query = urlencode([*kept, ("search", seal(keys, actor, text))] if text else kept)
    return f"/labourers?{query}" if query else "/labourers"


def refuse_in_address(q: Annotated[str | None, Query(include_in_schema=False)] = None) -> None:
    """Raises Invalid (422) for words that stand in the address: the list must not seem to have been searched."""
    if q:
        raise Invalid(NOT_IN_AN_ADDRESS)


def _filters(
    request: Request,
    _refused: Annotated[None, Depends(refuse_in_address)],
    search: Annotated[str, Query(max_length=1000)] = "",
    scope: str = "",
    standing: str = "",
    township: str = "",
    trade: str = "",
    status: str = "",
    sort: str = "",
) -> Filters:
    actor = check(getattr(request.state, "actor", None), Permission.LABOURERS_VIEW)
    words = opened(request.app.state.keys, actor, search) if search else ""
    return Filters(words, scope, standing, township, trade, status, sort)


FiltersAsked = Annotated[Filters, Depends(_filters)]
