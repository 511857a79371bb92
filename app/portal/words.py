"""Statements, acts and next steps in the plain words of a person's own pages."""

from datetime import date
from typing import Any

from app.audit import AuditEvent
from app.shared.i18n import LazyText, lazy, translate
from app.trail.queries import Seen
from app.trail.words import told

# What one can answer, in the order of the page; longer words than an office's list has.
ANSWERS: dict[str, LazyText] = {
    "leave_province": lazy("I am willing to work in another province"),
    "other_city": lazy("Another city of my province"),
    "home_county": lazy("Only in my home county"),
    "at_home": lazy("Only work I can do at home"),
    "not_now": lazy("Not now"),
}
ACTS: dict[str, LazyText] = {
    "labourer.enter": lazy("put you on the list"),
    "labourer.correct": lazy("corrected your record"),
    "labourer.take_off": lazy("took you off the list"),
    "labourer.put_back": lazy("put you back on the list"),
    "declaration.record": lazy("wrote down what you said"),
    "declaration.withdraw": lazy("took back your statement for you"),
    "consent.give": lazy("wrote down a yes of yours"),
    "consent.withdraw": lazy("wrote down a no of yours"),
    "slip.print": lazy("printed a slip with a code for you"),
    "slip.revoke": lazy("ended the code of your slip"),
}


def statement_words(own: Any, today: date) -> dict[str, Any] | None:
    """The last own statement: what, until when, whether it stands; None where nothing was ever said."""
    if own is None:
        return None
    statement, withdrawal = own
    return {
        "text": ANSWERS[statement.scope],
        "on": statement.stated_on,
        "until": statement.expires_on,
        "withdrawn": withdrawal is not None,
        "stands": withdrawal is None and statement.stated_on <= today < statement.expires_on,
        "not_now": statement.scope == "not_now",
    }


def next_step(said: dict[str, Any] | None, *, matched: bool) -> LazyText:
    """What happens now, in one sentence."""
    if matched:
        return lazy("Your office looks for vacancies that suit you. Nobody signs for you: only your own yes counts.")
    if said is None or not said["stands"]:
        return lazy("Nothing happens until you say something. You are not matched with any vacancy.")
    return lazy("You are not matched with vacancies. Nothing else changes, and you can say something else at any time.")


def event_row(event: AuditEvent, office: str) -> dict[str, Any]:
    """One line of who did or saw what."""
    what = ACTS.get(event.act) or lazy("worked on your record")
    return {"at": event.at, "office": office, "what": what, "reason": event.reason}


def look_row(one: Seen) -> dict[str, Any]:
    """One line of who looked: on a page, in a list, in a file."""
    return {
        "at": one.last_at,
        "office": one.office or translate("the system"),
        "what": told(one.act, one.field),
        "reason": one.reason,
    }
