"""How commands answer: tables for people, or one JSON document on one line for machines. Logs go to standard error."""

import json
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

import structlog
import typer
from pydantic import BaseModel, ValidationError
from rich.console import Console

from models.errors import BusinessError, Finding
from models.exact_json import write_exactly
from settings import Settings

ERRORS = Console(stderr=True)

_LINE_BREAKS = {ord(character): f"\\u{ord(character):04x}" for character in "\x85\u2028\u2029"}
"""What JSON allows in a string, but some programs take for the end of a line."""

Json = Annotated[bool, typer.Option("--json", help="One JSON document on one line of standard output.")]


@dataclass(frozen=True)
class Answer:
    """Where a command's answer goes."""

    is_json: bool

    def show(self, document: Any, for_people: Callable[[Console], None]) -> None:
        """Prints `document` as JSON, or lets `for_people` draw it."""
        if self.is_json:
            sys.stdout.write(f"{as_json(document)}\n")
        else:
            for_people(Console())


def as_json(document: Any) -> str:
    """`document` on one line; decimals are strings, as amounts always are."""
    return json.dumps(document, default=_plain, ensure_ascii=False).translate(_LINE_BREAKS)


def as_json_with_numbers(document: Any) -> str:
    """`document` on one line; decimals are JSON numbers, digit for digit."""
    return write_exactly(document, _plain).translate(_LINE_BREAKS)


def print_error(error: Exception) -> None:
    """What went wrong, each finding on a line of its own."""
    first_line = getattr(error, "message", "") or _first_line(error)
    ERRORS.print(first_line, style="bold red", highlight=False, markup=False, soft_wrap=True)
    for finding in findings_of(error):
        ERRORS.print(f"  - {finding}", highlight=False, markup=False, soft_wrap=True)


def show_refusal(error: BusinessError, is_json: bool) -> None:
    """Why a file or an input cannot be used, as `{"errors": [{"field", "problem"}]}` or for people."""
    if not is_json:
        print_error(error)
        return
    errors = [{"field": finding.field, "problem": finding.problem} for finding in error.findings]
    sys.stdout.write(f"{as_json({'errors': errors or [{'field': '', 'problem': error.message}]})}\n")


def findings_of(error: Exception) -> tuple[Finding, ...]:
    if isinstance(error, BusinessError):
        return error.findings
    if isinstance(error, ValidationError):
        name = setting_name if error.title == Settings.__name__ else _path
        return tuple(
            Finding(
                field=name(each["loc"]),
                problem=f"{each['msg'].removeprefix('Value error, ')} (given: {each['input']!r:.80})",
            )
            for each in error.errors(include_url=False)
        )
    return ()


def setting_name(place: tuple[int | str, ...]) -> str:
    """The environment variable of a setting."""
    return f"{Settings.model_config['env_prefix']}{place[0]}".upper()


def configure_logs() -> None:
    """Logs as JSON lines on standard error."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _path(place: tuple[int | str, ...]) -> str:
    return ".".join(map(str, place))


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        if error.title == Settings.__name__:
            return "These settings cannot be used; docs/reference/settings.md says what each may be:"
        return f"{error.title} is not right:"
    return str(error)
