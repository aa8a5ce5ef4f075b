"""Payment files as the product writes them, for a bot that is tested without a store."""

from collections.abc import Callable

from formats.pain001 import write_pain001
from models.party import Address
from models.payment_file import BankFileProfile, CharacterSet, CreditTransfer, PaymentFile, TransferBatch
from models.portal import PaymentOrder
from sandbox.house_account import SECOND_HOUSE_ACCOUNT
from tests.bots.fakes import wall_clock


class OwnFiles:
    """`on_write` may change the finished file, as a broken writer or a thief would."""

    def __init__(self) -> None:
        self.on_write: Callable[[PaymentFile], PaymentFile] = lambda file: file

    async def payment_file(self, order: PaymentOrder) -> PaymentFile:
        batch = TransferBatch(
            payer=SECOND_HOUSE_ACCOUNT.holder,
            payer_address=Address(street="Werftstraße 14", city="Nordhafen", postal_code="24999", country="DE"),
            payer_iban=order.payer_iban,
            payer_bic=SECOND_HOUSE_ACCOUNT.bic,
            execution_date=order.execution_date,
            transfers=(
                CreditTransfer(
                    reference=order.reference, payee=order.payee, amount=order.amount, remittance=order.remittance
                ),
            ),
        )
        profile = BankFileProfile(characters=CharacterSet.GERMAN)
        return self.on_write(write_pain001([batch], profile, wall_clock()))
