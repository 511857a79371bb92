"""Base pay held against the minimum wage of the place (V8): below it a post is blocked, unjudged it waits.

Only the receiving office's own figures and the shipped ones count. Findings of this kind are worked out here whenever a
post is entered, changed, verified or resumed, so that no caller can leave them out or put others in their place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.localities.reference import Localities, load_localities
from app.policy.minimum_wage import CLAUSE, HOUR, MONTH, BasePay, base_pay, judge
from app.policy.models import LocalFigure
from app.policy.queries import entered
from app.policy.store import Figure, Known, Source, Store, store
from app.shared.i18n import N_
from app.vacancies.schemas import Finding, VacancyFacts

BELOW: Final = "below_minimum"
NOT_JUDGED: Final = "minimum_unknown"
CODES: Final = frozenset({BELOW, NOT_JUDGED})
MENDS: Final = {
    BELOW: N_("Raise the base pay for normal hours to the minimum wage of the place, without overtime and allowances."),
    NOT_JUDGED: N_("The minimum wage of this place is not known for today. Enter it under Minimum wages first."),
}
UNITS: Final = {"month": "元/月", "hour": "元/小时"}


class Floors:
    """The minimum wages of all places on one day."""

    def __init__(self, shipped: Store, local: Iterable[LocalFigure], localities: Localities, day: date) -> None:
        self._shipped, self._localities, self._day = shipped, localities, day
        self._local: dict[tuple[str, str], LocalFigure] = {}
        for one in local:  # in the order of entry: of two from the same day the later entered stands
            known = self._local.get((one.code, one.locality_code))
            if one.from_on <= day <= one.stale_after and (known is None or one.from_on >= known.from_on):
                self._local[one.code, one.locality_code] = one

    def known(self, code: str, place: str) -> Known:
        """What is known of a figure at a place: what an office entered for it, unless a newer one is shipped."""
        places, shipped = self._localities.ancestors(place), self.shipped(code, place)
        local = next((self._local[code, one] for one in places if (code, one) in self._local), None)
        if local is None:
            return shipped
        if shipped.lowest and shipped.exact:
            # The newer one stands; of two from one day the higher, as what is known and exact is not undercut.
            ours, theirs = (shipped.lowest.from_on, shipped.lowest.amount), (local.from_on, local.amount)
            if ours > theirs:
                return shipped
        figure = as_figure(local)
        return Known(figure, figure)

    def shipped(self, code: str, place: str) -> Known:
        """What the shipped figures say of a place."""
        return self._shipped.get(code, self._localities.ancestors(place), self._day)

    def findings(self, facts: VacancyFacts) -> list[Finding]:
        """What the minimum wage has against a post: nothing where no pay is guaranteed or no place is stated."""
        base = stated_base(facts)
        if base is None or facts.locality_code is None:
            return []
        known = self.known(MONTH if base.per == "month" else HOUR, facts.locality_code)
        verdict = judge(base, known)
        words = f"{base.amount:.0f}{UNITS[base.per]}"
        if verdict.verdict == "below" and verdict.figure is not None:
            return [Finding(BELOW, "block", f"{words} < {verdict.figure.amount:f}", CLAUSE)]
        if verdict.verdict == "not_known":
            return [Finding(NOT_JUDGED, "wait", f"{self._localities.full_name(facts.locality_code)}，{words}", CLAUSE)]
        return []

    def applied(self, facts: VacancyFacts, others: Sequence[Finding]) -> list[dict[str, str]]:
        """Findings as stored: the others as they are, and these in place of any of their kind."""
        kept = [one for one in others if one.code not in CODES]
        found = [*kept, *self.findings(facts)]
        return [asdict(one) for one in sorted(found, key=lambda one: one.effect != "block")]


async def floors_on(session: AsyncSession, day: date) -> Floors:
    """The minimum wages of a day, shipped and entered."""
    return Floors(store(), await entered(session), load_localities(), day)


def stated_base(facts: VacancyFacts) -> BasePay | None:
    """The pay a post guarantees for normal hours."""
    return base_pay(
        base_month=_decimal(facts.base_month),
        pay=None if facts.pay_basis in {"piece_open", "commission"} else _decimal(facts.pay_min),
        period=facts.pay_period,
        hours_week=_decimal(facts.hours_week),
        part_time=facts.contract_kind == "part_time",
    )


def as_figure(entry: LocalFigure) -> Figure:
    """An entered figure in the form of a shipped one."""
    source = Source(entry.source, "", CLAUSE)
    return Figure(
        entry.code, entry.locality_code, "", entry.amount, entry.from_on, None, entry.stale_after, "in_force", source
    )


def _decimal(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)
