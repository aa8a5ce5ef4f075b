"""The sample company's accounts at the stand-in banks. Invented; the bank codes are not assigned to any bank."""

from dataclasses import dataclass

from sandbox import iban


@dataclass(frozen=True)
class HouseAccount:
    holder: str
    iban: str
    bic: str


HOUSE_ACCOUNT = HouseAccount(
    holder="Lindqvist Messtechnik GmbH", iban=iban.from_bban("DE", "219999000004711220"), bic="NHBKDE22XXX"
)
SECOND_HOUSE_ACCOUNT = HouseAccount(
    holder=HOUSE_ACCOUNT.holder, iban=iban.from_bban("DE", "219997000008150042"), bic="OKBKDE23XXX"
)
