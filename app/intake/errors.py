"""A file that cannot be read at all. What is wrong with single rows is a ``Problem``, not an error."""

from typing import Any

from app.errors import AppError
from app.intake.messages import FILE_PROBLEMS, FILE_REFUSED_TITLE


class FileRefused(AppError):
    """The whole file is refused; nothing of it was kept."""

    status = 422
    title = FILE_REFUSED_TITLE

    def __init__(self, code: str, **params: Any) -> None:
        cause, mend = FILE_PROBLEMS[code]
        super().__init__(cause, **params)
        self.code = code
        self.mend = mend

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready: the code, its parameters, and the English sentences for who reads no code."""
        return {
            "code": self.code,
            "params": self.params,
            "cause": self.message % self.params if self.params else self.message,
            "mend": self.mend % self.params if self.params else self.mend,
        }
