"""Where an advert speaks of pay. What the words come to is read by the reader of pay texts, here only their place."""

import re

from app.intake.adverts.finds import Find
from app.intake.adverts.parts import Advert, Part
from app.intake.values.pay import PayReading, read_pay

PAY_LABELS = frozenset({None, "v_wage", "v_title"})
PAY_WORDS = re.compile(r"工资|薪|待遇|工价|报酬|收入|到手|保底|计件|工钱|综合")
MONEY = re.compile(r"[元块¥万千]|\dk|\dw")
FIGURE = re.compile(r"\d{4,5}")
RANGE = re.compile(r"\d{4,5}\s*[-~至到]+\s*\d{4,5}")
MORE_ROLES = frozenset({"extra", "overtime", "allowance", "base", "trial", "pay", "regular", "total"})
BEFORE = re.compile(
    r"(?:(?:月|日|时|年)?(?:综合)?(?:工资|薪资|薪酬|薪水|待遇|工价|收入|保底|底薪|薪|到手|单价|价格|计件)[\s:(]*|试用期[^,;]{0,6})$"
)
BEHIND = re.compile(
    r"(?:\s*(?:元|以上|左右|起|不等|上下|\+[^\s,;。]+|\([^)]*\)|上不封顶|[,\s]?(?:另)?加?提成|\s?计件))+"
)


def find_pay(advert: Advert, part: Part, *, post: bool) -> Find | None:
    """The words of pay in a part; not sure where they only add to pay said elsewhere (满勤奖300).

    ``post``: the part names a post, so that a bare range of four figures is its pay.
    """
    if part.label not in PAY_LABELS:
        return None
    words = advert.text[part.start : part.end]
    reading = read_pay(words)
    if not _speaks_of_pay(reading, advert.of(part), part, post):
        return None
    main = reading.minimum is not None or reading.maximum is not None or reading.negotiable or reading.piece
    if part.label == "v_wage":
        return Find("v_wage", part.start, part.end, sure=main)
    start, end = _extent(advert, part, reading)
    return Find("v_wage", start, end, sure=main)


def _speaks_of_pay(reading: PayReading, folded: str, part: Part, post: bool) -> bool:
    named = part.label == "v_wage" or PAY_WORDS.search(folded) is not None
    if reading.minimum is None and reading.maximum is None:
        more = reading.open_up or any(other.role in MORE_ROLES for other in reading.others)
        return (
            more
            or (named and (reading.negotiable or reading.piece))
            or (part.label == "v_wage" and _only_words(folded))
        )
    amount = next(span.words for span in reading.spans if span.field == "amount")
    if named or reading.period_stated or MONEY.search(amount) or RANGE.fullmatch(folded):
        return True
    return (post and FIGURE.fullmatch(amount) is not None) or ((post or part.head) and RANGE.search(amount) is not None)


def _only_words(folded: str) -> bool:
    """Pay told without a figure: 底薪+提成, 按国家规定."""
    return PAY_WORDS.search(folded) is not None or "提成" in folded


def _extent(advert: Advert, part: Part, reading: PayReading) -> tuple[int, int]:
    """From the first word of pay to the last, with the label before and 左右, +提成 or a bracket behind."""
    spans = [span for span in reading.spans if span.field != "negotiable" or len(reading.spans) == 1]
    spans += [other.span for other in reading.others if other.role in MORE_ROLES]
    if not spans:
        return part.start, part.end
    start = part.start + min(span.start for span in spans)
    end = part.start + max(span.end for span in spans)
    before = BEFORE.search(advert.folded[part.start : start])
    behind = BEHIND.match(advert.folded, end, part.end)
    return (part.start + before.start() if before else start), (behind.end() if behind else end)
