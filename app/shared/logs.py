"""What is logged, and how: one line per event on standard error, for a person or (``log_json``) for a log collector.

Tracebacks never show local variables: those hold names and identity numbers.
"""

import logging
import sys
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer


def configure_logging(*, as_json: bool, least: int = logging.INFO) -> None:
    """Set up structlog and the standard loggers alike, from level ``least``. Once per process, at its start."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    output = _json_output() if as_json else _console_output()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(least),
        processors=[*shared, *output],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *output],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def _json_output() -> list[Any]:
    transformer = ExceptionDictTransformer(show_locals=False)
    return [
        structlog.processors.ExceptionRenderer(transformer),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]


def _console_output() -> list[Any]:
    return [
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
    ]
