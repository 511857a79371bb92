"""Errors of the library. Each message says what is wrong, where, and what is expected instead."""


class MatchingError(ValueError):
    """Something handed to the library cannot be worked with."""


class InvalidColumnError(MatchingError):
    """A column of a problem has the wrong type, shape or domain, or points at a row that does not exist."""

    def __init__(self, table: str, column: str, reason: str) -> None:
        super().__init__(f"{table}.{column}: {reason}")
        self.table = table
        self.column = column
        self.reason = reason


class InvalidParamsError(MatchingError):
    """A weight, threshold or saturation lies outside its domain."""


class InvalidPayError(MatchingError):
    """A term of pay lies outside its domain."""


class RowOutOfRangeError(MatchingError):
    """A labourer or a vacancy is asked for by a row number the problem does not have."""
