"""Acts of the trail in words: for the auditor, and for the person whose record was looked at.

A person's own word (a statement, a consent, a withdrawal) is one thing here, whatever it said: no search of the trail
picks out those who said no (V4).
"""

from dataclasses import dataclass
from typing import Final

from app.shared.i18n import LazyText, lazy


@dataclass(frozen=True)
class Act:
    """What an act is called. ``read`` stands for acts that show people's records: what the person is told."""

    label: LazyText
    read: LazyText | None = None


OWN_WORD: Final = lazy("a person's own word recorded or taken back")
OWN_WORD_KINDS: Final = ("declaration.", "consent.", "offer.")  # acts that begin so; what they said stays untold

ACTS: Final[dict[str, Act]] = {
    "review.close": Act(lazy("very many statements looked at again")),
    "employer.attest": Act(lazy("an employer checked for the receiving side")),
    "grievance.close": Act(lazy("a complaint closed")),
    "grievance.escalate": Act(lazy("an overdue complaint passed up")),
    "invitation.first_run": Act(lazy("the first invitation printed")),
    "dispatch_permit.enter": Act(lazy("a dispatch permit recorded")),
    "minimum_wage.enter": Act(lazy("a minimum wage entered")),
    "minimum_wage.propose": Act(lazy("a lower minimum wage proposed")),
    "portal.open": Act(lazy("own pages opened by code")),
    "post.give": Act(lazy("a post given")),
    "rights.erase": Act(lazy("a person's identity deleted")),
    "second_factor.reset": Act(lazy("a second factor reset")),
    "vacancy.attest": Act(lazy("a post checked for the receiving side")),
    "vacancy.hold": Act(lazy("a post held for a check")),
    "vacancy.release": Act(lazy("a held post let go")),
    "labourer.enter": Act(lazy("a person entered")),
    "labourer.correct": Act(lazy("a person's record corrected")),
    "labourer.take_off": Act(lazy("a person taken off the list")),
    "labourer.put_back": Act(lazy("a person put back on the list")),
    "labourer.reveal": Act(lazy("an identity field shown in clear"), lazy("saw your %(field)s in full")),
    "labourer.open": Act(lazy("a person's record opened"), lazy("opened your record")),
    "labourer.open_form": Act(lazy("a person's record opened to correct it"), lazy("opened your record to correct it")),
    "labourer.open_matches": Act(lazy("a person's suitable posts opened"), lazy("looked which posts suit you")),
    "labourers.list": Act(lazy("the demand list looked through"), lazy("had a list on the screen with you on it")),
    "labourers.export": Act(lazy("the demand list taken out as a file"), lazy("took out a file with you in it")),
    "candidates.list": Act(lazy("candidates of a post seen by name"), lazy("saw you among those who suit a post")),
    "candidates.list_unnamed": Act(
        lazy("candidates of a post seen without names"), lazy("saw you among those who suit a post, without your name")
    ),
    "match_run.start": Act(lazy("a match run started")),
    "match_run.export": Act(lazy("a match run taken out as a file"), lazy("took out a file of matches with you in it")),
    "offers.make": Act(lazy("a post offered to people"), lazy("offered you a post")),
    "offers.withdraw": Act(lazy("an offer taken back"), lazy("took back an offer made to you")),
    "offers.take_on": Act(lazy("a person taken on by an employer")),
    "offers.open": Act(lazy("an offer opened"), lazy("opened an offer made to you")),
    "offers.list": Act(lazy("the offers looked through"), lazy("had a list of offers on the screen with you on it")),
    "offers.accepted": Act(
        lazy("people who said yes seen by their employer"), lazy("saw your name and phone as the firm you said yes to")
    ),
    "employer.enter": Act(lazy("an employer entered")),
    "employer.verify": Act(lazy("an employer verified")),
    "employer.suspend": Act(lazy("an employer suspended")),
    "vacancy.enter": Act(lazy("a post entered")),
    "vacancy.change": Act(lazy("a post changed")),
    "vacancy.verify": Act(lazy("a post verified")),
    "vacancy.pause": Act(lazy("a post paused")),
    "vacancy.resume": Act(lazy("a post resumed")),
    "vacancy.close": Act(lazy("a post closed")),
    "vacancy.put_back": Act(lazy("a post put back on the list")),
    "import.upload": Act(lazy("a sheet brought in")),
    "import.choose_columns": Act(lazy("columns of a sheet explained")),
    "import.mend": Act(lazy("rows of a sheet mended")),
    "import.leave_out": Act(lazy("rows of a sheet left out")),
    "import.apply": Act(lazy("the loading of a sheet asked for")),
    "import.loaded": Act(lazy("a sheet loaded")),
    "import.undo": Act(lazy("the taking back of a sheet asked for")),
    "import.undone": Act(lazy("a sheet taken back")),
    "import.discard": Act(lazy("a sheet thrown away")),
    "tasks.cancel": Act(lazy("a task stopped")),
    "post.take": Act(lazy("another own post taken")),
    "invitation.send": Act(lazy("a person invited to an office")),
    "invitation.accept": Act(lazy("an invitation accepted")),
    "invitation.revoke": Act(lazy("an invitation taken back")),
    "organisation.enter": Act(lazy("an office entered")),
    "organisation.change": Act(lazy("an office changed")),
    "organisation.close": Act(lazy("an office closed")),
    "organisation.reopen": Act(lazy("an office opened again")),
    "post.end": Act(lazy("an official's post ended")),
    "user.disable": Act(lazy("an account closed")),
    "user.enable": Act(lazy("an account opened again")),
    "slip.print": Act(lazy("a labourer's one-time code printed")),
    "slip.send": Act(lazy("a labourer's one-time code sent to their telephone")),
    "slip.revoke": Act(lazy("a labourer's one-time code taken back")),
    "grievance.file": Act(lazy("a complaint filed")),
    "grievance.read": Act(lazy("a complaint read")),
    "grievance.take": Act(lazy("a complaint taken up")),
    "grievance.measure": Act(lazy("a measure taken on a complaint")),
    "grievance.answer": Act(lazy("a complaint answered")),
    "grievance.name": Act(lazy("somebody named in a complaint")),
    "grievance.transfer": Act(lazy("a complaint passed on")),
    "grievance.review": Act(lazy("a complaint reviewed")),
    "grievance.keep_hold": Act(lazy("posts kept stopped after a complaint")),
    "grievance.release_posts": Act(lazy("posts released after a complaint")),
    "rights.receive": Act(lazy("a person's request about their data received")),
    "rights.answer": Act(lazy("a person's request about their data answered")),
    "rights.impact": Act(lazy("an impact assessment taken out")),
    "rights.readmit": Act(lazy("a deleted person entered anew")),
    "rights.retention": Act(lazy("data past its time removed")),
    "password.change": Act(lazy("a password changed")),
    "second_factor.set_up": Act(lazy("a second factor set up")),
    "second_factor.remove": Act(lazy("a second factor removed")),
    "second_factor.new_codes": Act(lazy("new recovery codes made")),
    "session.end": Act(lazy("a session ended")),
    "session.end_all": Act(lazy("all sessions ended")),
    "sign_in.unlock": Act(lazy("a sign-in unlocked")),
    "token.issue": Act(lazy("an access token issued")),
    "token.revoke": Act(lazy("an access token taken back")),
    "rights.copy": Act(lazy("a copy of a person's data made"), lazy("made a copy of your data")),
    "trail.read": Act(lazy("the trail looked through")),
    "trail.export": Act(lazy("the trail taken out as a file")),
    "trail.seen_by": Act(lazy("the list of who saw a person opened"), lazy("opened the list of who saw you")),
    "keys.rotate": Act(lazy("a new key put in use")),
    "keys.retire": Act(lazy("an old key retired")),
}
FIELDS: Final = {"name": lazy("name"), "id_no": lazy("identity number"), "phone": lazy("phone number")}
CHANNELS: Final = {
    "page": lazy("page"),
    "api": lazy("program"),
    "command": lazy("command line"),
    "background": lazy("in the background"),
}


def is_own_word(act: str) -> bool:
    """Whether an act is a person's own word, which the trail shows as no more than that."""
    return act.startswith(OWN_WORD_KINDS)


def is_untold(act: str) -> bool:
    """Whether what an act was about in particular stays untold: complaints are for those who handle them (V9)."""
    return act.startswith((*OWN_WORD_KINDS, "grievance."))


def act_label(act: str) -> LazyText | str:
    """What an act is called; one that has no words yet keeps its code."""
    if is_own_word(act):
        return OWN_WORD
    return ACTS[act].label if act in ACTS else act


def reads() -> tuple[str, ...]:
    """The acts that show people's records."""
    return tuple(code for code, act in ACTS.items() if act.read)


def told(act: str, field: str | None = None) -> LazyText | str:
    """A read as the person is told: what somebody did."""
    known = ACTS.get(act)
    if known is None or known.read is None:
        return act
    return lazy(known.read.msgid, field=FIELDS.get(field or "", field or ""))
