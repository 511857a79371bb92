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
    OFFERS_VIEW = "offers:view"
    OFFERS_MAKE = "offers:make"
    OFFERS_HEAR = "offers:hear"  # a person's own answer, in an office that earns nothing by it
    OFFERS_ANSWER = "offers:answer"  # the employer's, to those who said yes
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
    NOTICES_VIEW = "notices:view"  # what the own office's acts have had sent, and whether it arrived


class Reach(StrEnum):
    """Whose rows a permission opens. Each feature's ``visible_to`` turns it into a condition."""

    SELF = "self"  # one's own account
    OFFICE = "office"  # what the own office entered or started
    FIRM = "firm"  # what the own firm or its people entered
    CUSTODY = "custody"  # people in the own office's custody, within the post's region
    VILLAGE = "village"  # people of one village
    REGION = "region"  # every office's rows within the post's region
    OFFERED = "offered"  # what the own office entered, and what is verified and open to all
    OFFERED_AND_REGION = "offered_and_region"  # the same, and everything within the post's region
    CODES = "codes"  # people by code name and in bands, groups under five not at all
    REGION_CODES = "region_codes"  # the same, of the post's region
    DUTY = "duty"  # what was assigned to the own office, never where it is named itself
    PUBLIC = "public"  # laws, lists and rules: the same for everybody
    SYSTEM = "system"  # the whole installation; never people of the lists


P, R = Permission, Reach
Grants = dict[Permission, Reach]


def _to(reach: Reach, *permissions: Permission) -> Grants:
    return dict.fromkeys(permissions, reach)


_OWN: Grants = _to(R.SELF, P.DESK_VIEW, P.ACCOUNT_OWN) | _to(R.PUBLIC, P.REFERENCE_VIEW)
_OFFICES: Grants = _OWN | _to(R.OFFERED, P.VACANCIES_VIEW, P.EMPLOYERS_VIEW)
_ON_PEOPLE = (P.LABOURERS_VIEW, P.LABOURERS_EDIT, P.LABOURERS_REVEAL, P.DECLARATIONS_RECORD, P.SLIPS_PRINT)

GRANTS: dict[Role, Grants] = {
    Role.COUNTY_OFFICER: _OFFICES
    | _to(R.CUSTODY, *_ON_PEOPLE, P.LABOURERS_EXPORT, P.RIGHTS_HANDLE, P.GRIEVANCES_FILE)
    | _to(R.CUSTODY, P.OFFERS_VIEW, P.OFFERS_MAKE, P.OFFERS_HEAR)
    | _to(R.OFFICE, P.DECLARATIONS_REVIEW, P.DEMAND_IMPORT, P.SUPPLY_IMPORT, P.EMPLOYERS_EDIT, P.VACANCIES_EDIT)
    | _to(R.OFFICE, P.MATCHES_VIEW, P.MATCHES_RUN, P.RETENTION_VIEW, P.IMPACT_EXPORT, P.NOTICES_VIEW)
    | _to(R.OFFERED, P.EMPLOYERS_ATTEST, P.VACANCIES_ATTEST)
    | _to(R.CODES, P.CANDIDATES_VIEW)
    | _to(R.PUBLIC, P.TITLES_DECIDE),
    Role.TOWNSHIP_OFFICER: _OFFICES
    | _to(R.REGION, *_ON_PEOPLE, P.MATCHES_VIEW, P.GRIEVANCES_FILE, P.OFFERS_VIEW, P.OFFERS_HEAR)
    | _to(R.OFFICE, P.DEMAND_IMPORT),
    Role.VILLAGE_OFFICER: _OFFICES
    | _to(R.VILLAGE, P.LABOURERS_VIEW, P.DECLARATIONS_RECORD, P.GRIEVANCES_FILE, P.OFFERS_VIEW, P.OFFERS_HEAR),
    Role.BROKER: _OFFICES | _to(R.CODES, P.CANDIDATES_VIEW),
    Role.EMPLOYER: _OWN
    | _to(R.FIRM, P.VACANCIES_VIEW, P.EMPLOYERS_VIEW, P.VACANCIES_EDIT, P.OFFERS_VIEW, P.OFFERS_ANSWER)
    | _to(R.OFFICE, P.SUPPLY_IMPORT)
    | _to(R.CODES, P.CANDIDATES_VIEW),
    Role.RECEIVING_OFFICER: _OWN
    | _to(R.OFFERED_AND_REGION, P.VACANCIES_VIEW, P.EMPLOYERS_VIEW)
    | _to(R.REGION, P.EMPLOYERS_EDIT, P.EMPLOYERS_VERIFY, P.VACANCIES_EDIT, P.VACANCIES_VERIFY, P.GRIEVANCES_FILE)
    | _to(R.OFFICE, P.SUPPLY_IMPORT)
    | _to(R.PUBLIC, P.TITLES_DECIDE),
    Role.STATION: _OWN
    | _to(R.OFFERED, P.VACANCIES_VIEW)
    | _to(R.OFFERED_AND_REGION, P.EMPLOYERS_VIEW)
    | _to(R.REGION, P.GRIEVANCES_FILE),
    Role.CARRIER: _OWN,
    Role.TRAINING_BODY: _OFFICES,
    Role.FINANCE: _OWN,
    Role.RURAL_OFFICER: _OWN,
    Role.INSPECTOR: _OFFICES | _to(R.DUTY, P.GRIEVANCES_HANDLE) | _to(R.OFFICE, P.NOTICES_VIEW),
    Role.PROVINCE: _OFFICES | _to(R.REGION, P.LABOURERS_VIEW, P.MATCHES_VIEW, P.RETENTION_VIEW),
    Role.AUDITOR: _OFFICES
    | _to(R.REGION_CODES, P.MATCHES_VIEW)
    | _to(R.REGION, P.TRAIL_VIEW, P.TRAIL_EXPORT, P.RETENTION_VIEW, P.IMPACT_EXPORT)
    | _to(R.SYSTEM, P.KEYS_VIEW),
    Role.ADMINISTRATOR: _OWN | _to(R.OFFICE, P.PEOPLE_MANAGE, P.NOTICES_VIEW),
    Role.OPERATOR: _OWN
    | _to(R.SYSTEM, P.PEOPLE_MANAGE, P.ORGANISATIONS_MANAGE, P.KEYS_VIEW, P.KEYS_ROTATE)
    | _to(R.SYSTEM, P.RETENTION_VIEW, P.RETENTION_RUN),
}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {role: frozenset(grants) for role, grants in GRANTS.items()}

