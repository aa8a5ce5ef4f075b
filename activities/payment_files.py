"""Payment files for banks that take files, made from the masters when a bot needs one."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from formats.pain001 import write_pain001
from models.errors import BusinessError
from models.party import Address, HouseAccount, LegalEntity, PayeeAccount
from models.payment_file import BankFileProfile, CreditTransfer, PaymentFile, TransferBatch
from models.portal import PaymentOrder
from store.masters import account_owner, vendors
from store.unit_of_work import Store


@dataclass(frozen=True)
class StorePaymentFiles:
    """A `models.payment_file.PaymentFileSource` over the masters of one tenant."""

    store: Store
    tenant: str
    profile: BankFileProfile

    async def payment_file(self, order: PaymentOrder) -> PaymentFile:
        """Raises BusinessError `payment_file.*` or `account.unknown`."""
        return await asyncio.to_thread(self._payment_file, order)

    def _payment_file(self, order: PaymentOrder) -> PaymentFile:
        payer, account = self._payer(order.payer_iban)
        transfer = CreditTransfer(
            reference=order.reference,
            payee=order.payee,
            payee_address=self._address_of(order.payee),
            amount=order.amount,
            remittance=order.remittance,
        )
        batch = TransferBatch(
            payer=payer.name,
            payer_address=payer.address,
            payer_iban=account.iban,
            payer_bic=account.bic,
            execution_date=order.execution_date,
            transfers=(transfer,),
        )
        return write_pain001([batch], self.profile, self._now(payer))

    def _payer(self, iban: str) -> tuple[LegalEntity, HouseAccount]:
        with self.store.read() as connection:
            found = account_owner(connection, self.tenant, iban)
        if found is None:
            raise BusinessError("account.unknown", f"No legal entity pays from the account {iban}.")
        return found

    def _address_of(self, payee: PayeeAccount) -> Address | None:
        """The address of the vendor that is paid on this account; an address without town helps no bank."""
        with self.store.read() as connection:
            found = [each for each in vendors(connection, self.tenant) if each.account.iban == payee.iban]
        return found[0].address if found and found[0].address.city else None

    def _now(self, payer: LegalEntity) -> datetime:
        return self.store.now().astimezone(ZoneInfo(payer.timezone))
