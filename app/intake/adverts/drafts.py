"""Draft vacancies from a pasted advert: each field with its value and the words it came from, nothing besides.

A field without words stays empty. A required field without a value is named in ``missing``, to be asked. The age line
and limits the law forbids are reported as warnings and left out of the public text; a wish for one sex is no field.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from app.intake.adverts.finds import Find, find_in
from app.intake.adverts.legal import LAWFUL_OVERTIME, LegalSign, overtime_of_pay, overtime_of_week, rules, signs_in
from app.intake.adverts.names import CodeTitle, find_company, find_title
from app.intake.adverts.parts import Advert, Part, cut
from app.intake.adverts.patterns import COUNT
from app.intake.adverts.pay_parts import find_pay
from app.intake.adverts.places import ResolvePlace
from app.intake.adverts.posts import Post, Told, divide
from app.intake.adverts.sites import find_place
from app.intake.adverts.values import value_of
from app.intake.values.pay import PayReading, read_pay

REQUIRED = ("v_company", "v_title", "v_headcount", "v_wage", "v_place")
SEVERAL = frozenset(
    {"v_wage", "v_requirement", "v_description", "v_certificate", "v_traits", "v_fees", "v_bounty", "v_insurance"}
)
TELLING = frozenset({"v_company", "v_agency", "v_title", "v_headcount", "v_wage"})
JOINT = "；"


@dataclass(frozen=True, slots=True)
class Source:
    """A place in the pasted text and the words that stand there."""

    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class DraftField:
    """One field: its words as a cell of a sheet would hold them, their value where it can be read, their places."""

    key: str
    text: str
    value: Any
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class DraftVacancy:
    """One vacancy as far as the advert tells it."""

    fields: dict[str, DraftField]
    missing: tuple[str, ...]
    warnings: tuple[LegalSign, ...]
    unread: tuple[Source, ...]
    public_text: str
    pay: PayReading | None

    @property
    def blocked(self) -> bool:
        """Whether a warning keeps it from opening as it stands."""
        return any(warning.rule.effect == "block" for warning in self.warnings)


def read_advert(
    text: str,
    resolve_place: ResolvePlace | None = None,
    code_title: CodeTitle | None = None,
    today: date | None = None,
) -> list[DraftVacancy]:
    """Read a pasted advert into one draft per post.

    ``resolve_place`` gives a place's code or None; ``code_title`` anything true for words that are a post; ``today``
    completes days without a year. Text that names neither an employer, a post, a number of people nor pay gives none.
    """
    advert = cut(text)
    told = _with_one_employer(
        [Told(part, tuple(_finds(advert, part, resolve_place, code_title))) for part in advert.parts]
    )
    if not any(one.said() & TELLING for one in told):
        return []
    return [_draft(advert, post, resolve_place, today) for post in divide(told, advert.folded)]


def _finds(advert: Advert, part: Part, resolve_place: ResolvePlace | None, code_title: CodeTitle | None) -> list[Find]:
    titles = find_title(advert, part, code_title)
    pay = find_pay(advert, part, post=bool(titles))
    found = find_in(advert, part)
    named = any(title.sure for title in titles)
    titles = [title for title in titles if title.sure or pay or _alone(advert, part, title)]
    company = find_company(advert, part, resolve_place)
    places = find_place(advert, part, resolve_place)
    if not titles and part.label != "v_headcount" and not named:
        found = [find for find in found if find.key != "v_headcount" or _recruits(advert, part)]
    return [*titles, *([company] if company else []), *places, *([pay] if pay else []), *found]


def _with_one_employer(told: list[Told]) -> list[Told]:
    """Where a label names the employer, a name without one is at most a headline."""
    if not any(find.key == "v_company" and one.part.label == "v_company" for one in told for find in one.finds):
        return told
    return [one if one.part.label == "v_company" else Told(one.part, tuple(map(_less_sure, one.finds))) for one in told]


def _less_sure(find: Find) -> Find:
    return replace(find, sure=False) if find.key == "v_company" else find


def _alone(advert: Advert, part: Part, title: Find) -> bool:
    """Whether a part is a title and nothing else: 普工 on a line of its own or between wide gaps."""
    apart = part.head or advert.folded[part.start - 1].isspace()
    return apart and title.start == part.start and title.end >= part.end - 1


def _recruits(advert: Advert, part: Part) -> bool:
    words = advert.of(part)
    return COUNT.fullmatch(words) is not None or any(word in words for word in ("招", "聘", "需", "缺", "要"))


def _draft(advert: Advert, post: Post, resolve_place: ResolvePlace | None, today: date | None) -> DraftVacancy:
    told = sorted([*post.own, *post.shared], key=lambda one: one.part.start)
    fields: dict[str, DraftField] = {}
    for key in _keys(told):
        finds = _chosen(key, post, told)
        field = _field(advert, key, finds, resolve_place, today) if finds else None
        if field is not None and field.sources:
            fields[key] = field
    pay = read_pay(fields["v_wage"].text) if "v_wage" in fields else None
    if pay is not None:
        _add_pay_fields(advert, fields, pay)
    warnings = [*signs_in(advert, [one.part for one in told]), *_worked_out(advert, fields, pay)]
    return DraftVacancy(
        fields=fields,
        missing=tuple(key for key in REQUIRED if key not in fields or fields[key].value is None),
        warnings=tuple(warnings),
        unread=tuple(_source(advert, one.part.start, one.part.end) for one in told if not one.finds),
        public_text=_public_text(advert, [one.part for one in told], warnings),
        pay=pay,
    )


def _keys(told: list[Told]) -> list[str]:
    return list(
        dict.fromkeys(
            ["v_company", "v_title", "v_headcount", "v_wage", *(find.key for one in told for find in one.finds)]
        )
    )


def _chosen(key: str, post: Post, told: list[Told]) -> list[Find]:
    """The finds that make a field: the post's own before shared ones, sure before unsure, the first or all."""
    if key == "v_title":
        return [post.title] if post.title else []
    own = [find for one in post.own for find in one.finds if find.key == key]
    found = own or [find for one in told for find in one.finds if find.key == key]
    sure = [find for find in found if find.sure]
    if key == "v_wage":
        return _joined(found, told) if sure else []
    if key == "v_requirement":
        return found
    if key == "v_place" and not sure:
        return sorted(found, key=lambda find: find.start - find.end)[:1]
    chosen = sure or found
    return chosen if key in SEVERAL else chosen[:1]


