"""What is promised: frozen as canonical JSON, compared term by term. Pay is a floor (V2)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Organisation
from app.employers.models import Employer
from app.offers.models import OfferTerms
from app.vacancies.models import Vacancy

Content = Mapping[str, Any]

# The terms of a post that a person is promised; names as in Vacancy.
FIELDS: Final = (
    "title", "trade_family", "locality_code", "address",
    "pay_text", "pay_min", "pay_max", "pay_period", "pay_basis", "pay_cycle", "first_pay_days", "base_month",
    "net_month_low", "net_hour_low", "bounty_text", "fees_text",
    "hours_week", "hours_regime", "shift", "rest", "lodging", "lodging_cost", "utilities_cost", "meals", "meal_cost",
    "insurance", "contract_kind", "agency_name", "traits", "carries_kg", "hazardous", "required_certificate",
    "starts_on", "ends_on", "months",
)  # fmt: skip
# More is better, less is worse; a figure that is gone is worse.
FLOORS: Final = frozenset({"pay_min", "pay_max", "base_month", "net_month_low", "net_hour_low"})
# Less is better, more is worse; so is a figure that was not there before.
CEILINGS: Final = frozenset({"lodging_cost", "utilities_cost", "meal_cost", "first_pay_days", "hours_week"})
# Words about pay that figures stand for where there are any.
IN_FIGURES: Final = frozenset({"pay_text"})


@dataclass(frozen=True)
class Change:
    """How the present terms differ from those somebody was promised."""

    worse: tuple[str, ...]
    better: tuple[str, ...]


async def content_of(session: AsyncSession, vacancy: Vacancy, agent_earns: int | None) -> dict[str, Any]:
    """The present terms of a post, with everybody who stands between and what each earns a head."""
    employer = await session.get_one(Employer, vacancy.employer_id)
    entered_by = await session.get_one(Organisation, vacancy.entered_by_organisation_id)
    terms = {name: _plain(getattr(vacancy, name)) for name in FIELDS}
    terms["employer"] = employer.name
    terms["employer_code"] = employer.credit_code
    terms["agents"] = _agents(vacancy, entered_by, agent_earns)
    return terms


def _agents(vacancy: Vacancy, entered_by: Organisation, earns: int | None) -> list[dict[str, Any]]:
    if entered_by.kind == "broker":
        agent: dict[str, Any] = {"name": entered_by.name, "organisation": str(entered_by.uuid)}
    elif vacancy.agency_name:
        agent = {"name": vacancy.agency_name, "organisation": None}
    else:
        return []
    return [{**agent, "earns": earns, "paid_by": "employer"}]


async def has_agent(session: AsyncSession, vacancy: Vacancy) -> bool:
    """Whether somebody stands between the person and the employer, whose fee has to be stated."""
    return bool((await content_of(session, vacancy, None))["agents"])


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def canonical(content: Content) -> str:
    """The one way to write the terms down: equal terms, equal text, on any machine."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def print_of(text: str) -> bytes:
    """SHA-256 of the text; the database works it out again and compares."""
    return hashlib.sha256(text.encode()).digest()


async def freeze(session: AsyncSession, vacancy: Vacancy, agent_earns: int | None, now: datetime) -> int:
    """The id of the post's present terms, written down if they never were. The post must be locked."""
    text = canonical(await content_of(session, vacancy, agent_earns))
    same = (OfferTerms.vacancy_id == vacancy.id, OfferTerms.content_hash == print_of(text))
    known = await session.scalar(select(OfferTerms.id).where(*same))
    if known is not None:
        return known
    last = select(func.coalesce(func.max(OfferTerms.version), 0)).where(OfferTerms.vacancy_id == vacancy.id)
    row = {
        "vacancy_id": vacancy.id, "version": (await session.scalar(last) or 0) + 1, "content": text,
        "content_hash": print_of(text), "at": now,
    }  # fmt: skip
    return (await session.scalars(insert(OfferTerms).values(row).returning(OfferTerms.id))).one()


def read(terms: OfferTerms) -> dict[str, Any]:
    """The content in plain values again."""
    found: dict[str, Any] = json.loads(terms.content)
    return found


def compare(promised: Content, present: Content) -> Change:
    """Which terms have become worse and which better. What cannot be told to be better counts as worse."""
    worse: list[str] = []
    better: list[str] = []
    in_figures = any(present.get(name) is not None and promised.get(name) is not None for name in ("pay_min",))
    for name in sorted(promised.keys() | present.keys()):
        old, new = promised.get(name), present.get(name)
        if old == new or (name in IN_FIGURES and in_figures):
            continue
        (better if _is_better(name, old, new) else worse).append(name)
    return Change(tuple(worse), tuple(better))


def _is_better(name: str, old: Any, new: Any) -> bool:
    if name in FLOORS:
        return new is not None and (old is None or new > old)
    if name in CEILINGS:
        return old is not None and new is not None and new < old
    if name == "insurance":
        return new is True
    return name == "hazardous" and new is False
