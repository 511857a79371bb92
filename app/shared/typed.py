"""What a person typed into a form that was refused, to be sent again from the page that says why.

Forms that redraw themselves need none of this. It is for the small ones, in dialogs and beside lists, whose page is
made of much else: what was typed into them stands on the page of the error, to be mended there.
"""

import re
from typing import Any, Final

from fastapi import Request
from starlette.datastructures import FormData

from app.shared.i18n import N_, lazy

# Free text and days of such forms, each with its label; every other field is sent again as it was.
LABELS: Final[dict[str, str]] = {
    "reason": N_("Reason"),
    "evidence": N_("Evidence"),
    "stated_on": N_("Said on"),
    "answer": N_("Answer"),
    "legal_ground": N_("Ground in law"),
    "words": N_("In own words"),
    "measure": N_("What was done"),
    "why_passed": N_("Reason"),
    "why_released": N_("Reason"),
    "why_kept": N_("Reason"),
    "why_decided": N_("Reason"),
    "names": N_("Names of offices, agencies or people complained of"),
    "note": N_("Note"),
    "number": N_("Number of the dispatch permit"),
    "until": N_("Last day"),
    "amount": N_("Amount"),
    "from_on": N_("In force from"),
    "source": N_("Source"),
}
SHORT: Final = frozenset({"stated_on", "number", "until", "amount", "from_on", "legal_ground"})
SECRET: Final = re.compile(r"password|again|code|proof|secret|csrf|file|sheet", re.IGNORECASE)


def typed_again(request: Request, wrong: dict[str, str]) -> dict[str, Any] | None:
    """The form to draw on the error's page; none where nothing was typed, or something not to be shown again."""
    form = getattr(request, "_form", None)  # read by the route; the body itself is gone by now
    if request.method != "POST" or not isinstance(form, FormData):
        return None
    values = [(name, value) for name, value in form.multi_items() if name != "csrf_token"]
    if any(SECRET.search(name) or not isinstance(value, str) for name, value in values):
        return None
    shown = [name for name, _ in values if name in LABELS]
    shown += [name for name in wrong if name in LABELS and name not in shown]
    if not shown:
        return None
    if "text" in wrong and len(shown) == 1:  # what the API calls so has a name of its own on each form
        wrong = {shown[0]: wrong["text"]}
    typed = dict(values)
    return {
        # What was not chosen cannot be chosen here: then the words stand there to be taken back to the form.
        "action": request.url.path if set(wrong) <= set(shown) else None,
        "kept": [(name, value) for name, value in values if name not in shown],
        "fields": [
            {"name": name, "label": lazy(LABELS[name]), "value": typed.get(name, ""), "is_short": name in SHORT}
            for name in dict.fromkeys(shown)
        ],
        "errors": {name: lazy(message) for name, message in wrong.items()},
    }
