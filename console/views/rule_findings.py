"""Findings of a grid as its script takes them: by cell, and as a list that leads to the cells."""

from collections.abc import Sequence
from typing import Any

from console.finding_words import finding_sentence
from console.visit import MemberVisit
from rules.grid import GridFinding


def findings_view(visit: MemberVisit, findings: Sequence[GridFinding]) -> dict[str, Any]:
    shown = [
        {
            "severity": each.severity,
            "message": finding_sentence(visit.language, each),
            "spots": [spot.model_dump() for spot in each.spots],
        }
        for each in findings
    ]
    page = visit.page("rule_findings.html", findings=shown)
    return {"findings": shown, "html": bytes(page.body).decode()}
