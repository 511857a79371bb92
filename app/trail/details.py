"""What stands beside an act of the trail, in words: kinds of things, and the names of its details."""

from typing import Any, Final

from app.shared.i18n import LazyText, lazy

KINDS: Final[dict[str, LazyText]] = {
    "labourer": lazy("person"),
    "demand_list": lazy("demand list"),
    "vacancy": lazy("post"),
    "employer": lazy("employer"),
    "import_batch": lazy("sheet"),
    "match_run": lazy("match run"),
    "task_run": lazy("task"),
    "post": lazy("post of an official"),
    "audit_event": lazy("trail"),
    "key": lazy("key"),
    "erased_identity": lazy("identity of a deleted person"),
    "impact_assessment": lazy("impact assessment"),
    "retention_table": lazy("retention table"),
    "dispatch_permit": lazy("dispatch permit"),
    "local_figure": lazy("minimum wage of a place"),
    "user": lazy("account"),
    "api_token": lazy("access token"),
    "organisation": lazy("organisation"),
    "invitation": lazy("invitation"),
    "grievance": lazy("complaint"),
    "notice": lazy("message"),
    "offer": lazy("offer"),
    "placement": lazy("placement"),
    "recorder_review": lazy("statements to look at again"),
}
DETAILS: Final[dict[str, LazyText]] = {
    "agency": lazy("dispatching firm"),
    "amount": lazy("amount"),
    "bytes": lazy("bytes"),
    "changes": lazy("what changed"),
    "channel": lazy("way it was said"),
    "days": lazy("for days"),
    "dry": lazy("only counted"),
    "ended": lazy("sessions ended"),
    "field": lazy("field"),
    "fields": lazy("named fields"),
    "forgiven": lazy("tries forgiven"),
    "from_on": lazy("from the day"),
    "ground": lazy("ground"),
    "kind": lazy("what kind"),
    "level": lazy("stage"),
    "loaded": lazy("rows loaded"),
    "masked": lazy("masked"),
    "name": lazy("name given"),
    "narrowed_by": lazy("narrowed by"),
    "number": lazy("its number in full"),
    "office": lazy("office given"),
    "on_behalf_of": lazy("on behalf of"),
    "organisation": lazy("organisation given"),
    "outcome": lazy("outcome"),
    "people": lazy("people meant"),
    "place": lazy("place"),
    "post": lazy("post given"),
    "posts": lazy("number of posts"),
    "role": lazy("role"),
    "purpose": lazy("purpose"),
    "rows": lazy("number of rows"),
    "scope": lazy("region or scope"),
    "scopes": lazy("what it opens"),
    "source": lazy("source"),
    "taken_back": lazy("rows taken back"),
    "until": lazy("until the day"),
    "upheld": lazy("found justified"),
    "user": lazy("user named"),
}


def in_words(detail: dict[str, Any]) -> str:
    """The details of one line: what each is called, and its value; empty ones are left out."""
    told = {name: value for name, value in detail.items() if value not in ([], None)}
    return "; ".join(f"{DETAILS.get(name, name)}: {_plain(value)}" for name, value in told.items())


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(one)}" for name, one in value.items())
    return str(value)