# What each act is for: shown beside it on the matrix, and the answer to "why may they?".
PURPOSES: dict[Permission, str] = {
    P.DESK_VIEW: N_("to see one's own work of today"),
    P.LABOURERS_VIEW: N_("to find work with the people in one's care"),
    P.LABOURERS_EDIT: N_("to keep a person's record right"),
    P.LABOURERS_REVEAL: N_("to call a person or fill in a form, with a reason the person can read"),
    P.LABOURERS_EXPORT: N_("to work on the list where there is no line"),
    P.DECLARATIONS_RECORD: N_("to take down a person's own word"),
    P.DECLARATIONS_REVIEW: N_("to look again at many statements of one recorder"),
    P.SLIPS_PRINT: N_("to give a person the way to their own pages"),
    P.EMPLOYERS_VIEW: N_("to know who offers work"),
    P.EMPLOYERS_EDIT: N_("to keep the list of employers right"),
    P.EMPLOYERS_VERIFY: N_("to let only real and lawful employers offer work"),
    P.EMPLOYERS_ATTEST: N_("to check an employer where the receiving side has nobody yet"),
    P.VACANCIES_VIEW: N_("to know which work is offered"),
    P.VACANCIES_EDIT: N_("to offer work and keep the offer right"),
    P.VACANCIES_VERIFY: N_("to let only real and lawful posts open"),
    P.VACANCIES_ATTEST: N_("to check a post where the receiving side has nobody yet"),
    P.DEMAND_IMPORT: N_("to bring in the register of people who want work"),
    P.SUPPLY_IMPORT: N_("to bring in lists of posts"),
    P.MATCHES_VIEW: N_("to see who fits where, and why"),
    P.MATCHES_RUN: N_("to match the two lists"),
    P.CANDIDATES_VIEW: N_("to see how many suit a post, without knowing who they are"),
    P.OFFERS_VIEW: N_("to follow what was offered to whom"),
    P.OFFERS_MAKE: N_("to offer people the posts that suit them"),
    P.OFFERS_HEAR: N_("to take down a person's own answer to an offer"),
    P.OFFERS_ANSWER: N_("to take on those who said yes"),
    P.REFERENCE_VIEW: N_("to look up places, trades and rules"),
    P.TITLES_DECIDE: N_("to say which trade a title means"),
    P.RIGHTS_HANDLE: N_("to answer a person who asks for a copy, a correction, a deletion or a person's decision"),
    P.RETENTION_VIEW: N_("to see how long what is kept"),
    P.RETENTION_RUN: N_("to delete what is due"),
    P.IMPACT_EXPORT: N_("to account for the handling of personal data"),
    P.GRIEVANCES_FILE: N_("to write down a complaint for a person who asks"),
    P.GRIEVANCES_HANDLE: N_("to help a person who complains"),
    P.PEOPLE_MANAGE: N_("to give and end the posts of an office's people"),
    P.ORGANISATIONS_MANAGE: N_("to let offices, agencies and firms in"),
    P.ACCOUNT_OWN: N_("to keep one's own account safe"),
    P.TRAIL_VIEW: N_("to check who did and read what"),
    P.TRAIL_EXPORT: N_("to check the trail elsewhere"),
    P.KEYS_VIEW: N_("to see that the keys are changed in time"),
    P.KEYS_ROTATE: N_("to change the keys"),
    P.NOTICES_VIEW: N_("to see whether a message was sent, and tell the person otherwise if not"),
}

# Routes that need nobody signed in; everything else has ``require``. A test holds the two together.
PUBLIC_PATHS = frozenset(
    {
        "/sign-in",
        "/health",
        "/static/{path:path}",
        "/api/v1/sessions",
        "/api/v1/openapi.json",
        "/sign-in/code",
        "/api/v1/sessions/code",
        "/sign-in/outside",
        "/sign-in/outside/back",
        # a complaint needs no account (V9)
        "/my/in",
        "/invitations/{token}",
        "/complaint",
        "/complaint/{act}",
        # a gateway passes on what people answered, signed
        "/api/v1/notices/replies",
    }
)


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
    village: str | None = None  # the one village of a village officer's post, by its name in the register
    csrf_token: str = ""
    limited_to: frozenset[Permission] | None = (
        None  # a program's token, or a sign-in that still lacks its second factor
    )

    def may(self, permission: Permission) -> bool:
        """Whether the role holds the permission; which rows, the feature's ``visible_to`` says."""
        within = self.limited_to is None or permission in self.limited_to
        return within and permission in GRANTS[self.role]

    def reach(self, permission: Permission) -> Reach | None:
        """Whose rows the permission opens to this person; none without it."""
        return GRANTS[self.role][permission] if self.may(permission) else None


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
