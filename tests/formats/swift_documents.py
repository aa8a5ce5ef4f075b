"""Small valid SWIFT statements to break in one place at a time."""

from tests.formats.documents import changed

MT940 = """:20:STMT77
:25:DE89370400440532013000
:28C:77/1
:60F:C261118EUR1000,00
:61:2611191119C50,00NTRFNONREF//B-2
:86:Thanks
:62F:C261119EUR1050,00
"""

MT942 = """:20:INTRA1
:25:DE89370400440532013000
:28C:77/1
:34F:EURC0,
:13D:2611191200+0100
:61:2611191119C50,00NTRFNONREF//B-2
:86:Thanks
:90D:0EUR0,
:90C:1EUR50,00
"""


def mt940(*changes: tuple[str, str]) -> bytes:
    """One booking of 50.00 between 1000.00 and 1050.00, with each first occurrence of a text replaced."""
    return changed(MT940, *changes)


def with_details(details: str, width: int = 0) -> bytes:
    """The statement with another field 86, broken into lines of `width` characters."""
    wrapped = details
    if width:
        wrapped = "\n".join(details[start : start + width] for start in range(0, len(details), width))
    return mt940((":86:Thanks", f":86:{wrapped}"))
