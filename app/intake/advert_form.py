"""A pasted advert on its way to vacancies: one card per post, each field beside its words, only what is missing asked.

What stands in an input is what a cell of the supply sheet would hold, so that a card is read like a row of one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from app.intake.adverts import DraftField, DraftVacancy, LegalSign, read_advert
from app.intake.adverts.output import QUESTIONS
from app.intake.adverts.values import CHOICES
from app.intake.fields import fields, template
from app.intake.place_names import place_resolver
from app.occupations import adapter
from app.shared.categories import categories
from app.shared.i18n import LazyText, current_locale, lazy

LONGEST: Final = 6_000
"""Characters of one advert. What travels on WeChat is shorter; more is a document."""
SHORTEST: Final = 2
CONTRACT: Final = "v_contract"
NEVER_EMPTY: Final = ("v_company", "v_title")
NUMBERS: Final = frozenset(
    {"v_headcount", "v_base_pay", "v_hours_week", "v_hours_day", "v_lodging_cost", "v_utilities_cost", "v_meal_cost"}
    | {"v_months"}
)
DAYS: Final = frozenset({"v_start", "v_end"})
LONG: Final = frozenset({"v_requirement", "v_description", "v_wage", "v_fees", "v_bounty", "v_address"})


def drafts_of(text: str, home_code: str | None, today: date) -> list[DraftVacancy]:
    """The drafts in a text; takes a moment, so it belongs outside the event loop."""
    return read_advert(text, place_resolver(home_code), _is_title, today)


def _is_title(words: str) -> bool:
    """Whether words are surely a post of some trade; of two characters too little is said."""
    reading = adapter.code([words])[0]
    return len(words) > SHORTEST and reading.decided and reading.family is not None


@dataclass(frozen=True)
class Piece:
    """A stretch of the pasted text: plain, or the words of some fields."""

    text: str
    names: str = ""
    sign: str = ""  # bad or warn where the law has something against the words


def pieces(text: str, drafts: Sequence[DraftVacancy]) -> list[Piece]:
    """The text cut at every border of a field's words, so that words of several fields are marked once."""
    spans = [(s.start, s.end, key) for draft in drafts for key, one in draft.fields.items() for s in one.sources]
    signs = [(w.start, w.end, w.rule.effect) for draft in drafts for w in draft.warnings]
    borders = sorted({0, len(text), *(at for start, end, _ in [*spans, *signs] for at in (start, end))})
    return [
        Piece(
            text[start:end],
            "、".join(dict.fromkeys(label(key) for first, last, key in spans if first <= start and end <= last)),
            _worst(effect for first, last, effect in signs if first <= start and end <= last),
        )
        for start, end in pairwise(borders)
        if end > start
    ]


def _worst(effects: Iterable[str]) -> str:
    found = set(effects)
    return "bad" if "block" in found else "warn" if found else ""


def label(key: str) -> str:
    """A field's name as in the template, in the reader's language."""
    known = fields()[key]
    return known.zh if current_locale().startswith("zh") else known.en


def cells_of(draft: DraftVacancy) -> dict[str, str]:
    """The draft as cells of a sheet; words without a value give an empty cell here."""
    return {key: _cell(one) for key, one in draft.fields.items()}


def _cell(one: DraftField) -> str:
    key, value = one.key, one.value
    if value is None:
        return ""
    if key in CHOICES:
        return categories(CHOICES[key])[value].zh
    if key == "v_traits":
        return "、".join(categories("traits")[code].zh for code in value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    return one.text if key == "v_place" else str(value)


def keys_of(draft: DraftVacancy) -> list[str]:
    """The fields a card has an input for."""
    return list(dict.fromkeys([*draft.missing, CONTRACT, *draft.fields]))


def with_words(values: Mapping[str, str], draft: DraftVacancy) -> dict[str, str]:
    """The cells of a card as typed. Words without a value stand in where nothing was typed: they are told as they are
    (若干, 面议), and what they come to stays unknown."""
    told = {key: one.text for key, one in draft.fields.items() if one.value is None}
    return {key: text for key in keys_of(draft) if (text := values.get(key) or told.get(key, ""))}


def name_of(number: int, key: str) -> str:
    """The name of an input: which card, which field."""
    return f"{number}-{key}"


def card(
    number: int, drafts: Sequence[DraftVacancy], values: Mapping[str, str], errors: Mapping[str, Any]
) -> dict[str, Any]:
    """One draft as the template draws it: what is asked first, then what was read, then what the law has against it."""
    draft = drafts[number]
    asked = [key for key in (*draft.missing, CONTRACT) if key != CONTRACT or not cells_of(draft).get(CONTRACT)]
    used = [source for one in drafts for field in one.fields.values() for source in field.sources]
    return {
        "number": number,
        "title": values.get("v_title", ""),
        "asked": [_entry(number, key, draft, values, errors, question=_question(key)) for key in asked],
        "read": [_entry(number, key, draft, values, errors) for key in _in_order(draft) if key not in asked],
        "blocks": [_sign(sign) for sign in _unique(draft.warnings) if sign.rule.effect == "block"],
        "flags": [_sign(sign) for sign in _unique(draft.warnings) if sign.rule.effect != "block"],
        "unread": [one.words for one in draft.unread if not any(s.start < one.end and one.start < s.end for s in used)],
    }


def _in_order(draft: DraftVacancy) -> Iterator[str]:
    return (field.key for field in template("supply") if field.key in draft.fields)


def _question(key: str) -> LazyText:
    if key == CONTRACT:
        return lazy("What kind of contract is it? The advert does not say.")
    return lazy(QUESTIONS[key])


def _entry(
    number: int, key: str, draft: DraftVacancy, values: Mapping[str, str], errors: Mapping[str, Any],
    question: LazyText | None = None,
) -> dict[str, Any]:  # fmt: skip
    known = draft.fields.get(key)
    return {
        "name": name_of(number, key),
        "label": label(key),
        "question": question,
        "required": key in NEVER_EMPTY,
        "value": values.get(key, ""),
        "words": [source.words for source in known.sources] if known else [],
        "error": errors.get(key),
        "kind": "choice" if key in CHOICES else "long" if key in LONG else "text",
        "type": "date" if key in DAYS else "text",
        "inputmode": "numeric" if key in NUMBERS else None,
        "options": _options(key),
    }


def _options(key: str) -> list[dict[str, str]]:
    if key not in CHOICES:
        return []
    locale = current_locale()
    return [{"value": one.zh, "label": one.label(locale)} for one in categories(CHOICES[key]).values]


def _unique(signs: Iterable[LegalSign]) -> list[LegalSign]:
    return list({(sign.rule.code, sign.words): sign for sign in signs}.values())


def _sign(sign: LegalSign) -> LazyText:
    locale = current_locale()
    return lazy(
        "%(title)s: “%(words)s”. %(mend)s (%(clause)s)",
        title=sign.rule.text(locale),
        words=sign.words,
        mend=sign.rule.mend(locale),
        clause=sign.rule.clause,
    )
