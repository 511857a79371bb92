"""Rows of the supply list and a post's case as the templates want them."""

from datetime import date
from typing import Any

from app.audit import AuditEvent
from app.employers.present import attested_text, lapsed_tag
from app.localities.reference import Localities
from app.occupations.labels import level_label, occupation_label, trade_label
from app.shared.formats import number
from app.shared.i18n import LazyText, lazy, translate
from app.shared.labels import category_label, category_labels
from app.vacancies import floors, papers
from app.vacancies.models import Vacancy, VacancyTransition
from app.vacancies.queries import LAPSING_STATES, has_lapsed
from app.vacancies.schemas import RuleReader, RuleWords

STATE_TAGS = {
    "draft": (lazy("draft: incomplete"), "warn"),
    "checked": (lazy("to be verified"), "info"),
    "verified": (lazy("verified"), "good"),
    "open": (lazy("open"), "good"),
    "paused": (lazy("paused"), "plain"),
    "filled": (lazy("filled"), "plain"),
    "closed": (lazy("closed"), "plain"),
    "blocked": (lazy("blocked by law"), "bad"),
}
FIELD_LABELS = {
    "openings": lazy("number of openings"),
    "locality_code": lazy("place of work"),
    "pay_text": lazy("pay"),
    "contract_kind": lazy("kind of contract"),
}
TERM_LABELS = {
    "amount": lazy("base or stated pay"),
    "overtime": lazy("overtime"),
    "allowances": lazy("fixed allowances"),
    "insurance": lazy("own insurance"),
    "room": lazy("room"),
    "utilities": lazy("utilities"),
    "meals": lazy("meals"),
    "verified_net": lazy("median really paid"),
}
CHANGE_LABELS = {
    "title": lazy("Title"),
    "openings_text": lazy("Openings"),
    "place_text": lazy("Place"),
    "address": lazy("Address"),
    "required_certificate": lazy("Certificate asked for"),
    "traits": lazy("What the work is like"),
    "pay_text": lazy("Pay as written"),
    "pay_basis": lazy("Basis"),
    "pay_cycle": lazy("Pay day"),
    "base_month": lazy("Base pay"),
    "bounty_text": lazy("Bounty paid later"),
    "fees_text": lazy("Fees"),
    "hours_week": lazy("Hours a week"),
    "shift": lazy("Shift"),
    "rest": lazy("Rest days"),
    "lodging": lazy("Lodging"),
    "lodging_cost": lazy("Room costs"),
    "meals": lazy("Meals"),
    "meal_cost": lazy("Meals cost"),
    "utilities_cost": lazy("utilities"),
    "contract_kind": lazy("Kind of contract"),
    "agency_name": lazy("Agency"),
    "months": lazy("Months"),
    "insurance": lazy("Social insurance"),
    "starts_on": lazy("Starts"),
    "ends_on": lazy("Ends"),
    "description": lazy("As advertised"),
}
CHANGE_LISTS = {
    "pay_basis": "pay_basis", "pay_cycle": "pay_cycle", "shift": "shift", "rest": "rest", "lodging": "lodging",
    "meals": "meals", "contract_kind": "contract_kind",
}  # fmt: skip
BASES = {
    "verified": lazy("verified"),
    "stated": lazy("stated"),
    "derived": lazy("derived"),
    "unknown": lazy("unknown: to ask"),
}


def state_tag(state: str) -> dict[str, Any]:
    """The state of a post as a tag."""
    text, kind = STATE_TAGS[state]
    return {"text": text, "kind": kind}


def case_tags(vacancy: Vacancy, today: date) -> list[dict[str, Any]]:
    """The state of a post, and whether an authority's check holds it: that and no more is said of the check."""
    held = [{"text": lazy("held for a check"), "kind": "warn"}] if vacancy.holds else []
    return [state_tag_on(vacancy, today), *held]


