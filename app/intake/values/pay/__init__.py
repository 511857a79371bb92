"""The reader of pay texts: what a cell or an advert says about pay, and nothing it does not say."""

from app.intake.values.pay.lines import as_dict, read_pay_lines
from app.intake.values.pay.reading import PayAmount, PayReading, Span, read_pay
from app.intake.values.pay.terms import PayTerms, Term, pay_terms

__all__ = ["PayAmount", "PayReading", "PayTerms", "Span", "Term", "as_dict", "pay_terms", "read_pay", "read_pay_lines"]
