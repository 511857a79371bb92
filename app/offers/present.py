"""Offers as the templates want them: words and tags, nothing decided."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.labourers import service as labourer_service
from app.labourers.models import Labourer
from app.localities.reference import Localities
from app.match_runs.words import FAILED_GATES, GATE_LABELS
from app.occupations.labels import trade_label
from app.offers.making import LeftOut
from app.offers.models import Offer
from app.offers.rules import REASONS
from app.offers.terms import Content
from app.permissions import Actor
from app.shared.encryption import KeyRing
from app.shared.formats import moment, number
from app.shared.i18n import LazyText, lazy, translate
from app.shared.labels import category_label, category_labels

STATE_TAGS = {
    "drafted": (lazy("draft"), "plain"),
    "offered": (lazy("open: the person decides"), "info"),
    "accepted": (lazy("said yes: the firm answers"), "warn"),
    "confirmed": (lazy("agreed"), "good"),
    "lapsed": (lazy("not available any more"), "plain"),
    "withdrawn": (lazy("taken back"), "plain"),
    "void": (lazy("void: the terms have changed"), "bad"),
}
LEFT_OUT: dict[str, LazyText] = {
    "not_available": lazy("not available"),
    "has_offer": lazy("has this offer already"),
    "has_place": lazy("has said yes to a place"),
    "too_many": lazy("has enough offers to look at"),
}
CHANNELS = {
    "self_code": lazy("by own code"),
    "in_person": lazy("in person"),
    "employer": lazy("the employer"),
    "office": lazy("the office"),
    "system": lazy("by itself"),
}


def state_tag(offer: Offer) -> dict[str, Any]:
    """The state of an offer as a tag; the waiting list is one of its own."""
    if offer.waits_from is not None:
        return {"text": lazy("on the waiting list"), "kind": "info"}
    text, kind = STATE_TAGS[offer.state]
    return {"text": text, "kind": kind}


def due_text(offer: Offer, now: datetime) -> LazyText | None:
    """Until when somebody has to answer."""
    if offer.state == "offered" and offer.expires_at:
        return lazy("open until %(time)s", time=moment(offer.expires_at))
    if offer.state == "accepted" and offer.answer_due_at:
        if offer.answer_due_at < now:
            return lazy("the firm is late since %(time)s", time=moment(offer.answer_due_at))
        return lazy("the firm answers by %(time)s", time=moment(offer.answer_due_at))
    return None


def row_of(row: Any, name: str, now: datetime) -> dict[str, Any]:
    """One line of the list."""
    return {
        "uuid": row.Offer.uuid,
        "name": name,
        "title": row.Vacancy.title,
        "employer": row.Employer.name,
        "place": row.place_name,
        "state": state_tag(row.Offer),
        "due": due_text(row.Offer, now),
        "made": row.Offer.made_at,
    }


def left_out(reason: LeftOut) -> str:
    """Why somebody is left out, in words."""
    if reason.code == "gate":
        return "; ".join(str(FAILED_GATES[gate]) for gate in reason.gates)
    if reason.code == "ask_first":
        return translate("ask first: %(what)s", what="; ".join(str(GATE_LABELS[gate]) for gate in reason.gates))
    return str(LEFT_OUT[reason.code])


def events(log: Iterable[Any]) -> list[dict[str, Any]]:
    """The log for a timeline, newest first: an end from the labourer's side has nobody."""
    return [
        {
            "at": event.at,
            "what": STATE_TAGS[event.to_state][0] if event.from_state != event.to_state else REASONS[event.reason],
            "who": office or CHANNELS[event.channel],
            "why": REASONS[event.reason] if event.from_state != event.to_state else None,
        }
        for event, office, _officer in log
    ]