def _joined(found: list[Find], told: list[Told]) -> list[Find]:
    """Parts of pay that follow each other in one line become one stretch of words: 底薪2490，综合5500，满勤奖300."""
    order = {find: place for place, one in enumerate(told) for find in one.finds}
    joined: list[Find] = []
    last = -2
    for find in found:
        place = order[find]
        follows = joined and place == last + 1 and told[place].part.line == told[last].part.line
        if follows and _only_pay(told[last], told[place]):
            joined[-1] = Find("v_wage", joined[-1].start, find.end)
        else:
            joined.append(find)
        last = place
    return joined


def _only_pay(first: Told, second: Told) -> bool:
    """Whether between the two stretches of pay nothing else stands."""
    ends = max(find.end for find in first.finds if find.key == "v_wage")
    begins = min(find.start for find in second.finds if find.key == "v_wage")
    return first.part.end - ends <= 1 and begins == second.part.start


def _field(
    advert: Advert, key: str, finds: list[Find], resolve_place: ResolvePlace | None, today: date | None
) -> DraftField:
    spans = [(find.start, find.end) for find in finds]
    if key in {"v_requirement", "v_description"}:
        spans = _without_limits(advert, spans)
    sources = tuple(_source(advert, start, end) for start, end in dict.fromkeys(spans))
    text = JOINT.join(source.words for source in sources)
    return DraftField(key, text, value_of(key, text, resolve_place, today) if text else None, sources)


def _source(advert: Advert, start: int, end: int) -> Source:
    return Source(start, end, advert.text[start:end])


