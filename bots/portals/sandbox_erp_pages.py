"""The pages of the sandbox's bookkeeping system as a clerk sees them: a head, a grid in a frame of a frame, lists."""

from collections.abc import Mapping, Sequence

from playwright.async_api import Frame, FrameLocator, Locator

from bots.action import PortalRefused
from bots.filling import fill_in
from bots.locators import shown_fields, shown_rows
from bots.notices import Notices
from bots.portal import PortalAccess
from bots.probing import ListReading, read_list
from bots.readback import ConfirmationReading, numbered
from bots.session import Session
from bots.sign_in import PasswordPage, sign_in
from bots.ways import Sought, link
from models.portal import PortalState

DATE_SPELLING = "%d.%m.%Y"
LINE = "Position"
"""What a line of the grid is called in what is read back."""
NOTICES = Notices(".meldung", ".leiste", frozenset({"Wartungsarbeiten", "Sitzung abgelaufen"}))
SIGN_IN = PasswordPage(
    "/login",
    "/kontor",
    "Benutzer",
    "Kennwort",
    "Bitte wählen Sie links eine Funktion",
    login_name="benutzer",
    login_hint="user",
)
_LISTS = {
    "Buchungsjournal": ("/journal", "journal"),
    "Sachbuchungen": ("/sachbuchungen", "journal entries"),
}
"""How the addresses of the menu's lists end, and their hints."""

STATES = {"gebucht": PortalState.EXECUTED, "vorerfasst": PortalState.DRAFT, "storniert": PortalState.REJECTED}


class ErpPages:
    """`columns` are those of the entry's grid, without the number of the line."""

    def __init__(self, session: Session, access: PortalAccess, columns: Sequence[str]) -> None:
        self._session = session
        self._access = access
        self._columns = columns
        self._page = session.page

    @property
    def work(self) -> FrameLocator:
        return self._client_area.frame_locator("frame[name=arbeit]")

    @property
    def _menu(self) -> FrameLocator:
        return self._client_area.frame_locator("frame[name=menue]")

    @property
    def _grid(self) -> FrameLocator:
        return self.work.frame_locator("iframe[name=raster]")

    @property
    def _client_area(self) -> FrameLocator:
        return self._page.frame_locator("frame[name=mandant]")

    async def sign_in(self) -> None:
        """Raises BusinessError `portal.login_refused` on a refused password."""
        await sign_in(self._session, self._access, SIGN_IN, NOTICES, self.work)

    async def enter_head(self, function: str, fields: Mapping[str, str]) -> None:
        """Opens `function` and fills its head by label. Raises PortalRefused with the system's own words."""
        await self._menu.get_by_role("link", name=function, exact=True).click()
        await NOTICES.expect(self.work, self.work.get_by_label(next(iter(fields))))
        await fill_in(self.work, fields)
        await self.work.get_by_role("button", name="Weiter").click()
        await NOTICES.expect(self.work, self._grid.get_by_role("button", name="Übernehmen"))
        await self._session.record("entered the header", fields["Externe Referenz"])

    async def enter_lines(self, lines: Sequence[Sequence[str]]) -> None:
        """Fills the grid row by row; the system takes the rows over and shows what is wrong with them."""
        for number, cells in enumerate(lines, start=1):
            if not await self._cell(self._columns[0], number).count():
                await self._send_grid("Weitere Zeilen")
            for column, text in zip(self._columns, cells, strict=True):
                await self._cell(column, number).fill(text)
        await self._send_grid("Übernehmen")
        await self._session.record("entered the lines", str(len(lines)))

    async def open_confirmation(self) -> None:
        await self.work.get_by_role("button", name="Prüfen").click()
        await NOTICES.expect(self.work, self._post.anyhow)

    async def confirmation(self) -> ConfirmationReading:
        fields = await shown_fields(self.work)
        rows = await shown_rows(self.work, len(self._columns) + 1)
        fields["Positionen"] = str(len(rows))
        return fields | numbered(LINE, self._columns, [row[1:] for row in rows])

    async def post(self) -> None:
        await (await self._post.agreed()).click()

    async def answer(self, done: str) -> str:
        return await NOTICES.answer(self.work, asked="Bestätigung", done=done, number="Belegnummer")

    async def read_list(self, function: str, width: int) -> ListReading:
        """The whole list to which `function` of the menu leads."""
        address, hint = _LISTS[function]
        listed = link(self._menu, function, address=address, hint=hint)
        await (await listed.found(self._session)).click()
        return await read_list(self.work, lambda row: True, width)

    @property
    def _post(self) -> Sought:
        """The final button."""
        words = self.work.get_by_role("button", name="Buchen", exact=True)
        address = self.work.locator("form[action$='/buchen'] [type=submit]")
        hint = self.work.locator("[title='post'], [title='post the invoice']")
        return Sought("button", "Buchen", {"words": words, "address": address, "hint": hint})

    def _cell(self, column: str, number: int) -> Locator:
        return self._grid.get_by_title(f"{column} Zeile {number}", exact=True)

    async def _send_grid(self, button: str) -> None:
        """The grid's frame loads anew; PortalRefused with the system's words when a row is wrong."""
        async with self._page.expect_event("framenavigated", _is_grid) as loaded:
            await self._grid.get_by_role("button", name=button).click()
        await (await loaded.value).wait_for_load_state()
        if await self._grid.locator(NOTICES.message).count():
            raise PortalRefused(await NOTICES.text(self._grid))


def _is_grid(frame: Frame) -> bool:
    return frame.name == "raster"
