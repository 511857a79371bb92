"""Requests, limits, deletions and classes of data as the templates want them."""

from datetime import date
from typing import Any

from app.declarations.limits import ProcessingLimit, ProcessingLimitEnd
from app.labourers.present import Words
from app.rights import service
from app.rights.copying import Section, printable
from app.rights.models import DeletionProof, RetentionRun, RightsRequest
from app.rights.retention import DataClass, in_words
from app.rights.words import GROUND_WORDS, KIND_WORDS, OUTCOME_WORDS, STATUS_WORDS
from app.shared.encryption import KeyRing
from app.shared.i18n import LazyText, lazy, translate


def options(words: dict[str, LazyText]) -> list[dict[str, Any]]:
    """Choices of a form."""
    return [{"value": code, "label": label} for code, label in words.items()]


def state_tag(request: RightsRequest, today: date) -> dict[str, Any]:
    """Answered, waiting, or late."""
    if request.outcome:
        return {"text": OUTCOME_WORDS[request.outcome], "kind": "good" if request.outcome == "done" else "plain"}
    if request.due_on < today:
        return {"text": lazy("overdue"), "kind": "bad"}
    return {"text": lazy("waiting"), "kind": "warn"}


def request_row(words: Words, request: RightsRequest, labourer: Any, today: date) -> dict[str, Any]:
    """One line of the list of requests."""
    gone = labourer.erased_at is not None
    return {
        "uuid": request.uuid,
        "who": translate("a deleted person") if gone else words.name(labourer),
        "href": None if gone else f"/rights/people/{labourer.uuid}",
        "kind": KIND_WORDS[request.kind],
        "received": request.received_at,
        "due": request.due_on,
        "state": state_tag(request, today),
    }


def own_request(keys: KeyRing, request: RightsRequest, today: date) -> dict[str, Any]:
    """A request on the person's own page."""
    return {
        "uuid": request.uuid,
        "kind": KIND_WORDS[request.kind],
        "words": service.text_of(keys, request),
        "received": request.received_at,
        "due": request.due_on,
        "state": state_tag(request, today),
        "open": request.answered_at is None,
        "answer": request.answer,
        "legal_ground": request.legal_ground,
    }


def limit_row(limit: ProcessingLimit, ended: ProcessingLimitEnd | None) -> dict[str, Any]:
    """A limit with its end, if it has one."""
    return {
        "code": limit.kind,
        "kind": KIND_WORDS[limit.kind],
        "reason": limit.reason,
        "at": limit.at,
        "ended_at": ended.at if ended else None,
        "ended_why": ended.reason if ended else None,
    }


def by_hand_row(words: Words, row: Any) -> dict[str, Any]:
    """Somebody whom people decide on."""
    limit: ProcessingLimit = row.ProcessingLimit
    return {
        "uuid": row.Labourer.uuid,
        "name": words.name(row.Labourer),
        "place": " · ".join(part for part in (row.place_name, row.Labourer.village_name) if part),
        "kind": KIND_WORDS[limit.kind],
        "reason": limit.reason,
        "since": limit.at,
    }


def proof_row(proof: DeletionProof, by: str | None) -> dict[str, Any]:
    """A deletion in the list and on its certificate."""
    return {
        "uuid": proof.uuid,
        "at": proof.at,
        "by": by or translate("the retention table"),
        "ground": GROUND_WORDS[proof.ground],
        "reason": proof.reason,
        "values": sum(proof.removed.values()),
        "removed": sorted(proof.removed.items()),
        "kept": sorted(proof.kept.items()),
    }


def class_row(one: DataClass, due: dict[str, int], today: date) -> dict[str, Any]:
    """A class of data with what is over its time now."""
    return {
        "name": in_words(one.names),
        "tables": "、".join(one.tables),
        "days": one.days,
        "since": in_words(one.since),
        "basis": f"{one.basis.title} {one.basis.article}: {in_words(one.basis.says)}",
        "why": in_words(one.why),
        "status": {"text": STATUS_WORDS[one.status], "kind": "good" if one.status == "in_force" else "plain"},
        "cut_off": one.cut_off(today),
        "due": sum(due.values()) if due else None,
    }


def run_row(run: RetentionRun, names: dict[str, str]) -> dict[str, Any]:
    """A pass over one class."""
    return {
        "at": run.at,
        "name": names.get(run.class_code, run.class_code),
        "how": translate("count only") if run.dry else translate("removed"),
        "cut_off": run.cut_off,
        "due": run.due,
        "done": sum(run.done.values()) if run.done else None,
        "version": run.data_version,
    }


def on_paper(section: Section) -> dict[str, Any]:
    """A section of a copy or an assessment for the page."""
    return {
        "key": section.key,
        "title": section.title,
        "headers": [label for _, label in section.columns],
        "rows": [[printable(value) for value in row] for row in section.rows],
    }
