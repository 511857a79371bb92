"""The one way to ask whether a place lies in a post's scope: the closure table, never a code's prefix."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, false
from sqlalchemy.orm import InstrumentedAttribute

from app.localities.models import LocalityClosure


def within(
    place: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], roots: Sequence[str]
) -> ColumnElement[bool]:
    """True for rows whose place is one of the roots or lies under one; no roots, no rows."""
    if not roots:
        return false()
    return exists().where(LocalityClosure.descendant_code == place, LocalityClosure.ancestor_code.in_(roots))
