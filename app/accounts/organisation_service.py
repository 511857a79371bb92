"""The operator's acts on the register: enter an organisation, correct it, close it, open it again."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.accounts import organisation_queries as queries
from app.accounts.models import ORGANISATION_KINDS, Organisation
from app.errors import Conflict, Invalid, Stale
from app.permissions import Actor
from app.shared.i18n import N_
from app.shared.identity_numbers import check_credit_code

NO_PLACE = frozenset({"operator", "employer", "carrier", "training_body"})  # all others work for a region
IN_A_TOWNSHIP = frozenset({"township", "village"})
TOWNSHIP_DIGITS = 9  # of a division's code; a county's has six
PAPERS = ("licence", "dispatch_permit")
LONGEST_NAME = 80


@dataclass(frozen=True)
class OrganisationFacts:
    """What is entered of an organisation; names as in ``Organisation``."""

    name: str
    kind: str
    locality_code: str | None = None
    village_name: str | None = None
    credit_code: str | None = None
    licence_number: str | None = None
    licence_from: date | None = None
    licence_until: date | None = None
    dispatch_permit_number: str | None = None
    dispatch_permit_from: date | None = None
    dispatch_permit_until: date | None = None


async def create(session: AsyncSession, actor: Actor, facts: OrganisationFacts) -> Organisation:
    """Enter an organisation. Raises Invalid (422) with the fields at fault."""
    facts = _trimmed(facts)
    await _check(session, facts, None)
    organisation = Organisation(**asdict(facts))
    session.add(organisation)
    await session.flush()  # the trail needs the id
    audit.record(session, actor, "organisation.enter", "organisation", organisation.id)
    return organisation


async def correct(
    session: AsyncSession, actor: Actor, organisation: Organisation, facts: OrganisationFacts, *, version: int
) -> None:
    """Correct a locked organisation; its kind stays. Raises Invalid (422), Stale (412)."""
    if organisation.version != version:
        raise Stale(N_("Somebody else changed this organisation meanwhile. Load it again."))
    facts = _trimmed(facts)
    if facts.kind != organisation.kind:
        message = N_("The kind stays, as posts were given for it. Close this organisation and enter another.")
        raise Invalid(message, fields={"kind": N_("This cannot be changed.")})
    await _check(session, facts, organisation.id)
    changes: dict[str, Any] = {}
    for name, value in asdict(facts).items():
        old = getattr(organisation, name)
        if old != value:
            changes[name] = [_plain(old), _plain(value)]
            setattr(organisation, name, value)
    if changes:
        organisation.version += 1
        audit.record(session, actor, "organisation.change", "organisation", organisation.id, changes=changes)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


async def close(session: AsyncSession, actor: Actor, organisation: Organisation, reason: str, *, now: datetime) -> None:
    """Close a locked organisation: its posts open nothing any more. Raises Conflict (409), Invalid (422)."""
    if organisation.id == actor.organisation_id:
        raise Conflict(N_("You cannot close your own organisation. Another operator's office has to do it."))
    if organisation.closed_at is not None:
        raise Conflict(N_("This organisation is closed already."))
    _say_why(reason)
    organisation.closed_at, organisation.version = now, organisation.version + 1
    audit.record(session, actor, "organisation.close", "organisation", organisation.id, reason=reason.strip())


async def reopen(session: AsyncSession, actor: Actor, organisation: Organisation) -> None:
    """Open a closed organisation again, with the posts it had. Raises Conflict (409)."""
    if organisation.closed_at is None:
        raise Conflict(N_("This organisation is open."))
    if await queries.name_taken(session, organisation.name, organisation.kind, organisation.id):
        raise Conflict(N_("Another organisation of this kind bears the name now."))
    organisation.closed_at, organisation.version = None, organisation.version + 1
    audit.record(session, actor, "organisation.reopen", "organisation", organisation.id)


def _say_why(reason: str) -> None:
    if len(reason.strip()) < 2:
        raise Invalid(N_("Say why."), fields={"reason": N_("Required.")})


def _trimmed(facts: OrganisationFacts) -> OrganisationFacts:
    """Without spaces around any text: a name of spaces is none, and one with them would pass for another."""
    texts: dict[str, Any] = {name: one.strip() for name, one in asdict(facts).items() if isinstance(one, str)}
    empty = {name: None for name, text in texts.items() if not text and name not in {"name", "kind"}}
    return replace(facts, **texts | empty)


async def _check(session: AsyncSession, facts: OrganisationFacts, own_id: int | None) -> None:
    fields = _field_problems(facts)
    if facts.locality_code and not await queries.lie_under(session, [facts.locality_code], None):
        fields["locality_code"] = N_("No division in force has this code.")
    if not fields and await queries.name_taken(session, facts.name, facts.kind, own_id):
        fields["name"] = N_("An open organisation of this kind bears this name already.")
    if fields:
        raise Invalid(N_("Something in the form needs your attention."), fields=fields)


def _field_problems(facts: OrganisationFacts) -> dict[str, str]:
    fields: dict[str, str] = {}
    if not 2 <= len(facts.name) <= LONGEST_NAME:
        fields["name"] = N_("Between 2 and 80 characters.")
    if facts.kind not in ORGANISATION_KINDS:
        fields["kind"] = N_("Choose one of the list.")
    if facts.locality_code is None and facts.kind not in NO_PLACE:
        fields["locality_code"] = N_("Required: the region this office works for.")
    elif facts.kind in IN_A_TOWNSHIP and len(facts.locality_code or "") != TOWNSHIP_DIGITS:
        fields["locality_code"] = N_("The code of the township, nine digits: a wider place would open others' people.")
    if (facts.kind == "village") != bool(facts.village_name):
        fields["village_name"] = N_("A village committee's village, as the register writes it; nobody else has one.")
    if facts.credit_code and not isinstance(check_credit_code(facts.credit_code), str):
        fields["credit_code"] = N_("A credit code has 18 letters and digits. Compare it with the business licence.")
    for paper in PAPERS:
        fields |= _paper_problems(facts, paper)
    if facts.kind == "broker" and not facts.licence_number and "licence_number" not in fields:
        fields["licence_number"] = N_("Required: an agency without a licence may not bring people to employers.")
    return fields


def _paper_problems(facts: OrganisationFacts, paper: str) -> dict[str, str]:
    names = [f"{paper}_{part}" for part in ("number", "from", "until")]
    number, begins, ends = (getattr(facts, name) for name in names)
    given = [bool(number), begins is not None, ends is not None]
    if any(given) and not all(given):
        return {
            name: N_("Number and both days belong together.")
            for name, there in zip(names, given, strict=True)
            if not there
        }
    if begins and ends and begins > ends:
        return {names[2]: N_("The last day lies before the first.")}
    return {}
