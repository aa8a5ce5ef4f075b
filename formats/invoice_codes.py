"""Code lists and specifications of invoices that UBL and CII share."""

from enum import StrEnum

CREDIT_NOTE_CODES = frozenset(["81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"])
"""UNTDID 1001 codes that EN 16931 counts as credit notes (BR-CL-01)."""


class Profile(StrEnum):
    """How much of EN 16931 an invoice states; Factur-X 1.0 names them so."""

    MINIMUM = "MINIMUM"
    BASIC_WL = "BASIC WL"
    BASIC = "BASIC"
    EN16931 = "EN 16931"
    EXTENDED = "EXTENDED"


_ENDINGS = {
    ":minimum": Profile.MINIMUM,
    ":basicwl": Profile.BASIC_WL,
    ":basic": Profile.BASIC,
    ":extended": Profile.EXTENDED,
}
WITHOUT_LINES = frozenset({Profile.MINIMUM, Profile.BASIC_WL})


def profile_of(specification: str) -> Profile:
    """The profile that BT-24 stands for; whatever is not a Factur-X or ZUGFeRD profile is held to EN 16931."""
    if "factur-x.eu" not in specification and "zugferd.de" not in specification:
        return Profile.EN16931
    return next((profile for ending, profile in _ENDINGS.items() if specification.endswith(ending)), Profile.EN16931)
