"""One message for the next page: what was done, and the way to undo it.

It travels in a short-lived cookie as message id and parameters, not as text: only messages of our own catalogue are
ever shown, in the reader's language, whatever a cookie says. A link back must lead to this site.
"""

import base64
import json
from dataclasses import dataclass
from typing import Final, Literal, cast, get_args

from starlette.requests import Request
from starlette.responses import Response

from app.shared.i18n import DEFAULT_LOCALE, LazyText, catalogue

Kind = Literal["good", "info", "warn", "bad"]
COOKIE: Final = "duijie_flash"
# Read by the very next page; a minute covers a slow line.
COOKIE_SECONDS: Final = 60


@dataclass(frozen=True)
class Flash:
    """``undo`` is an address of ours that takes a POST and takes the act back."""

    text: LazyText
    kind: Kind = "good"
    undo: str | None = None


def set_flash(response: Response, text: LazyText, *, kind: Kind = "good", undo: str | None = None) -> None:
    """Show ``text`` on the next page of this browser; parameters must be plain text or numbers."""
    body = {"id": text.msgid, "plural": text.plural, "n": text.n, "params": dict(text.params), "kind": kind}
    if undo:
        body["undo"] = undo
    packed = base64.urlsafe_b64encode(json.dumps(body).encode()).decode()
    response.set_cookie(COOKIE, packed, max_age=COOKIE_SECONDS, httponly=True, samesite="lax")


def take_flash(request: Request) -> Flash | None:
    """The message a former answer left, or nothing if it is missing, broken or not one of ours."""
    packed = request.cookies.get(COOKIE)
    if not packed:
        return None
    try:
        body = json.loads(base64.urlsafe_b64decode(packed))
        text = LazyText(str(body["id"]), body.get("plural"), body.get("n"), dict(body.get("params") or {}))
        str(text)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if text.msgid not in catalogue(DEFAULT_LOCALE) or body.get("kind") not in get_args(Kind):
        return None
    undo = body.get("undo")
    return Flash(text, cast(Kind, body["kind"]), undo if _is_ours(undo) else None)


def _is_ours(address: object) -> bool:
    # "//host" and "/\host" lead elsewhere in a browser.
    return isinstance(address, str) and address.startswith("/") and not address.startswith(("//", "/\\"))
