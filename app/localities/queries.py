"""The one way to ask whether a place lies in a post's scope: the closure table, never a code's prefix."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, exists, false, select, true
from sqlalchemy.orm import InstrumentedAttribute

from app.localities.models import LocalityClosure


def within(
    place: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], roots: Sequence[str]
) -> ColumnElement[bool]:
    """True for rows whose place is one of the roots or lies under one; no roots, no rows."""
    if not roots:
        return false()
    lies = exists().where(LocalityClosure.descendant_code == place, LocalityClosure.ancestor_code.in_(roots))
    # Asked as a plain question. Joined in, the planner would think people spread over all places of the country, take
    # a county's list for one of two people, and plan everything else by that.
    return lies.is_(true())


def places_in(roots: Sequence[str]) -> Select[str]:
    """The codes of the roots and of everything under them."""
    return select(LocalityClosure.descendant_code).where(LocalityClosure.ancestor_code.in_(roots))
