"""Who may do what: the one matrix, the actor of a request, and the door every route goes through.

A permission is ``resource:act``. What a role may see of a resource is decided by each feature's
``visible_to(actor)``; invisible is 404, visible but forbidden is 403.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from fastapi import Depends, Request

from app.errors import Forbidden, Unauthenticated
from app.shared.i18n import N_


class Role(StrEnum):
    """What a person does in an organisation."""

    COUNTY_OFFICER = "county_officer"
    TOWNSHIP_OFFICER = "township_officer"
    VILLAGE_OFFICER = "village_officer"
    BROKER = "broker"
    EMPLOYER = "employer"
    RECEIVING_OFFICER = "receiving_officer"
    STATION = "station"
    CARRIER = "carrier"
    TRAINING_BODY = "training_body"
    FINANCE = "finance"
    RURAL_OFFICER = "rural_officer"  # agriculture and rural affairs: owner of household identity
    INSPECTOR = "inspector"  # labour inspection and arbitration
    PROVINCE = "province"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"  # of one organisation's people and posts
    OPERATOR = "operator"  # of the system


class Permission(StrEnum):
    """An act on a resource, in the order of the work."""

    DESK_VIEW = "desk:view"
    LABOURERS_VIEW = "labourers:view"
    LABOURERS_EDIT = "labourers:edit"
    LABOURERS_REVEAL = "labourers:reveal"
    LABOURERS_EXPORT = "labourers:export"
    DECLARATIONS_RECORD = "declarations:record"
    DECLARATIONS_REVIEW = "declarations:review"
    SLIPS_PRINT = "slips:print"  # one-time codes for the labourer's own pages
    EMPLOYERS_VIEW = "employers:view"
    EMPLOYERS_EDIT = "employers:edit"
    EMPLOYERS_VERIFY = "employers:verify"
    EMPLOYERS_ATTEST = "employers:attest"  # the sending county, where the receiving side has nobody yet
    VACANCIES_VIEW = "vacancies:view"
    VACANCIES_EDIT = "vacancies:edit"
    VACANCIES_VERIFY = "vacancies:verify"
    VACANCIES_ATTEST = "vacancies:attest"
    DEMAND_IMPORT = "demand:import"
    SUPPLY_IMPORT = "supply:import"
    MATCHES_VIEW = "matches:view"
    MATCHES_RUN = "matches:run"
    CANDIDATES_VIEW = "candidates:view"  # by pseudonym, in bands
    REFERENCE_VIEW = "reference:view"
    TITLES_DECIDE = "titles:decide"
    RIGHTS_HANDLE = "rights:handle"  # access copies, restriction, deletion, objection
    RETENTION_VIEW = "retention:view"
    RETENTION_RUN = "retention:run"
    IMPACT_EXPORT = "impact:export"
    GRIEVANCES_FILE = "grievances:file"  # for a labourer who asks an officer to
    GRIEVANCES_HANDLE = "grievances:handle"
    PEOPLE_MANAGE = "people:manage"  # of one's own organisation: invitations, posts, lock-outs
    ORGANISATIONS_MANAGE = "organisations:manage"
    ACCOUNT_OWN = "account:own"  # one's own password, second factor, sessions, tokens
    TRAIL_VIEW = "trail:view"
    TRAIL_EXPORT = "trail:export"
    KEYS_VIEW = "keys:view"
    KEYS_ROTATE = "keys:rotate"


P = Permission
_OWN = {P.DESK_VIEW, P.REFERENCE_VIEW, P.ACCOUNT_OWN}
_EVERYONE = _OWN | {P.VACANCIES_VIEW, P.EMPLOYERS_VIEW}
_SENDING = (
    _EVERYONE
    | {P.LABOURERS_VIEW, P.LABOURERS_EDIT, P.LABOURERS_REVEAL, P.DECLARATIONS_RECORD, P.SLIPS_PRINT, P.MATCHES_VIEW}
    | {P.GRIEVANCES_FILE}
)

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.COUNTY_OFFICER: frozenset(
        _SENDING
        | {P.LABOURERS_EXPORT, P.DECLARATIONS_REVIEW, P.DEMAND_IMPORT, P.SUPPLY_IMPORT, P.EMPLOYERS_EDIT}
        | {P.VACANCIES_EDIT, P.MATCHES_RUN, P.CANDIDATES_VIEW, P.TITLES_DECIDE, P.EMPLOYERS_ATTEST, P.VACANCIES_ATTEST}
        | {P.RIGHTS_HANDLE, P.RETENTION_VIEW, P.IMPACT_EXPORT}
    ),
    Role.TOWNSHIP_OFFICER: frozenset(_SENDING | {P.DEMAND_IMPORT}),
    Role.VILLAGE_OFFICER: frozenset(_EVERYONE | {P.LABOURERS_VIEW, P.DECLARATIONS_RECORD, P.GRIEVANCES_FILE}),
    Role.BROKER: frozenset(_EVERYONE | {P.CANDIDATES_VIEW}),
    Role.EMPLOYER: frozenset(_EVERYONE | {P.VACANCIES_EDIT, P.SUPPLY_IMPORT, P.CANDIDATES_VIEW}),
    Role.RECEIVING_OFFICER: frozenset(
        _EVERYONE
        | {P.EMPLOYERS_EDIT, P.EMPLOYERS_VERIFY, P.VACANCIES_EDIT, P.VACANCIES_VERIFY, P.SUPPLY_IMPORT}
        | {P.TITLES_DECIDE, P.GRIEVANCES_FILE}
    ),
    Role.STATION: frozenset(_EVERYONE | {P.GRIEVANCES_FILE}),
    Role.CARRIER: frozenset(_OWN),
    Role.TRAINING_BODY: frozenset(_EVERYONE),
    Role.FINANCE: frozenset(_OWN),
    Role.RURAL_OFFICER: frozenset(_OWN),
    Role.INSPECTOR: frozenset(_EVERYONE | {P.GRIEVANCES_HANDLE}),
    Role.PROVINCE: frozenset(_EVERYONE | {P.LABOURERS_VIEW, P.MATCHES_VIEW, P.RETENTION_VIEW}),
    Role.AUDITOR: frozenset(
        _EVERYONE | {P.TRAIL_VIEW, P.TRAIL_EXPORT, P.MATCHES_VIEW, P.RETENTION_VIEW, P.IMPACT_EXPORT, P.KEYS_VIEW}
    ),
    Role.ADMINISTRATOR: frozenset(_OWN | {P.PEOPLE_MANAGE}),
    Role.OPERATOR: frozenset(
        _OWN | {P.PEOPLE_MANAGE, P.ORGANISATIONS_MANAGE, P.KEYS_VIEW, P.KEYS_ROTATE, P.RETENTION_VIEW, P.RETENTION_RUN}
    ),
}

# Routes that need nobody signed in; everything else has ``require``. A test holds the two together.
PUBLIC_PATHS = frozenset({"/sign-in", "/health", "/static/{path:path}", "/api/v1/sessions", "/api/v1/openapi.json"}) | {
    "/sign-in/code", "/api/v1/sessions/code", "/sign-in/outside", "/sign-in/outside/back",
}  # fmt: skip


@dataclass(frozen=True)
class Actor:
    """The person behind a request, in one of their posts."""

    user_id: int
    display_name: str
    post_id: int
    role: Role
    organisation_id: int
    organisation_uuid: UUID
    organisation_name: str
    organisation_kind: str
    organisation_locality: str | None
    scope: tuple[str, ...]  # roots of the subtrees of divisions this post reaches
    csrf_token: str = ""
    limited_to: frozenset[Permission] | None = (
        None  # a program's token, or a sign-in that still lacks its second factor
    )

    def may(self, permission: Permission) -> bool:
        """Whether the role holds the permission; which rows, the feature's ``visible_to`` says."""
        within = self.limited_to is None or permission in self.limited_to
        return within and permission in ROLE_PERMISSIONS[self.role]


def check(actor: Actor | None, permission: Permission) -> Actor:
    """The actor, if signed in and allowed. Raises Unauthenticated (401), Forbidden (403)."""
    if actor is None:
        raise Unauthenticated(N_("Sign in to go on."))
    if not actor.may(permission):
        raise Forbidden(N_("Your post does not include this. Ask your office's administrator if you need it."))
    return actor


class _Required:
    """A dependency that carries its permission, so that a test can read it off every route."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    def __call__(self, request: Request) -> Actor:
        return check(getattr(request.state, "actor", None), self.permission)


def require(permission: Permission) -> Any:
    """For ``Annotated[Actor, require(Permission.X)]`` in a route's parameters."""
    return Depends(_Required(permission))


def required_permissions(dependant: Any) -> set[Permission]:
    """The permissions a route's dependency tree asks for."""
    found = {dependant.call.permission} if isinstance(dependant.call, _Required) else set()
    for child in dependant.dependencies:
        found |= required_permissions(child)
    return found
