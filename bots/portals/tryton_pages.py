"""The web client of Tryton 7.0 as a clerk sees it. Nobody here wrote it; it asks its server about every field.

What the server answers overwrites what was typed meanwhile. So each step waits for what shows that the answer is there,
and what the form shows in the end is read back.
"""

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from playwright.async_api import Locator, Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

from bots.action import PortalRefused
from bots.locators import first_of
from bots.portal import PortalAccess, login_refused
from bots.probing import PAGE_LIMIT, ListReading
from bots.readback import ConfirmationReading, numbered
from bots.session import Session
from bots.ways import agreed

LINE_COLUMNS = ("Account", "Summary", "Quantity", "Unit Price", "Amount")
LIST_COLUMNS = ("Description", "Reference", "Invoice Date", "Party", "Total", "State")
_HEAD = {
    "Party": "party",
    "Description": "description",
    "Reference": "reference",
    "Invoice Date": "invoice_date",
    "Payment Term Date": "payment_term_date",
    "Currency": "currency",
    "Untaxed": "untaxed_amount",
    "Tax": "tax_amount",
    "Total": "total_amount",
}
"""The form's fields with their technical names; the totals are the server's."""

_SEARCH_TIMEOUT = 5.0
"""Seconds after which a search window without a record has found none."""

_FILLED = "field => field.value.trim() !== '' && Number(field.value.replace(/,/g, '')) !== 0"
_ROWS = """(root, columns) => [...root.querySelectorAll('tbody tr')]
    .filter(row => !row.classList.contains('more-row') && row.checkVisibility())
    .map(row => columns.map(column => {
        const widget = row.querySelector(`td[data-title='${column}: '] .widget`)
        return widget ? widget.textContent.trim() : ''
    }))"""
"""Every column that the client has, those that it hides for want of room, too."""


