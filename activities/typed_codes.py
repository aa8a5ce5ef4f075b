"""A bot waits for a code on a person's phone. The code goes through the store; Temporal never hears of it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import SecretStr

from audit.entry import Actor
from models.errors import BusinessError
from models.portal import CodeKind
from store.sealed_box import BoxKey
from store.typed_codes import CodeWish, end_wish, take_code, want_code
from store.unit_of_work import Store
from store.vault import bot_of

CODE_LASTS = timedelta(minutes=5)
"""How long a bot waits; the codes of most portals are good for as long."""

_LOOKED_EVERY = 0.5


@dataclass(frozen=True)
class TypedCodes:
    store: Store
    wall: Callable[[], datetime]
    lasts: timedelta = CODE_LASTS

    async def wanted(self, tenant: str, portal: str, kind: CodeKind, said: str) -> SecretStr:
        """The code that a person typed, empty where they confirmed on the phone.

        Raises BusinessError `portal.no_code` when nobody gave it in time. However it ends, the wish ends with it.
        """
        key = BoxKey()
        actor = await asyncio.to_thread(self._actor, tenant, portal)
        wish = CodeWish(portal=portal, kind=kind, said=said, lasts=self.lasts)
        slot = await asyncio.to_thread(want_code, self.store, tenant, actor, wish, key, self.wall())
        try:
            async with asyncio.timeout(self.lasts.total_seconds()):
                while True:
                    code = await asyncio.to_thread(take_code, self.store, tenant, actor, slot, key)
                    if code is not None:
                        return code
                    await asyncio.sleep(_LOOKED_EVERY)
        except TimeoutError:
            raise BusinessError("portal.no_code", f"Nobody gave {portal} the code that it sent in time.") from None
        finally:
            await asyncio.shield(asyncio.to_thread(end_wish, self.store, tenant, actor, slot))

    def _actor(self, tenant: str, portal: str) -> Actor:
        with self.store.read() as connection:
            return bot_of(connection, tenant, portal)
