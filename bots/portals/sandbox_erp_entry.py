"""One entry in the sandbox's bookkeeping system: its head, its grid of lines, the confirmation page, the posting."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

from bots.action import ContentT, PortalAction
from bots.boundary import Boundary
from bots.portal import PortalAccess
from bots.portals.sandbox_erp_pages import ErpPages
from bots.readback import ConfirmationReading
from bots.session import Session


class ErpEntry(PortalAction[ContentT]):
    """The order of the pages; a kind of entry says what stands in them and how it is found again."""

    function: ClassVar[str]
    """What the entry is called in the menu."""
    columns: ClassVar[tuple[str, ...]]
    """Of its grid, without the number of the line."""
    done: ClassVar[str]
    """The heading of the page that answers the posting."""

    def __init__(self, access: PortalAccess, known_row: str, boundary: Boundary) -> None:
        """`known_row` is the voucher number of an old entry of this kind that stands in every list."""
        self.name = access.name
        self.boundary = boundary
        self._access = access
        self._known_row = known_row

    @abstractmethod
    def head(self, content: ContentT) -> Mapping[str, str]:
        """What is typed into the fields of the head, by label."""

    @abstractmethod
    def lines(self, content: ContentT) -> Sequence[Sequence[str]]:
        """What is typed into the grid, row by row."""

    async def prepare(self, session: Session, content: ContentT) -> None:
        self._pages = self._pages_in(session)
        await self._pages.sign_in()
        await self._pages.enter_head(self.function, self.head(content))
        await self._pages.enter_lines(self.lines(content))
        await self._pages.open_confirmation()

    async def read_confirmation(self, session: Session) -> ConfirmationReading:
        return await self._pages.confirmation()

    async def press(self, session: Session) -> None:
        await self._pages.post()

    async def read_answer(self, session: Session) -> str:
        return await self._pages.answer(self.done)

    def _pages_in(self, session: Session) -> ErpPages:
        return ErpPages(session, self._access, self.columns)
