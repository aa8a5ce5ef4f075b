"""Message templates filled with values, in the recipient's language."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache, partial
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from jinja2 import FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from models.base import Model
from models.party import Address
from notifications.catalogue import FALLBACK_LANGUAGE, LANGUAGES, MESSAGES

TEMPLATES = Path(__file__).parent / "templates"
_LOCALES = {"en": "en", "zh": "zh_Hans_CN"}
_INVISIBLE = re.compile("[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


class Rendered(Model):
    title: str
    text: str
    html: str


def render(name: str, language: str, values: Mapping[str, object]) -> Rendered:
    """The message `name` of the catalogue in `language` (`zh`, `zh-CN`), in English where we do not speak it.

    Raises ValueError that names every value missing or unknown, and a link that is no web address.
    """
    _check(name, values)
    spoken = spoken_language(language)
    title, text, html = (
        environment(spoken).get_template(f"{spoken}/{name}.{kind}.j2").render(values)
        for kind in ("title.txt", "txt", "html")
    )
    return Rendered(title=" ".join(title.split()), text=text.strip() + "\n", html=html)


def spoken_language(language: str) -> str:
    primary = re.split("[-_]", language.lower())[0]
    return primary if primary in LANGUAGES else FALLBACK_LANGUAGE


@cache
def environment(language: str) -> ImmutableSandboxedEnvironment:
    """Where templates run: nothing but their values is in reach, HTML is escaped, a missing value is an error."""
    created = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default_for_string=True),
        undefined=StrictUndefined,
        finalize=_on_one_line,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    created.filters.update(_filters(_LOCALES[language]))
    return created


def _check(name: str, values: Mapping[str, object]) -> None:
    if name not in MESSAGES:
        raise ValueError(f"there is no message {name!r}; there are {', '.join(sorted(MESSAGES))}")
    problems = [f"{missing}: missing; give it a value" for missing in sorted(MESSAGES[name] - values.keys())]
    problems += [f"{unknown}: this message has no such value" for unknown in sorted(values.keys() - MESSAGES[name])]
    link = values.get("link")
    if link is not None and not re.match(r"https?://[^\s/]", str(link)):
        problems.append(f"link: {str(link)!r} is not a web address such as https://tallywright.example/approvals/A1")
    if problems:
        raise ValueError(f"message {name}: " + "; ".join(problems))


def _on_one_line(value: object) -> object:
    """What people typed stays on its line: a line break in a name could forge another field of the message."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return " ".join(_INVISIBLE.sub(" ", value).split())
    return value


def _filters(locale: str) -> dict[str, Callable[..., str]]:
    return {
        "money": lambda money: _money(money.amount, money.currency, locale),
        "price": partial(_money, locale=locale),
        "number": partial(format_decimal, locale=locale, decimal_quantization=False),
        "day": partial(format_date, format="long", locale=locale),
        "address": _address,
    }


def _address(address: Address) -> str:
    town = f"{address.postal_code} {address.city}".strip()
    return ", ".join(part for part in (address.street, town, address.country) if part)


def _money(amount: Decimal, currency: str, locale: str) -> str:
    """With the currency's code, since one sign stands for several currencies; never rounded."""
    return format_currency(amount, currency, "¤¤ #,##0.00", locale=locale, decimal_quantization=False)
