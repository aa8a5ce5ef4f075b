"""English and Chinese. English is the text in the code; the catalogue in `locale/` is read when the console starts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel import Locale
from babel.messages.pofile import read_po

CATALOGUES = Path(__file__).parent / "locale"
LANGUAGES = {"en": "English", "zh": "中文"}
"""What people may choose, each in its own words."""

_LOCALES = {"en": Locale("en", "GB"), "zh": Locale("zh", "CN", script="Hans")}


def message(text: str) -> str:
    """Marks a text of a table for the catalogue; it is translated where it is shown."""
    return text


@dataclass(frozen=True)
class Language:
    """One language as a page uses it."""

    code: str
    locale: Locale
    translations: Mapping[str, str]

    def gettext(self, text: str) -> str:
        return self.translations.get(text, text)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """Chinese has one form, which stands in the catalogue under the plural."""
        return self.gettext(singular if number == 1 else plural)


def read_languages(folder: Path = CATALOGUES) -> dict[str, Language]:
    """Every language by its code."""
    return {code: Language(code, _LOCALES[code], _translations(folder.glob(f"{code}*.po"))) for code in LANGUAGES}


def _translations(files: Iterable[Path]) -> dict[str, str]:
    """All catalogues of a language; a part of the console with many texts may have its own."""
    found: dict[str, str] = {}
    for file in sorted(files):
        with file.open("rb") as source:
            catalogue = read_po(source)
        found |= {str(entry.id): str(entry.string) for entry in catalogue if entry.id and entry.string}
    return found
