"""Templates with the words, numbers and times of one language."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from console import formatting, rights, rule_words, words
from console.error_words import in_words
from console.language import LANGUAGES, Language
from console.match_words import detail_words, match_words
from console.task_words import task_words
from models.money import Money

TEMPLATES = Path(__file__).parent / "templates"


class Templates:
    """One environment per language, so that a template is compiled once and never sees another language."""

    def __init__(self, languages: Mapping[str, Language]) -> None:
        self._environments = {code: _environment(language) for code, language in languages.items()}

    def render(self, language: Language, name: str, values: Mapping[str, Any]) -> str:
        return self._environments[language.code].get_template(name).render(values)


def label(language: Language, table: Mapping[str, str], code: str) -> str:
    """The word for `code`; a code without one is shown readably rather than not at all."""
    return language.gettext(table[code]) if code in table else code.replace("_", " ").capitalize()


def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        language.gettext, language.ngettext, newstyle=True
    )
    environment.filters.update(_filters(language))
    environment.globals.update(
        language=language,
        languages=LANGUAGES,
        words=words,
        tones=words.TONES,
        rights=rights,
        rule_words=rule_words,
        label=partial(label, language),
        in_words=partial(in_words, language),
        task_words=partial(task_words, language),
        match_words=partial(match_words, language),
        detail_words=partial(detail_words, language),
    )
    return environment


def _filters(language: Language) -> dict[str, Any]:
    locale = language.locale

    def money(value: Money) -> str:
        return formatting.money(value, locale)

    def quantity(value: Decimal) -> str:
        return formatting.quantity(value, locale)

    def unit_price(value: Decimal) -> str:
        return formatting.unit_price(value, locale)

    def day(value: date) -> str:
        return formatting.day(value, locale)

    def moment(value: datetime, zone: ZoneInfo) -> str:
        return formatting.moment(value, zone, locale)

    def clock_time(value: datetime, zone: ZoneInfo) -> str:
        return formatting.clock_time(value, zone, locale)

    def local_date(value: datetime, zone: ZoneInfo) -> str:
        return formatting.local_date(value, zone, locale)

    def local_day(value: datetime, zone: ZoneInfo) -> str:
        return formatting.local_day(value, zone, locale)

    def span(value: datetime, now: datetime) -> str:
        return formatting.span(now - value, locale)

    def zone_named(name: str) -> ZoneInfo:
        return ZoneInfo(name)

    found = (zone_named, money, quantity, unit_price, day, moment, clock_time, local_date, local_day, span)
    return {each.__name__: each for each in found} | {"iban": formatting.iban}
