"""The sample company's account at the stand-in bank. Invented; the bank code is not assigned to any bank."""

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
