"""How cells look. Everything a person types into is formatted as text, so that Excel changes nothing of it: not `1-2`
into a day, not `2%` into 0.02, and not `=` or `-` into a formula."""

from typing import Any

_INK, _SOFT, _LINE = "#17232B", "#566570", "#D5DAD6"
_BRAND, _CONDITION, _RESULT, _NOTE = "#0F5A53", "#E6EFF8", "#E4F3EA", "#F2F3F1"
_BAND_GROUNDS = {"if": _CONDITION, "then": _RESULT, "note": _NOTE, "text": _NOTE}
_BASE = {"font_name": "Calibri", "font_size": 11, "font_color": _INK, "valign": "top"}
_BORDERED = {"border": 1, "border_color": _LINE, "text_wrap": True}


class Styles:
    """The formats of one workbook, made once each."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def _format(self, **properties: Any) -> Any:
        key = tuple(sorted({**_BASE, **properties}.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(dict(key))
        return self._made[key]

    @property
    def title(self) -> Any:
        return self._format(bold=True, font_size=18, font_color=_BRAND)

    @property
    def heading(self) -> Any:
        return self._format(bold=True, font_size=13, font_color=_BRAND)

    @property
    def prose(self) -> Any:
        return self._format(text_wrap=True, num_format="@")

    @property
    def soft(self) -> Any:
        return self._format(font_color=_SOFT)

    @property
    def choice(self) -> Any:
        return self._format(num_format="@", bold=True, bottom=1, bottom_color=_BRAND)

    def band(self, band: str) -> Any:
        return self._format(bold=True, font_size=9, font_color=_SOFT, bg_color=_BAND_GROUNDS.get(band, _NOTE))

    def label(self, band: str) -> Any:
        ground = _BAND_GROUNDS.get(band, _NOTE)
        return self._format(bold=True, bg_color=ground, text_wrap=True, num_format="@", valign="bottom")

    def hint(self, band: str) -> Any:
        ground = _BAND_GROUNDS.get(band, _NOTE)
        return self._format(font_size=9, font_color=_SOFT, bg_color=ground, text_wrap=True, num_format="@")

    def name(self) -> Any:
        return self._format(**_BORDERED, font_color=_SOFT, num_format="@", font_size=9)

    def cell(self, text: str) -> Any:
        """For a cell that is written as text. The quote keeps it one when it is edited in another program."""
        return self._format(**_BORDERED, num_format="@", quote_prefix=text[:1] in ("=", "+", "-", "@"))

    def number(self, decimals: int) -> Any:
        return self._format(**_BORDERED, align="left", num_format=f"0.{'0' * decimals}" if decimals else "0")

    @property
    def term(self) -> Any:
        return self._format(bold=True, num_format="@", text_wrap=True, bg_color=_NOTE)
