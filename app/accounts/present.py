"""How one's own sign-ins and tokens are shown."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import attempts, identify, organisation_queries, people_present, sessions
from app.accounts.models import ApiToken, User, UserSession
from app.permissions import Actor, Permission
from app.shared.i18n import N_, LazyText, lazy

OUTCOMES = {
    "begun": (N_("signed in"), "good"),
    "code_asked": (N_("password right, code asked for"), "plain"),
    "wrong": (N_("login or password wrong"), "warn"),
    "code_wrong": (N_("code wrong"), "warn"),
    "held_back": (N_("held back after many tries"), "bad"),
    "no_post": (N_("no post any more"), "warn"),
    "unknown_outside": (N_("not known here"), "warn"),
}

PERMISSIONS = {
    Permission.DESK_VIEW: N_("Open the desk"),
    Permission.LABOURERS_VIEW: N_("See the demand list, masked"),
    Permission.LABOURERS_EDIT: N_("Change people on the demand list"),
    Permission.LABOURERS_REVEAL: N_("Have identities shown in full"),
    Permission.LABOURERS_EXPORT: N_("Export the demand list"),
    Permission.DECLARATIONS_RECORD: N_("Record declarations"),
    Permission.DECLARATIONS_REVIEW: N_("Review recorded declarations"),
    Permission.SLIPS_PRINT: N_("Print one-time codes"),
    Permission.EMPLOYERS_VIEW: N_("See employers"),
    Permission.EMPLOYERS_EDIT: N_("Change employers"),
    Permission.EMPLOYERS_VERIFY: N_("Verify employers"),
    Permission.EMPLOYERS_ATTEST: N_("Attest employers for a receiving side without an account"),
    Permission.VACANCIES_VIEW: N_("See the supply list"),
    Permission.VACANCIES_EDIT: N_("Change vacancies"),
    Permission.VACANCIES_VERIFY: N_("Verify vacancies"),
    Permission.VACANCIES_ATTEST: N_("Attest vacancies for a receiving side without an account"),
    Permission.DEMAND_IMPORT: N_("Import the demand list"),
    Permission.SUPPLY_IMPORT: N_("Import the supply list"),
    Permission.MATCHES_VIEW: N_("See match runs"),
    Permission.MATCHES_RUN: N_("Start match runs"),
    Permission.CANDIDATES_VIEW: N_("See candidates by pseudonym"),
    Permission.REFERENCE_VIEW: N_("See reference data"),
    Permission.TITLES_DECIDE: N_("Decide the occupation of a title"),
    Permission.RIGHTS_HANDLE: N_("Handle requests about one's own data"),
    Permission.RETENTION_VIEW: N_("See retention"),
    Permission.RETENTION_RUN: N_("Run retention"),
    Permission.IMPACT_EXPORT: N_("Export the impact assessment"),
    Permission.GRIEVANCES_FILE: N_("File complaints for labourers"),
    Permission.GRIEVANCES_HANDLE: N_("Handle complaints"),
    Permission.PEOPLE_MANAGE: N_("Manage people of the organisation"),
    Permission.ORGANISATIONS_MANAGE: N_("Manage organisations"),
    Permission.ACCOUNT_OWN: N_("Manage the own account"),
    Permission.TRAIL_VIEW: N_("Read the trail"),
    Permission.TRAIL_EXPORT: N_("Export the trail"),
    Permission.KEYS_VIEW: N_("See the state of the keys"),
    Permission.KEYS_ROTATE: N_("Rotate the keys"),
    Permission.NOTICES_VIEW: N_("See messages sent"),
}


def permission_label(permission: str) -> LazyText:
    """What a permission lets one do, in words; its own name for one that has gone."""
    known = {one.value: label for one, label in PERMISSIONS.items()}
    return lazy(known.get(permission, permission.replace("%", "%%")))


def browser_label(text: str) -> str:
    """The kind of browser and system, short; a program by its own first word."""
    names = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
    systems = {"Windows": "Windows", "Android": "Android", "iPhone": "iPhone", "Mac OS": "macOS", "Linux": "Linux"}
    found = [next((name for sign, name in table.items() if sign in text), "") for table in (names, systems)]
    return " · ".join(one for one in found if one) or text.split(" ", maxsplit=1)[0][:40]


@dataclass(frozen=True)
class FactorReset:
    """Who took a person's second factor away, when and why: told until a new one is in use."""

    at: datetime
    who: str
    why: str


async def factor_reset(session: AsyncSession, actor: Actor) -> FactorReset | None:
    """What the person has to be told of, if somebody took their second factor away."""
    at = await session.scalar(select(User.factor_reset_at).where(User.id == actor.user_id))
    if at is None:
        return None
    history = await organisation_queries.events(session, "user", actor.user_id)
    last = next(((event, who) for event, who in history if event.act == "second_factor.reset"), None)
    return FactorReset(at, (last[1] if last else None) or "", (last[0].reason if last else None) or "")


async def done_by_others(session: AsyncSession, actor: Actor) -> list[dict[str, Any]]:
    """What others did to the person's account and posts, for a timeline."""
    history = await organisation_queries.events(session, "user", actor.user_id)
    return people_present.events((event, who) for event, who in history if event.user_id != actor.user_id)


async def sign_ins(request: Request, session: AsyncSession, actor: Actor) -> dict[str, Any]:
    """Sessions that run and tries with the person's login."""
    now, idle = request.app.state.clock(), timedelta(minutes=request.app.state.settings.idle_minutes)
    token, _ = identify.token_of(request)
    here = sessions.token_hash(token) if token else b""
    running = await sessions.running(session, actor.user_id, now, idle)
    tries = await attempts.own_attempts(session, actor)
    return {
        "sessions": [session_row(one, here) for one in running],
        "by_others": await done_by_others(session, actor),
        "tries": [
            {
                "at": one.at,
                "address": one.address,
                "browser": browser_label(one.browser),
                "outcome": lazy(OUTCOMES[one.outcome][0]),
                "kind": OUTCOMES[one.outcome][1],
            }
            for one in tries
        ],
    }


def session_row(one: UserSession, here: bytes) -> dict[str, Any]:
    """One running session, and whether it is the one that asks."""
    return {
        "uuid": one.uuid,
        "begun": one.created_at,
        "seen": one.last_seen_at or one.created_at,
        "address": one.address,
        "browser": browser_label(one.browser),
        "here": one.token_hash == here,
    }


def token_row(one: ApiToken, now: Any) -> dict[str, Any]:
    """One token of a program, without anything that opens."""
    state = "revoked" if one.revoked_at else "expired" if one.expires_at <= now else "running"
    return {
        "uuid": one.uuid,
        "name": one.name,
        "scopes": [permission_label(scope) for scope in one.scopes],
        "created": one.created_at,
        "expires": one.expires_at,
        "used": one.last_used_at,
        "state": state,
    }
