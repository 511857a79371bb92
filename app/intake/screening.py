"""What the law has against a post as stated (V8): the rules of words over its texts, and what its figures show."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from app.intake.adverts import LegalSign, legal_signs, rules
from app.intake.adverts.legal import LAWFUL_OVERTIME, overtime_of_pay, overtime_of_week
from app.shared.i18n import current_locale
from app.vacancies.schemas import Finding, RuleWords, VacancyFacts

# The rules tell apart what the lists of blocks and flags hold under one name.
CODES: Final = {
    "keeps_identity_papers": "documents_kept",
    "unpaid_leaving": "unpaid_first_days",
    "insurance_waived": "insurance_waiver",
    "sex_limit": "discrimination",
    "region_limit": "discrimination",
    "ethnic_limit": "discrimination",
    "hepatitis_limit": "discrimination",
    "disability_limit": "discrimination",
    "under_sixteen": "under_age",
    "over_age_work": "over_age_uncovered",
    "implied_overtime": "overtime_over_36",
    "bounty_without_terms": "bounty_unclear",
}
# Words of a post that is said to be direct, though somebody else would be the employer.
DISPATCH: Final = re.compile(
    "(?<!非)(?<!不是)(?<!不做)(?<!不走)(?<!无)(?<!没有)(?<!拒绝)(?<!不经)(?<!不经过)"
    "(?:劳务派遣|派遣(?:工|制|公司|合同|岗)|劳务外包|业务外包|人力外包|外包(?:工|岗|公司|制)|驻厂|代招(?!工牌)"
    "|(?:与|和|跟)[^,，。;；]{0,8}(?:劳务|人力|派遣|外包)[^,，。;；]{0,6}签)"
)
BOND_WORDS: Final = ("保证金", "风险金", "担保金")
CONDITIONS: Final = ("满", "打卡", "在职", "出勤")
PAYERS: Final = ("公司", "厂", "由", "中介", "劳务", "支付", "发放", "随工资")


def screen(facts: VacancyFacts) -> list[Finding]:
    """Everything found, blocks first, each kind of words once."""
    found = [*_by_words(facts), *_by_figures(facts)]
    unique = {(finding.code, finding.words): finding for finding in found}
    return sorted(unique.values(), key=lambda finding: (finding.effect != "block", finding.code, finding.words))


def _by_words(facts: VacancyFacts) -> Iterator[Finding]:
    for sign in legal_signs(_text(facts)):
        yield Finding(_code(sign), sign.rule.effect, sign.words, sign.rule.clause)


def _text(facts: VacancyFacts) -> str:
    texts = (facts.title, facts.pay_text, facts.fees_text, facts.bounty_text, facts.description)
    return "\n".join(text for text in texts if text)


def _code(sign: LegalSign) -> str:
    if sign.rule.code == "deposit" and any(word in sign.words for word in BOND_WORDS):
        return "bond"
    return CODES.get(sign.rule.code, sign.rule.code)


def _by_figures(facts: VacancyFacts) -> Iterator[Finding]:
    if facts.agency_name and facts.contract_kind == "direct":
        yield _finding("hidden_dispatch", facts.agency_name)
    if facts.contract_kind == "direct" and not facts.agency_name and (found := DISPATCH.search(_text(facts))):
        yield _finding("hidden_dispatch", found[0])
    if facts.contract_kind == "dispatch" and not facts.agency_name:
        yield _finding("hidden_dispatch", "劳务派遣")
    if overtime(facts) > LAWFUL_OVERTIME:
        yield _finding("implied_overtime", f"{facts.hours_week} 小时/周" if facts.hours_week else facts.pay_text or "")
    if facts.bounty_text and not _has_terms(facts.bounty_text):
        yield _finding("bounty_without_terms", facts.bounty_text)


def _finding(rule: str, words: str) -> Finding:
    known = rules()[rule]
    return Finding(CODES.get(rule, rule), known.effect, words, known.clause)


def rule_of(code: str, clause: str) -> RuleWords | None:
    """The rule behind a finding, in the reader's language; of several under one code that of its clause."""
    behind = [rule for rule in rules().values() if code in (CODES.get(rule.code, rule.code), _code_of_bond(rule.code))]
    if not behind:
        return None
    rule = next((one for one in behind if one.clause == clause), behind[0])
    return RuleWords(rule.text(current_locale()), rule.mend(current_locale()))


def _code_of_bond(rule: str) -> str:
    return "bond" if rule == "deposit" else rule


def overtime(facts: VacancyFacts) -> Decimal:
    """Hours of overtime a month that the stated week brings, else the fewest that explain pay above the base."""
    if facts.hours_week:
        return overtime_of_week(Decimal(facts.hours_week))
    total = facts.pay_min if facts.pay_period == "month" else None
    if not (facts.base_month and total and facts.pay_basis == "base_plus_overtime"):
        return Decimal(0)
    return overtime_of_pay(Decimal(facts.base_month), Decimal(total))


def _has_terms(text: str) -> bool:
    """Amount, condition and who pays: all of them, or it is a promise."""
    return (
        any(character.isdigit() for character in text)
        and any(word in text for word in CONDITIONS)
        and any(word in text for word in PAYERS)
    )
