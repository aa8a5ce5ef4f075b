"""The console: web pages and REST API over the store."""

import logging
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles

from console import api, api_documents, api_sales
from console.context import ConsoleContext
from console.errors import handle_errors
from console.language import read_languages
from console.pages import (
    absence,
    account,
    approvals,
    bot_findings,
    bot_runs,
    bots,
    cases,
    codes,
    controls,
    conversation,
    files,
    function_pairs,
    inbox,
    new_sales_order,
    orders,
    people_rights,
    places,
    requisitions,
    rule_backtests,
    rule_drafts,
    rules,
    sales_orders,
    schedules,
    several,
    sign_in,
    statements,
    tasks,
)
from console.rendering import Templates
from console.security import BodyLimit, SecurityHeaders
from console.visit import Site
from store.health import schema_version

STATIC = Path(__file__).parent / "static"
_log = logging.getLogger(__name__)
_PAGES = (
    absence,
    conversation,
    sign_in,
    account,
    places,
    inbox,
    several,
    approvals,
    tasks,
    bots,
    bot_findings,
    bot_runs,
    codes,
    schedules,
    cases,
    controls,
    function_pairs,
    people_rights,
    requisitions,
    orders,
    new_sales_order,
    sales_orders,
    rule_drafts,
    rule_backtests,
    rules,
    statements,
    files,
)


def create_app(context: ConsoleContext) -> FastAPI:
    """The console of one tenant as an ASGI application."""
    app = FastAPI(
        title="Tallywright",
        version=version("tallywright"),
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    languages = read_languages()
    app.state.site = Site(context, languages, Templates(languages))
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)
    handle_errors(app)
    for page in _PAGES:
        app.include_router(page.router, include_in_schema=False)
    app.include_router(api.router)
    app.include_router(api_documents.router)
    app.include_router(api_sales.router)
    app.add_api_route("/healthz", _healthy, include_in_schema=False)
    app.add_api_route("/readyz", _ready, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


def _healthy() -> Response:
    return JSONResponse({"ok": True})


def _ready(request: Request) -> Response:
    """Ready once the database answers and has the schema of this version; a load balancer sends nobody here before."""
    site: Site = request.app.state.site
    try:
        with site.context.store.read() as view:
            is_current = schema_version(view).is_current
    except Exception:
        _log.exception("the database does not answer")
        return JSONResponse({"ok": False, "problem": "The database does not answer."}, 503)
    if not is_current:
        return JSONResponse(
            {"ok": False, "problem": "The database has another version; run `tallywright migrate`."}, 503
        )
    return JSONResponse({"ok": True})
