"""Paste an advert, see what was read beside its words, enter the posts: one step between pasting and the list.

Nothing is kept between the steps: the text travels with the form, and is read again when it comes back.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.database import Session
from app.intake import advert_form, drafting
from app.intake.adverts import DraftVacancy
from app.intake.drafting import Reader
from app.permissions import Actor, Permission, require
from app.shared.bounds import number_typed
from app.shared.clock import day_of
from app.shared.flash import set_flash
from app.shared.i18n import lazy, nlazy
from app.shared.templating import render

router = APIRouter(prefix="/adverts")

Editor = Annotated[Actor, require(Permission.VACANCIES_EDIT)]


@router.get("/new")
async def new_advert(request: Request, _actor: Editor) -> Response:
    return render(request, "intake/advert_new.html", {"text": "", "errors": None, "empty": False})


@router.post("/new")
async def read_text(request: Request, actor: Editor, text: Annotated[str, Form()] = "") -> Response:
    text = plain(text)
    refused = _refusal(text)
    if refused:
        return _ask_again(request, text, refused)
    drafts = await _drafts(request, actor, text)
    if not drafts:
        return _ask_again(request, text, None)
    cards = [Card(draft, advert_form.cells_of(draft)) for draft in drafts]
    return _review(request, text, cards, range(len(cards)))


def plain(text: str) -> str:
    """The text as typed: browsers send line ends of their own."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _refusal(text: str) -> dict[str, Any] | None:
    if not text:
        return {"text": lazy("Paste the text of an advert first.")}
    if len(text) > advert_form.LONGEST:
        return {"text": lazy("More than %(most)s characters: paste one advert at a time.", most=advert_form.LONGEST)}
    return None


def _ask_again(request: Request, text: str, errors: dict[str, Any] | None) -> Response:
    context = {"text": text, "errors": errors, "empty": errors is None}
    return render(request, "intake/advert_new.html", context, status_code=422)


async def _drafts(request: Request, actor: Actor, text: str) -> list[DraftVacancy]:
    today = day_of(request.app.state.clock())
    return await asyncio.to_thread(advert_form.drafts_of, text, actor.organisation_locality, today)


@dataclass
class Card:
    """One draft with what stands in its inputs, what is wrong there, and the post it repeats."""

    draft: DraftVacancy
    values: Mapping[str, str]
    errors: Mapping[str, Any] = field(default_factory=dict)
    known: UUID | None = None

    @property
    def cells(self) -> dict[str, str]:
        """The card as a row of a sheet."""
        return advert_form.with_words(self.values, self.draft)


def _review(
    request: Request, text: str, cards: Sequence[Card], taken: Sequence[int], status_code: int = 200
) -> Response:
    numbered, drafts = list(enumerate(cards)), [one.draft for one in cards]
    named = {(number, key): advert_form.label(key) for number, one in numbered for key in one.errors}
    context = {
        "text": text,
        "pieces": advert_form.pieces(text, drafts),
        "cards": [advert_form.card(number, drafts, one.values, one.errors) for number, one in numbered],
        "errors": {advert_form.name_of(number, key): cards[number].errors[key] for number, key in named},
        "names": {advert_form.name_of(*key): label for key, label in named.items()},
        "taken": list(taken),
        "known": {number: one.known for number, one in numbered if one.known},
    }
    return render(request, "intake/advert_review.html", context, status_code=status_code)


@router.post("")
async def enter_posts(request: Request, session: Session, actor: Editor) -> Response:
    form = await request.form()
    text = plain(str(form.get("text", "")))
    refused = _refusal(text)
    drafts = [] if refused else await _drafts(request, actor, text)
    if not drafts:
        return _ask_again(request, text, refused)
    asked = {number_typed(str(one)) for one in form.getlist("take")}
    taken = sorted(one for one in asked if one is not None and one < len(drafts))
    now: datetime = request.app.state.clock()
    reader = Reader(request.app.state.keys, request.state.net_pay, actor, now)
    cards = [_card(form, number, draft, reader) for number, draft in enumerate(drafts)]
    for number in taken:
        cards[number].known = await drafting.listed(session, reader, cards[number].cells)
    wrong = any(cards[number].errors or cards[number].known for number in taken)
    if wrong or not taken:  # what is listed already is not entered again, also when a form is sent twice
        return _review(request, text, cards, taken, status_code=422)
    entered = [await drafting.enter(session, reader, cards[number].cells, drafts[number]) for number in taken]
    return _onward(entered)


def _card(form: Any, number: int, draft: DraftVacancy, reader: Reader) -> Card:
    values = {key: str(form.get(advert_form.name_of(number, key), "")).strip() for key in advert_form.keys_of(draft)}
    card = Card(draft, values)
    card.errors = drafting.errors_of(reader, card.cells, values)
    return card


def _onward(entered: Sequence[UUID]) -> Response:
    address = f"/vacancies/{entered[0]}" if len(entered) == 1 else "/vacancies"
    response = RedirectResponse(address, status_code=303)
    set_flash(response, nlazy("%(num)s post entered.", "%(num)s posts entered.", len(entered)))
    return response
