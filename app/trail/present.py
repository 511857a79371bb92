"""Rows of the trail as pages, files and programs want them; a person's own word stays untold."""

from typing import Any
from uuid import UUID

from app.audit import AuditEvent
from app.shared.i18n import LazyText, translate
from app.trail.details import KINDS, in_words
from app.trail.queries import OWN_WORD_FILTER, Seen
from app.trail.words import ACTS, CHANNELS, OWN_WORD, act_label, is_own_word, is_untold, told

PAGES = {
    "labourer": "/labourers/{}", "vacancy": "/vacancies/{}", "employer": "/employers/{}",
    "import_batch": "/imports/{}", "match_run": "/match-runs/{}",
}  # fmt: skip


def row(found: Any, numbers: dict[tuple[str, int], UUID]) -> dict[str, Any]:
    """One row in words."""
    event: AuditEvent = found.AuditEvent
    own_word, untold = is_own_word(event.act), is_untold(event.act)
    return {
        "number": event.id,
        "at": event.at,
        "who": found.display_name,
        "login": found.login,
        "office": found.office,
        "code": OWN_WORD_FILTER if own_word else event.act,
        "act": act_label(event.act),
        "kind": str(KINDS.get(event.subject_kind, event.subject_kind)),
        "subject": numbers.get((event.subject_kind, event.subject_id or 0)),
        "people": len(event.people) if event.people is not None else None,
        "reason": None if untold else event.reason,
        "detail": {} if untold else event.detail,
        "channel": CHANNELS.get(event.channel, event.channel),
        "address": event.address,
        "request": event.request_id,
    }


def list_row(found: Any, numbers: dict[tuple[str, int], UUID]) -> dict[str, Any]:
    """One row of the page: what stands in the cells."""
    shown = row(found, numbers)
    parts = [shown["kind"]]
    if shown["subject"]:
        parts.append(str(shown["subject"])[:8])
    if shown["people"] is not None:
        parts.append(translate("%(n)s people", n=shown["people"]))
    return {
        **shown,
        "uuid": shown["number"],
        "who": " · ".join(filter(None, (shown["who"], shown["office"]))) or translate("the system"),
        "subject_text": " · ".join(parts),
        "subject_uuid": shown["subject"],
        "why": shown["reason"],
        "detail_text": in_words(shown["detail"]),
        "origin": " · ".join(filter(None, (str(shown["channel"]), shown["address"]))),
    }


def headers() -> list[str]:
    """Of the file."""
    return [
        translate("No."), translate("When"), translate("Who"), translate("Office"), translate("What"),
        translate("About"), translate("Its number"), translate("People concerned"), translate("Why"),
        translate("More"), translate("By way of"), translate("Address"), translate("Request"),
    ]  # fmt: skip


def act_options() -> list[dict[str, str | LazyText]]:
    """Acts to choose from; a person's own word is one."""
    options: list[dict[str, str | LazyText]] = [{"value": OWN_WORD_FILTER, "label": OWN_WORD}]
    return options + [{"value": code, "label": act.label} for code, act in ACTS.items()]


def kind_options(kinds: list[str]) -> list[dict[str, str | LazyText]]:
    return [{"value": kind, "label": KINDS.get(kind, kind)} for kind in kinds]


def seen_row(one: Seen) -> dict[str, Any]:
    """Who saw a person, in words the person understands."""
    return {
        "day": one.day,
        "at": one.last_at,
        "who": one.name or translate("the system"),
        "office": one.office,
        "what": told(one.act, one.field),
        "times": one.times,
        "why": one.reason,
    }
