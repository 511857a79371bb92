"""Coming back with a receipt: what the person said and did, and the story to show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import AppError, Forbidden, NotFound, TooManyRequests
from app.grievances import closing, present, queries, records, service
from app.grievances.kinds import book, kind_label
from app.grievances.service import Complainant
from app.shared.encryption import KeyRing
from app.shared.i18n import N_, lazy

ACTS = ("look", "words", "close", "review")
WAIT = N_("Too many tries from here. Wait a while, or call one of the numbers below.")
NOT_SIGNED_IN = N_(
    "An officer took this complaint down. It is opened by the person it belongs to, on their own phone or once nobody "
    "is signed in here."
)


@dataclass(frozen=True)
class Back:
    """What to show: the story, if the code opens one, and what went wrong, if something did."""

    code: str
    story: dict[str, Any] | None = None
    error: AppError | None = None

    @property
    def status(self) -> int:
        return self.error.status if self.error else 200

    def context(self, act: str) -> dict[str, Any]:
        """What a page needs to show it."""
        return {
            "code": self.code,
            "story": self.story,
            "done": "look" if self.error else act,
            "problem": lazy(self.error.message, **self.error.params) if self.error else None,
            "lines": book().lines,
        }


async def come_back(
    session: AsyncSession,
    keys: KeyRing,
    act: str,
    form: Mapping[str, Any],
    *,
    whence: str,
    now: datetime,
    is_staff: bool = False,
) -> Back:
    """Read the answers, add words, close, or have another authority look. Raises NotFound (404) for another act.

    ``is_staff``: somebody is signed in in the same browser; what an officer took down does not open there.
    What goes wrong is returned and not raised: the try itself must be kept.
    """
    if act not in ACTS:
        raise NotFound(N_("There is no such page. Check the address, or start from the desk."))
    code = str(form.get("code", "")).replace("\x00", "")[:60]
    if await service.is_too_often(session, keys, whence, "look", now):
        return Back(code, error=TooManyRequests(WAIT))
    who = service.by_receipt(keys, code)
    try:
        if is_staff and (await service.read(session, who)).channel == "officer":
            return Back(code, error=Forbidden(NOT_SIGNED_IN))
        await _do(session, keys, act, who, form, now)
        return Back(code, await _story(session, keys, who, now))
    except NotFound:
        return Back(code, error=NotFound(N_("No complaint has this code. Compare it with the receipt.")))
    except AppError as error:
        return Back(code, await _story(session, keys, who, now), error)


async def _do(
    session: AsyncSession, keys: KeyRing, act: str, who: Complainant, form: Mapping[str, Any], now: datetime
) -> None:
    text = str(form.get("why" if act == "review" else "text", "")).replace("\x00", "")
    if act == "words":
        names, afraid = str(form.get("names", "")), bool(form.get("retaliation"))
        await service.add_words(session, keys, who, text, now=now, names=names, retaliation=afraid)
    elif act == "close":
        await service.close(session, keys, who, now=now)
    elif act == "review":
        await service.ask_review(session, keys, who, text, now=now)


async def _story(session: AsyncSession, keys: KeyRing, who: Complainant, now: datetime) -> dict[str, Any]:
    grievance = await service.read(session, who)
    is_open, is_answered = grievance.state != "closed", grievance.state == "answered"
    hindrance = await closing.hindrance_of(session, grievance, now) if is_open else None
    return {
        "kind": kind_label(grievance.kind),
        "tags": present.tags(grievance, now),
        "text": records.text_of(keys, grievance),
        "events": present.events(keys, await queries.events_of(session, grievance.id)),
        "is_open": is_open,
        "may_close": is_open and hindrance is None,
        "waits": lazy(hindrance.message, **hindrance.params) if hindrance and is_answered else None,
        "may_review": is_answered and not grievance.review_wanted,
    }
