"""What a draft would have changed in the past: the summary a controller reads, and the list behind it."""

from functools import partial

from fastapi import APIRouter
from fastapi.responses import Response

from console.pages.zones import zone_of_entity
from console.rights import RULE_READERS
from console.rule_words import table_title
from console.views.rule_trial import headings, said_value
from console.visit import Member, MemberForm, see_other
from rules.backtest import ChangeKind
from rules.dmn import read_definitions
from rules.speech import SPEECHES
from store.rule_backtests import changed_decisions, look_at_backtest, run_backtest
from store.rule_publications import content_of, publications

router = APIRouter()

_PAGE = 100


@router.post("/rules/drafts/{draft_id}/backtest")
def run(visit: MemberForm, draft_id: str) -> Response:
    test = run_backtest(visit.context.store, visit.signed_in, draft_id)
    return see_other(f"/rules/backtests/{test.id}?draft={draft_id}")


@router.get("/rules/backtests/{backtest_id}")
def show(visit: Member, backtest_id: str, draft: str = "", kind: str = "", start: int = 0) -> Response:
    """Opening the page is the look that whoever publishes has to have taken; it is recorded."""
    visit.signed_in.require(*RULE_READERS)
    context, tenant = visit.context, visit.context.tenant
    wanted = ChangeKind(kind) if kind in set(ChangeKind) else None
    test = look_at_backtest(context.store, visit.signed_in, backtest_id)
    with context.store.read() as view:
        changes = changed_decisions(view, tenant, backtest_id, wanted, max(start, 0), _PAGE + 1)
        zone = zone_of_entity(view, context, "")
        newest = publications(view, tenant, test.table)[0]
        definitions = read_definitions(content_of(view, tenant, test.table, newest.version))
    speech = SPEECHES[visit.language.code]
    return visit.page(
        "rule_backtest.html",
        test=test,
        title=table_title(visit.language, test.table),
        changes=changes[:_PAGE],
        following=start + _PAGE if len(changes) > _PAGE else None,
        kind=kind if wanted else "",
        draft=draft,
        said=partial(said_value, speech=speech, names=headings(definitions, test.table, speech)),
        zone=zone,
    )