def _without_limits(advert: Advert, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Leaves out of a requirement the clauses that hold an age line or a limit the law forbids."""
    parts = [Part(start, end, 0) for start, end in spans]
    return [(part.start, part.end) for part in parts if not any(hit.rule.strip for hit in signs_in(advert, [part]))]


def _add_pay_fields(advert: Advert, fields: dict[str, DraftField], pay: PayReading) -> None:
    """Base pay and basis of pay, each at its own words inside those of pay."""
    wage = fields["v_wage"]
    if len(wage.sources) != 1:
        return
    offset = wage.sources[0].start
    base = next(iter(pay.of_role("base")), None)
    if base is not None and base.minimum is not None and "v_base_pay" not in fields:
        source = _source(advert, offset + base.span.start, offset + base.span.end)
        fields["v_base_pay"] = DraftField("v_base_pay", source.words, base.minimum, (source,))
    span = next((span for span in pay.spans if span.field in {"basis", "period"}), None)
    if pay.pay_basis is not None and span is not None and "v_pay_basis" not in fields:
        source = _source(advert, offset + span.start, offset + span.end)
        fields["v_pay_basis"] = DraftField("v_pay_basis", source.words, pay.pay_basis, (source,))


def _worked_out(advert: Advert, fields: dict[str, DraftField], pay: PayReading | None) -> list[LegalSign]:
    """Warnings that take more than words: overtime implied, a bounty without terms, an agency without a user unit."""
    found: list[LegalSign] = []
    hours = _overtime(fields, pay)
    if hours is not None:
        found.append(_at(hours, "implied_overtime"))
    bounty = fields.get("v_bounty")
    if bounty is not None and not _has_terms(_lines_of(advert, bounty)):
        found.append(_at(bounty, "bounty_without_terms"))
    if "v_agency" in fields and "v_company" not in fields:
        found.append(_at(fields["v_agency"], "hidden_dispatch"))
    return found


def _at(field: DraftField, code: str) -> LegalSign:
    source = field.sources[0]
    return LegalSign(rules()[code], source.start, source.end, source.words)


def _lines_of(advert: Advert, field: DraftField) -> str:
    """The lines a field's words stand in: the terms of a bounty follow it in the same breath."""
    starts = {advert.text.rfind("\n", 0, source.start) + 1 for source in field.sources}
    return "\n".join(advert.text[start:].split("\n", 1)[0] for start in sorted(starts))


def _has_terms(text: str) -> bool:
    """Amount, condition and payer or date: all of them, or it is a promise."""
    amount = any(char.isdigit() for char in text)
    condition = any(word in text for word in ("满", "打卡", "在职"))
    payer = any(word in text for word in ("公司付", "厂付", "由", "支付", "发放", "随工资"))
    return amount and condition and payer


def _overtime(fields: dict[str, DraftField], pay: PayReading | None) -> DraftField | None:
    """The field whose words imply more overtime than the law allows."""
    for key, days in (("v_hours_week", None), ("v_hours_day", _days_a_week(fields))):
        value = fields[key].value if key in fields else None
        if value is not None and overtime_of_week(Decimal(value) * (days or 1)) > LAWFUL_OVERTIME:
            return fields[key]
    if pay is None or pay.basis != "total" or pay.period != "month" or not pay.base_min or not pay.minimum:
        return None
    return fields["v_wage"] if overtime_of_pay(pay.base_min, pay.minimum) > LAWFUL_OVERTIME else None


def _days_a_week(fields: dict[str, DraftField]) -> int:
    """Days worked a week as far as rest days are stated; five where nothing is said, so that nobody is accused."""
    rest = fields["v_rest"].value if "v_rest" in fields else None
    return 6 if rest == "one_day" else 5


def _public_text(advert: Advert, parts: list[Part], warnings: list[LegalSign]) -> str:
    """The post's own words for the public, without the clauses that hold an age line or a forbidden limit."""
    lines: dict[int, list[str]] = {}
    for part in parts:
        stripped = any(hit.rule.strip and part.start <= hit.start < part.end for hit in warnings)
        if not stripped:
            lines.setdefault(part.line, []).append(
                advert.text[part.start if part.shown_from < 0 else part.shown_from : part.end]
            )
    return "\n".join("，".join(words) for _, words in sorted(lines.items()))
