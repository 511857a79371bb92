"""What can go wrong by a person's doing, each with its status, and nothing else.

Anything that is not an ``AppError`` is a bug: it is logged, answered with 500, and shows no detail.
Messages are English message ids; the renderer puts them into the reader's language.
"""

from typing import Any


class AppError(Exception):
    """Base of the errors shown to people. A subclass must say its HTTP status."""

    status: int
    title: str = "Something went wrong"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not isinstance(getattr(cls, "status", None), int):
            raise TypeError(f"{cls.__name__} needs a status")

    def __init__(self, message: str, *, field: str | None = None, **params: Any) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.params = params


class Unauthenticated(AppError):
    """Nobody is signed in."""

    status = 401
    title = "Please sign in"


class Forbidden(AppError):
    """The row is visible, the act is not allowed."""

    status = 403
    title = "Not allowed"


class NotFound(AppError):
    """No such row, or none this person may see: the two look the same."""

    status = 404
    title = "Not found"


class Conflict(AppError):
    """The row has changed, or its state refuses the act."""

    status = 409
    title = "Not possible now"


class Stale(AppError):
    """An edit was based on an older version of the row."""

    status = 412
    title = "Changed by somebody else"


class TooLarge(AppError):
    """More than this door lets through."""

    status = 413
    title = "Too large"


class Invalid(AppError):
    """What was entered cannot be accepted; ``fields`` tells which and why."""

    status = 422
    title = "Please check what was entered"

    def __init__(self, message: str, *, fields: dict[str, str] | None = None, **params: Any) -> None:
        super().__init__(message, **params)
        self.fields = fields or {}


class TooManyRequests(AppError):
    """Tried too often; wait."""

    status = 429
    title = "Please wait"