def state_tag_on(vacancy: Vacancy, today: date) -> dict[str, Any]:
    """The state as it counts today, with whose word it rests on where that is a sending county's."""
    if vacancy.verified_until is None or vacancy.state not in LAPSING_STATES:
        return state_tag(vacancy.state)
    if has_lapsed(vacancy, today):
        return lapsed_tag(vacancy.verified_until)
    text = lazy("%(state)s, %(label)s", state=STATE_TAGS[vacancy.state][0], label=attested_text(vacancy.verified_until))
    return {"text": text, "kind": "info"}


def list_row(row: Any, today: date) -> dict[str, Any]:
    """One line of the supply list."""
    vacancy: Vacancy = row.Vacancy
    return {
        "uuid": vacancy.uuid,
        "title": vacancy.title,
        "employer": row.Employer.name,
        "place": row.place_name or vacancy.place_text,
        "trade": trade_label(vacancy.trade_family) or None,
        "openings": vacancy.openings_text if vacancy.openings is None else number(vacancy.openings),
        "net": vacancy.net_month_low,
        "pay": vacancy.pay_text,
        "hours": vacancy.hours_week,
        "shift": category_label(vacancy.shift, "shift") or None,
        "lodging": category_label(vacancy.lodging, "lodging") or None,
        "contract": category_label(vacancy.contract_kind, "contract_kind") or None,
        "state": state_tag_on(vacancy, today),
    }


def _fact(label: LazyText, value: Any, **more: Any) -> dict[str, Any]:
    return {"label": label, "value": value or None, **more}


def _yuan(amount: int | None) -> str | None:
    return None if amount is None else number(amount)


def fact_groups(vacancy: Vacancy, localities: Localities) -> list[dict[str, Any]]:
    """The terms of a post in groups; what the advert left out reads "not stated"."""
    place = localities.full_name(vacancy.locality_code) if vacancy.locality_code else None
    return [
        {"title": lazy("Work"), "facts": _work_facts(vacancy, place)},
        {"title": lazy("Pay"), "facts": _pay_facts(vacancy)},
        {"title": lazy("Hours and living"), "facts": _living_facts(vacancy)},
        {"title": lazy("Contract"), "facts": _contract_facts(vacancy)},
    ]


def _work_facts(vacancy: Vacancy, place: str | None) -> list[dict[str, Any]]:
    openings = vacancy.openings_text if vacancy.openings is None else number(vacancy.openings)
    return [
        _fact(lazy("Trade family"), trade_label(vacancy.trade_family)),
        _fact(lazy("Occupation"), occupation_label(vacancy.occupation_code)),
        _fact(lazy("Openings"), openings),
        _fact(lazy("Place"), place or vacancy.place_text),
        _fact(lazy("Address"), vacancy.address),
        _fact(lazy("Level asked for"), level_label(vacancy.required_level)),
        _fact(lazy("Certificate asked for"), vacancy.required_certificate),
        _fact(lazy("What the work is like"), category_labels(vacancy.traits, "traits")),
        _fact(lazy("Starts"), vacancy.starts_on.isoformat() if vacancy.starts_on else None),
        _fact(lazy("Ends"), vacancy.ends_on.isoformat() if vacancy.ends_on else None),
    ]


def _pay_facts(vacancy: Vacancy) -> list[dict[str, Any]]:
    facts = [
        _fact(lazy("Pay as written"), vacancy.pay_text),
        _fact(lazy("Basis"), category_label(vacancy.pay_basis, "pay_basis")),
        _fact(lazy("Base pay"), _yuan(vacancy.base_month), unit=lazy("yuan a month")),
        _fact(lazy("In hand, low end"), _yuan(vacancy.net_month_low), unit=lazy("yuan a month")),
    ]
    for term in vacancy.net_terms:
        basis = BASES.get(str(term["basis"]), term["basis"])
        label = TERM_LABELS.get(str(term["name"]), term["name"])
        facts.append({"label": label, "value": _yuan(_whole(term)), "unit": lazy("yuan a month"), "source": basis})
    facts.append(_fact(lazy("Pay day"), category_label(vacancy.pay_cycle, "pay_cycle")))
    facts.append(_fact(lazy("Bounty paid later"), vacancy.bounty_text))
    return facts


