"""An agency's licence: without a running one its people can reach their own account and nothing of their work."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.accounts.models import Organisation
from app.errors import Forbidden
from app.permissions import Actor, Permission
from app.shared.i18n import N_

NO_LICENCE = N_(
    "%(office)s has no running human resources service licence, so its posts open nothing. "
    "Send the operator the new licence; the work goes on from that moment."
)

# What stays open, so that the office can see why and put it right.
_KEPT = frozenset({Permission.DESK_VIEW, Permission.REFERENCE_VIEW, Permission.ACCOUNT_OWN, Permission.PEOPLE_MANAGE})


@dataclass(frozen=True)
class UnlicensedActor(Actor):
    """Somebody of an agency whose licence is missing, ended or not begun."""

    def may(self, permission: Permission) -> bool:
        """Only what needs no licence."""
        return permission in _KEPT and super().may(permission)

    def refuse_work(self, needed: Iterable[Permission]) -> None:
        """Raises Forbidden (403) that names the licence, where the role alone would be allowed."""
        if any(super(UnlicensedActor, self).may(one) and not self.may(one) for one in needed):
            raise Forbidden(NO_LICENCE, office=self.organisation_name)


def licence_runs(organisation: Organisation, day: date) -> bool:
    """Whether the office may do its work that day; only agencies need the licence for it."""
    if organisation.kind != "broker":
        return True
    begins, ends = organisation.licence_from, organisation.licence_until
    return begins is not None and ends is not None and begins <= day <= ends