class TrytonPages:
    def __init__(self, session: Session, access: PortalAccess) -> None:
        self._session = session
        self._access = access
        self._page: Page = session.page

    async def sign_in(self) -> None:
        """Raises BusinessError `portal.login_refused` on a refused password."""
        page, credential = self._page, await self._access.credentials.credential(self._access.name)
        await page.goto(self._access.base_url)
        await page.locator("[name=database]:visible").wait_for()
        await page.get_by_label("User name", exact=True).fill(credential.login)
        await page.get_by_role("button", name="Login", exact=True).click()
        password = page.locator("input[type=password]")
        await self._session.type_secret(password, credential.password)
        asked = await password.element_handle()
        await password.press("Enter")
        await asked.wait_for_element_state("hidden")
        inside = page.get_by_text("Financial", exact=True)
        if await first_of(inside=inside, refused=page.locator("input[type=password]")) == "refused":
            raise login_refused(self._access.name, "the password was asked for again")
        await self._session.record("signed in", credential.login)

    async def open_supplier_invoices(self) -> None:
        for entry in ("Financial", "Invoices", "Supplier Invoices"):
            await self._page.get_by_text(entry, exact=True).dblclick()
        await self._button("New").wait_for()

    async def enter_head(self, party: str, fields: Mapping[str, str], due_date: str) -> None:
        """A new invoice of `party`. Raises PortalRefused where Tryton knows no such party."""
        await self._button("New").click()
        await _until(self._field("currency"), "field => field.value !== ''")
        await self._choose(self._field("party"), party, "Search Party")
        await _until(self._field("invoice_address"), "field => field.value !== ''")
        for name, text in fields.items():
            await self._type(self._field(name), text)
        await self._page.get_by_role("tab", name="Payment", exact=True).click()
        await self._type(self._field("payment_term_date"), due_date)
        await self._page.get_by_role("tab", name="Invoice", exact=True).click()
        await self._session.record("entered the header", fields["description"])

    async def enter_lines(self, lines: Sequence[tuple[str, str, str]]) -> None:
        """Account, text and net amount of each. Raises PortalRefused where Tryton knows no such account."""
        for account, text, net in lines:
            before = await self._field("total_amount").input_value()
            await self._lines.get_by_role("button", name="New", exact=True).first.click()
            dialog = self._dialog("› Lines")
            await dialog.locator("input[name=quantity]:visible").wait_for()
            await self._choose(dialog.locator("input[name=account]"), account, "Search Account")
            await self._type(dialog.locator("input[name=quantity]:visible"), "1")
            await self._type(dialog.locator("input[name=unit_price]:visible"), net)
            await _until(dialog.locator("input[name=amount]").first, _FILLED)
            await dialog.get_by_role("tab", name="Description", exact=True).click()
            await self._type(dialog.locator("textarea[name=description]"), text)
            await dialog.get_by_role("button", name="Add", exact=True).click()
            await _until(self._field("total_amount"), f"field => field.value !== {json.dumps(before or '0.00')}")
        await self._session.record("entered the lines", str(len(lines)))

    async def confirmation(self) -> ConfirmationReading:
        """The form as it stands before it is saved: Tryton has no page in between."""
        head = {label: await self._field(name).input_value() for label, name in _HEAD.items()}
        lines: list[list[str]] = await self._lines.locator("table.tree").first.evaluate(_ROWS, list(LINE_COLUMNS))
        rows = [[account.partition(" - ")[0], *others] for account, *others in lines]
        return head | {"Lines": str(len(rows))} | numbered("Line", LINE_COLUMNS, rows)

    async def save(self) -> None:
        button = await agreed("the button that saves", role=self._button("Save"), id=self._page.locator("button#save"))
        await button.click()

    async def answer(self) -> str:
        """Tryton's own words. A dialog of its is an error of the server's."""
        saved = self._page.get_by_text("Record saved.", exact=True)
        if await first_of(saved=saved, dialog=self._page.locator(".modal-dialog:visible")) == "saved":
            return "Record saved."
        return await self._page.locator(".modal-dialog:visible").first.inner_text()

    async def supplier_invoices(self) -> ListReading:
        """All of them, whatever their state, in the columns LIST_COLUMNS."""
        await self.open_supplier_invoices()
        await self._page.get_by_role("tab", name=re.compile("^All")).click()
        table = self._page.locator("table.tree:visible").last
        more = table.get_by_role("button", name="More", exact=True)
        for _ in range(PAGE_LIMIT):
            await table.locator("tbody tr").first.wait_for()
            if not await more.count():
                break
            await more.click()
        rows: list[list[str]] = await table.evaluate(_ROWS, list(LIST_COLUMNS))
        further = self._page.get_by_role("button", name="Next", exact=True).and_(self._page.locator(".btn-sm:enabled"))
        complete = not await more.count() and not await further.count()
        return ListReading(tuple(map(tuple, rows)), complete)

    @property
    def _lines(self) -> Locator:
        return (
            self._page.locator(".form-one2many:visible").filter(has=self._page.get_by_text("Lines", exact=True)).first
        )

    def _field(self, name: str) -> Locator:
        return self._page.locator(f".form input[name={name}], .form select[name={name}]").first

    def _button(self, title: str) -> Locator:
        return self._page.locator(".navbar-btn").and_(self._page.get_by_role("button", name=title, exact=True))

    def _dialog(self, title: str) -> Locator:
        return self._page.locator(".modal-dialog:visible").filter(has_text=title)

    async def _type(self, field: Locator, text: str) -> None:
        """As a clerk does: into the field, then on by Tab, on which Tryton takes it over."""
        await field.click()
        await field.fill(text)
        await field.press("Tab")

    async def _choose(self, field: Locator, words: str, title: str) -> None:
        """The one record that the search window shows for `words`."""
        await self._type(field, words)
        dialog = self._dialog(title)
        found = dialog.locator("tbody tr")
        await dialog.wait_for()
        with suppress(PlaywrightTimeout):
            await found.first.wait_for(timeout=_SEARCH_TIMEOUT * 1000)
        if await found.count() != 1:
            raise PortalRefused(f"{title}: {await found.count()} records for {words!r}; there must be one")
        await found.get_by_role("cell").last.click()
        await dialog.get_by_role("button", name="OK", exact=True).click()
        await dialog.wait_for(state="detached")


async def _until(field: Locator, condition: str) -> None:
    """Waits until `condition`, a function of the field, holds. Raises Playwright's TimeoutError."""
    handle: Any = await field.element_handle()
    await field.page.wait_for_function(condition, arg=handle)
