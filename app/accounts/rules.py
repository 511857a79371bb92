"""Which role belongs to which kind of office, and which roles one person may not hold at once."""

from collections.abc import Iterable
from itertools import product

from app.permissions import Role
from app.shared.i18n import N_

R = Role

# The work of each kind of office; besides it every office but the operator's has its administrator.
MAIN_ROLE: dict[str, Role] = {
    "county": R.COUNTY_OFFICER,
    "township": R.TOWNSHIP_OFFICER,
    "village": R.VILLAGE_OFFICER,
    "receiving_office": R.RECEIVING_OFFICER,
    "station": R.STATION,
    "broker": R.BROKER,
    "employer": R.EMPLOYER,
    "carrier": R.CARRIER,
    "training_body": R.TRAINING_BODY,
    "finance": R.FINANCE,
    "rural_office": R.RURAL_OFFICER,
    "inspection": R.INSPECTOR,
    "province": R.PROVINCE,
    "auditor": R.AUDITOR,
    "operator": R.OPERATOR,
}
SELLING_KINDS = frozenset({"broker", "employer"})


def roles_of(kind: str) -> tuple[Role, ...]:
    """The roles an office of that kind can give."""
    main = MAIN_ROLE[kind]
    return (main,) if main is R.OPERATOR else (main, R.ADMINISTRATOR)


def side_of(role: str, kind: str) -> Role:
    """What a post counts as when interests are compared: an administrator stands where their office stands."""
    return MAIN_ROLE[kind] if role == R.ADMINISTRATOR else Role(role)


_OFFICES = (R.COUNTY_OFFICER, R.TOWNSHIP_OFFICER, R.VILLAGE_OFFICER, R.RECEIVING_OFFICER, R.STATION)
_WATCHING = (R.INSPECTOR, R.FINANCE, R.PROVINCE, R.RURAL_OFFICER, R.OPERATOR)
_EVERYBODY_ELSE = tuple(role for role in Role if role not in {R.AUDITOR, R.ADMINISTRATOR})

# (one of these, with one of those, why)
_GROUPS: tuple[tuple[Iterable[Role], Iterable[Role], str], ...] = (
    (
        (R.BROKER,),
        _OFFICES + _WATCHING,
        N_("Who earns a referral may not take a confirmation, check a claim, pay it or release a trip."),
    ),
    ((R.EMPLOYER,), _OFFICES + _WATCHING, N_("Who hires may not verify, inspect or pay for the same posts.")),
    ((R.CARRIER,), _OFFICES + _WATCHING, N_("Who is paid for the ride may not order, release or check it.")),
    (
        (R.TRAINING_BODY,),
        (R.COUNTY_OFFICER, R.TOWNSHIP_OFFICER, R.INSPECTOR, R.FINANCE, R.OPERATOR),
        N_("Who is paid for training may not check or pay the claim."),
    ),
    ((R.FINANCE,), (*_OFFICES, R.RURAL_OFFICER), N_("Who makes or checks a claim may not pay it.")),
    ((R.INSPECTOR,), _OFFICES, N_("Who hears complaints may not belong to an office complained of.")),
    (
        (R.OPERATOR,),
        (R.COUNTY_OFFICER, R.TOWNSHIP_OFFICER, R.VILLAGE_OFFICER, R.INSPECTOR),
        N_("Who gives out the accounts may not read the people's records or hear their complaints."),
    ),
    ((R.AUDITOR,), _EVERYBODY_ELSE, N_("Who audits may not belong to those audited.")),
)


def _pairs() -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for ones, others, reason in _GROUPS:
        for one, other in product(ones, others):
            low, high = sorted((one.value, other.value))
            found[low, high] = reason
    return found


# (role, role) in the order of the alphabet → why not both; the table role_exclusion holds the same rows.
EXCLUSIONS = _pairs()


def why_not_both(one: str, other: str) -> str | None:
    """Why one person may not hold both, or None."""
    low, high = sorted((one, other))
    return EXCLUSIONS.get((low, high))
