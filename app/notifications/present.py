"""Messages in words: for the office that had them sent."""

from datetime import datetime
from typing import Any, Final

from app.notifications import hours, sending, service
from app.notifications.addresses import masked
from app.notifications.models import Notice, NoticeEvent
from app.notifications.purposes import PURPOSES
from app.notifications.templates import templates
from app.shared.encryption import KeyRing
from app.shared.formats import moment
from app.shared.i18n import LazyText, lazy

CHANNEL_LABELS: Final[dict[str, LazyText]] = {"sms": lazy("Short message"), "email": lazy("E-mail")}
STATE_LABELS: Final[dict[str, LazyText]] = {
    "waiting": lazy("waiting to be sent"),
    "sending": lazy("being sent"),
    "sent": lazy("sent"),
    "failed": lazy("not delivered"),
    "dropped": lazy("not sent"),
}
_KINDS: Final = {"waiting": "info", "sending": "info", "sent": "good", "failed": "bad", "dropped": "plain"}
OUR_WORDS: Final = frozenset({service.TAKEN_BACK, sending.TOO_LATE, sending.UNREADABLE})
KEPT_FROM_READERS: Final = frozenset({"grievance"})  # whose number it is would tell who complained (V9)


def state_tag(notice: Notice) -> dict[str, Any]:
    return {"text": STATE_LABELS[notice.state], "kind": _KINDS[notice.state]}


def text_of(notice: Notice, values: dict[str, str] | None = None) -> str:
    """The text as the reader may see it; codes and links are masked unless ``values`` hold them."""
    template = templates().get(notice.template)
    if template is None or (not notice.params and template.params):
        return str(lazy("The text is forgotten."))
    return template.text(notice.language, values or template.masked(notice.params))


def why_of(text: str | None) -> LazyText | str | None:
    """Why it was not taken: a message of ours in the reader's language, or what the other side said."""
    return lazy(text) if text in OUR_WORDS else text


def recipient(keys: KeyRing, notice: Notice) -> LazyText | str:
    """Where it goes, in part."""
    if notice.cause in KEPT_FROM_READERS:
        return lazy("not shown")
    to = service.recipient_of(keys, notice)
    return masked(to) if to else lazy("forgotten")


def purpose_label(notice: Notice) -> LazyText | str:
    template = templates().get(notice.template)
    return PURPOSES[template.purpose] if template else notice.template


def kind_options() -> list[dict[str, Any]]:
    """Kinds of message for a filter."""
    return [
        {
            "value": one.code,
            "label": lazy("%(kind)s (%(channel)s)", kind=PURPOSES[one.purpose], channel=CHANNEL_LABELS[one.channel]),
        }
        for one in templates().values()
    ]


def row(keys: KeyRing, notice: Notice, *, in_clear: bool) -> dict[str, Any]:
    """One line of the outbox. ``in_clear``: the demo, whose sink is read here as on a telephone."""
    return {
        "uuid": notice.uuid,
        "at": notice.created_at,
        "kind": purpose_label(notice),
        "channel": CHANNEL_LABELS[notice.channel],
        "to": recipient(keys, notice),
        "text": text_of(notice, service.values_of(keys, notice) if in_clear else None),
        "state": state_tag(notice),
        "attempts": notice.attempts,
        "why": why_of(notice.last_error) if notice.state != "sent" else None,
    }


def facts(keys: KeyRing, notice: Notice, now: datetime) -> list[dict[str, Any]]:
    """What there is to know about one message beside its text."""
    is_open = notice.state in ("waiting", "sending")
    night = is_open and notice.channel == "sms" and hours.is_quiet(now)
    return [
        {"label": lazy("What for"), "value": purpose_label(notice)},
        {"label": lazy("Way"), "value": CHANNEL_LABELS[notice.channel]},
        {"label": lazy("To"), "value": recipient(keys, notice)},
        {"label": lazy("Put into the outbox"), "value": moment(notice.created_at)},
        {"label": lazy("Not before"), "value": moment(notice.next_at) if is_open else None},
        {"label": lazy("Of use until"), "value": moment(notice.useful_until)},
        {"label": lazy("Tries"), "value": notice.attempts, "source": lazy("waits for the morning") if night else None},
        {"label": lazy("Message number"), "value": str(notice.uuid)},
    ]


def events(found: list[NoticeEvent]) -> list[dict[str, Any]]:
    """Its way as a timeline."""
    return [
        {
            "at": one.at,
            "what": STATE_LABELS[one.to_state],
            "who": lazy("try %(number)s", number=one.attempt) if one.attempt else None,
            "why": why_of(one.why),
        }
        for one in found
    ]