def identity_of(keys: KeyRing, actor: Actor, row: Any) -> dict[str, str | None]:
    """The code name the firm knows, and name and phone while the person lets firms have them (V7)."""
    person = Labourer(uuid=row.person_uuid, name_cipher=row.name_cipher, phone_cipher=row.phone_cipher)
    return {
        "code_name": keys.pseudonym(actor.organisation_uuid, row.person_uuid),
        "name": labourer_service.name_of(keys, person) if row.may_know else None,
        "phone": labourer_service.phone_of(keys, person) if row.may_know else None,
    }


def _yuan(amount: Any, unit: str) -> str | None:
    return None if amount is None else f"{number(int(amount))} {unit}"


def agents(content: Content) -> list[str]:
    """Everybody who stands between, with what each earns a head and who pays it."""
    return [
        translate(
            "%(name)s, earns %(amount)s yuan a head, paid by the employer", name=one["name"],
            amount=number(one["earns"] or 0),
        )
        for one in content["agents"]
    ]  # fmt: skip


def terms_groups(content: Content, localities: Localities) -> list[dict[str, Any]]:
    """The frozen terms in groups; what the advert left out reads "not stated"."""
    return [
        {"title": lazy("Work"), "facts": _work(content, localities)},
        {"title": lazy("Pay"), "facts": _pay(content)},
        {"title": lazy("Hours and living"), "facts": _living(content)},
        {"title": lazy("Contract"), "facts": _contract(content)},
    ]


def _fact(label: LazyText, value: Any) -> dict[str, Any]:
    return {"label": label, "value": value or None}


def _listed(content: Content, name: str) -> str:
    return category_label(content[name], name)


def _work(content: Content, localities: Localities) -> list[dict[str, Any]]:
    code = content["locality_code"]
    return [
        _fact(lazy("Post"), content["title"]),
        _fact(lazy("Employer"), content["employer"]),
        _fact(lazy("Trade family"), trade_label(content["trade_family"])),
        _fact(lazy("Place"), localities.full_name(code) if code else None),
        _fact(lazy("Address"), content["address"]),
        _fact(lazy("What the work is like"), category_labels(content["traits"], "traits")),
        _fact(lazy("Certificate asked for"), content["required_certificate"]),
        _fact(lazy("Starts"), content["starts_on"]),
        _fact(lazy("Ends"), content["ends_on"]),
    ]


def _pay(content: Content) -> list[dict[str, Any]]:
    month = translate("yuan a month")
    first = content["first_pay_days"]
    return [
        _fact(lazy("In hand, low end"), _yuan(content["net_month_low"], month)),
        _fact(lazy("Pay as written"), content["pay_text"]),
        _fact(lazy("Basis"), _listed(content, "pay_basis")),
        _fact(lazy("Base pay"), _yuan(content["base_month"], month)),
        _fact(lazy("Pay day"), _listed(content, "pay_cycle")),
        _fact(lazy("First pay"), translate("%(n)s days", n=first) if first else None),
        _fact(lazy("Bounty paid later"), content["bounty_text"]),
        _fact(lazy("You pay"), content["fees_text"] or translate("nothing")),
    ]


def _living(content: Content) -> list[dict[str, Any]]:
    month = translate("yuan a month")
    return [
        _fact(lazy("Hours a week"), content["hours_week"]),
        _fact(lazy("Shift"), _listed(content, "shift")),
        _fact(lazy("Rest days"), _listed(content, "rest")),
        _fact(lazy("Lodging"), _listed(content, "lodging")),
        _fact(lazy("Room costs"), _yuan(content["lodging_cost"], month)),
        _fact(lazy("Meals"), _listed(content, "meals")),
        _fact(lazy("Meals cost"), _yuan(content["meal_cost"], month)),
    ]


def _contract(content: Content) -> list[dict[str, Any]]:
    insured = {True: translate("yes"), False: translate("no"), None: None}[content["insurance"]]
    return [
        _fact(lazy("Kind of contract"), _listed(content, "contract_kind")),
        _fact(lazy("Months"), content["months"]),
        _fact(lazy("Social insurance"), insured),
        _fact(lazy("Who stands between"), "; ".join(agents(content)) or translate("nobody")),
    ]
