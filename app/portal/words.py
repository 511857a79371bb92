"""Statements, acts and next steps in the plain words of a person's own pages."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.audit import AuditEvent
from app.rights.models import RightsRequest
from app.rights.words import OUTCOME_WORDS
from app.shared.i18n import LazyText, lazy
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
BY_CODE = lazy("With the code of your slip:")
ACTS: dict[str, LazyText] = {
    "labourer.enter": lazy("put you on the list"),
    "labourer.correct": lazy("corrected your record"),
    "labourer.take_off": lazy("took you off the list"),
    "labourer.put_back": lazy("put you back on the list"),
    "declaration.record": lazy("wrote down what you said"),
    "declaration.set_aside": lazy(
        "looked again at a statement of yours and set it aside: it opens nothing, say it anew"
    ),
    "declaration.withdraw": lazy("took back your statement for you"),
    "consent.give": lazy("wrote down a yes of yours"),
    "consent.withdraw": lazy("wrote down a no of yours"),
    "offer.answer": lazy("wrote down your answer to an offer"),
    "offers.take_on": lazy("took you on"),
    "slip.print": lazy("printed a slip with a code for you"),
    "slip.send": lazy("had a code sent to your telephone"),
    "consent.messages": lazy("switched messages of one kind on or off"),
    "portal.open": lazy("opened these pages"),
    "slip.revoke": lazy("ended the code of your slip"),
    "rights.receive": lazy("noted something you ask for"),
    "rights.answer": lazy("answered what you asked for"),
    "rights.objection": lazy("noted: people decide, not the computer"),
    "rights.objection.end": lazy("noted: the computer may match you again"),
    "rights.restriction": lazy("noted: your data are kept and not used"),
    "rights.restriction.end": lazy("noted: your data may be used again"),
}


@dataclass(frozen=True)
class Right:
    """A right as the person reads it: what it is called, what it does, and what the button says."""

    title: LazyText
    text: LazyText
    button: LazyText


# What holds at once, by the person's own tap, until they tap again.
LIMITS: dict[str, Right] = {
    "objection": Right(
        lazy("Let people decide, not the computer"),
        lazy(
            "The computer does not match you with vacancies any more. If you want work, people in your office look by "
            "hand. You stay on the list and lose nothing."
        ),
        lazy("Yes, let people decide"),
    ),
    "restriction": Right(
        lazy("Keep my data, but do not use them"),
        lazy(
            "Your data are only kept. You are not matched, and no firm or agency sees you. You stay on the list and "
            "lose nothing."
        ),
        lazy("Yes, do not use them"),
    ),
}
# What the office has to answer, with its clock.
ASKS: dict[str, Right] = {
    "correction": Right(
        lazy("Have something corrected"),
        lazy("Say what is wrong and how it is right. Your office corrects it, or tells you why not."),
        lazy("Send it"),
    ),
    "deletion": Right(
        lazy("Have everything about me deleted"),
        lazy(
            "Your office takes your name, numbers, home and wishes out for ever, or names the law that asks to keep "
            "them."
        ),
        lazy("Yes, I want it deleted"),
    ),
}


def asked_row(request: RightsRequest, today: date) -> dict[str, Any]:
    """Something the person asked for, with what became of it; any channel."""
    late = request.outcome is None and request.due_on < today
    return {
        "title": ASKS[request.kind].title if request.kind in ASKS else ASKED_OTHERWISE[request.kind],
        "on": request.received_at,
        "due": request.due_on,
        "late": late,
        "outcome": OUTCOME_WORDS[request.outcome] if request.outcome else None,
        "answer": request.answer,
        "ground": request.legal_ground,
    }


ASKED_OTHERWISE: dict[str, LazyText] = {
    "access": lazy("A copy of my data"),
    "objection": LIMITS["objection"].title,
    "restriction": LIMITS["restriction"].title,
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


DOUBTS: dict[str, LazyText] = {
    "in_review": lazy(
        "Very many statements came in at once. Your office first makes sure that each person said theirs."
    ),
    "not_stated": lazy("Your office set this statement aside. If it is yours, say it again."),
}


def next_step(said: dict[str, Any] | None, *, matched: bool, limited: bool, doubt: str | None) -> LazyText:
    """What happens now, in one sentence."""
    if limited:
        return lazy("You set a limit to the use of your data: you are not matched. You can end it below at any time.")
    if doubt and said and said["stands"] and not said["not_now"]:
        return DOUBTS[doubt]
    if matched:
        return lazy("Your office looks for vacancies that suit you. Nobody signs for you: only your own yes counts.")
    if said is None or not said["stands"]:
        return lazy("Nothing happens until you say something. You are not matched with any vacancy.")
    return lazy("You are not matched with vacancies. Nothing else changes, and you can say something else at any time.")


def event_row(event: AuditEvent, office: str | None) -> dict[str, Any]:
    """One line of who did or saw what; without an office it was whoever had the slip."""
    what = ACTS.get(event.act) or lazy("worked on your record")
    is_own = event.act == "portal.open" or event.detail.get("channel") == "self_code"
    by = office or (BY_CODE if is_own else lazy("the system"))
    return {"at": event.at, "office": by, "what": what, "reason": event.reason}


def look_row(one: Seen) -> dict[str, Any]:
    """One line of who looked: on a page, in a list, in a file."""
    nobody = BY_CODE if one.act == "rights.copy" else lazy("the system")
    return {
        "at": one.last_at,
        "office": one.office or nobody,
        "what": told(one.act, one.field),
        "reason": one.reason,
    }
