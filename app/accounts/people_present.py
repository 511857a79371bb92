"""People, posts and what happened to them, as the templates want them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from app.accounts.labels import role_label
from app.accounts.models import Invitation, Organisation, Post, User
from app.audit import AuditEvent
from app.localities.reference import Localities
from app.shared.i18n import N_, LazyText, lazy

ACTS = {
    "organisation.enter": N_("Entered in the register"),
    "organisation.change": N_("Corrected"),
    "organisation.close": N_("Organisation closed"),
    "organisation.reopen": N_("Opened again"),
    "post.give": N_("Post given"),
    "post.end": N_("Post ended"),
    "user.disable": N_("Account shut"),
    "user.enable": N_("Account opened again"),
    "sign_in.unlock": N_("Lock-out lifted"),
    "second_factor.reset": N_("Second factor taken away"),
    "second_factor.set_up": N_("Second factor set up"),
}


def events(history: Iterable[tuple[AuditEvent, str | None]]) -> list[dict[str, Any]]:
    """The trail's lines for a timeline."""
    return [
        {"at": event.at, "what": _what(event), "who": name, "why": event.reason}
        for event, name in history
        if event.act in ACTS
    ]


def _what(event: AuditEvent) -> LazyText:
    role = event.detail.get("role")
    if event.act in {"post.give", "post.end"} and isinstance(role, str):
        return lazy("%(act)s: %(role)s", act=lazy(ACTS[event.act]), role=role_label(role))
    return lazy(ACTS[event.act])


def state_tag(user: User, posts: Sequence[tuple[Post, Organisation]]) -> dict[str, Any]:
    """Whether a person can work in the service."""
    if user.disabled_at is not None:
        return {"text": lazy("account shut"), "kind": "bad", "sign": "lock"}
    if any(runs(post, organisation) for post, organisation in posts):
        return {"text": lazy("working"), "kind": "good"}
    return {"text": lazy("no running post"), "kind": "warn"}


def runs(post: Post, organisation: Organisation) -> bool:
    """Whether a post opens anything."""
    return post.ended_at is None and organisation.closed_at is None


def list_row(user: User, posts: Sequence[tuple[Post, Organisation]]) -> dict[str, Any]:
    """One line of the list of people."""
    running = [(post, organisation) for post, organisation in posts if runs(post, organisation)]
    return {
        "uuid": user.uuid,
        "name": user.display_name,
        "login": user.login,
        "posts": [
            lazy("%(role)s, %(office)s", role=role_label(post.role), office=organisation.name)
            for post, organisation in running
        ],
        "since": user.created_at,
        "state": state_tag(user, posts),
    }


def post_row(post: Post, organisation: Organisation, scope: Sequence[str], localities: Localities) -> dict[str, Any]:
    """One post of a person's case."""
    return {
        "id": post.id,
        "role": role_label(post.role),
        "office": organisation.name,
        "places": "、".join(localities.names(scope)),
        "runs": runs(post, organisation),
        "ended_at": post.ended_at or organisation.closed_at,
    }


def invitation_row(invitation: Invitation, organisation: Organisation) -> dict[str, Any]:
    """One waiting invitation."""
    expires: datetime = invitation.expires_at
    return {
        "uuid": invitation.uuid,
        "name": invitation.display_name,
        "role": role_label(invitation.role),
        "office": organisation.name,
        "expires": expires,
    }