def _whole(term: dict[str, object]) -> int | None:
    amount = term["amount"]
    return None if term["basis"] == "unknown" else int(str(amount))


def _living_facts(vacancy: Vacancy) -> list[dict[str, Any]]:
    return [
        _fact(lazy("Hours a week"), vacancy.hours_week),
        _fact(lazy("Shift"), category_label(vacancy.shift, "shift")),
        _fact(lazy("Rest days"), category_label(vacancy.rest, "rest")),
        _fact(lazy("Lodging"), category_label(vacancy.lodging, "lodging")),
        _fact(lazy("Room costs"), _yuan(vacancy.lodging_cost), unit=lazy("yuan a month")),
        _fact(lazy("Meals"), category_label(vacancy.meals, "meals")),
        _fact(lazy("Meals cost"), _yuan(vacancy.meal_cost), unit=lazy("yuan a month")),
    ]


def _contract_facts(vacancy: Vacancy) -> list[dict[str, Any]]:
    insured = {True: translate("yes"), False: translate("no"), None: None}[vacancy.insurance]
    return [
        _fact(lazy("Kind of contract"), category_label(vacancy.contract_kind, "contract_kind")),
        _fact(lazy("Agency"), vacancy.agency_name),
        _fact(lazy("Months"), vacancy.months),
        _fact(lazy("Social insurance"), insured),
        _fact(lazy("Fees"), vacancy.fees_text),
    ]


FINDING_LISTS = {"block": "vacancy_blocks", "flag": "vacancy_flags", "wait": "vacancy_flags"}


MENDS = papers.MENDS | floors.MENDS


def findings(vacancy: Vacancy, rule_of: RuleReader) -> list[dict[str, Any]]:
    """What stands against the post, in words: the rule, the words found, the clause, how to mend it."""
    return [
        {
            "code": one["code"],
            "effect": one["effect"],
            "kind": "bad" if one["effect"] == "block" else "warn",
            **_in_words(one, rule_of(one["code"], one.get("clause", ""))),
            "words": one.get("words", ""),
            "clause": one.get("clause", ""),
        }
        for one in vacancy.findings
    ]


def _in_words(finding: dict[str, str], rule: RuleWords | None) -> dict[str, str | None]:
    """Title and mend: the list's label and the paper's or the rule's own words."""
    code = finding["code"]
    label = category_label(code, "vacancy_blocks" if code in papers.CODES else FINDING_LISTS[finding["effect"]])
    title = rule.what if rule and label == code else label
    mend = translate(MENDS[code]) if code in MENDS else rule.mend if rule else None
    return {"title": title, "mend": mend}


def events(log: list[VacancyTransition], corrections: list[AuditEvent]) -> list[dict[str, Any]]:
    """The life of a post for the timeline, newest first, with what was changed in its terms: old → new."""
    steps = [{"at": one.at, "what": STATE_TAGS[one.to_state][0], "who": None, "why": None} for one in log]
    told = [{"at": one.at, "what": lazy("Corrected"), "who": None, "why": _told(one)} for one in corrections]
    return sorted((*steps, *told), key=lambda one: one["at"], reverse=True)


def _told(correction: AuditEvent) -> str:
    """The changed terms that people see, each with its label; figures worked out from them are left out."""
    changes: Any = correction.detail.get("changes", {})
    parts = [
        f"{CHANGE_LABELS[name]}: {_shown(name, old)} → {_shown(name, new)}"
        for name, (old, new) in changes.items()
        if name in CHANGE_LABELS
    ]
    return "; ".join(parts)


def _shown(name: str, value: Any) -> str:
    if value in (None, "", []):
        return "—"
    if isinstance(value, bool):
        return translate("yes") if value else translate("no")
    if name == "traits":
        return category_labels(value, "traits")
    return category_label(value, CHANGE_LISTS[name]) if name in CHANGE_LISTS else str(value)
