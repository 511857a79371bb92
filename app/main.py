"""create_app(): settings, lifespan, errors, routers; nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from sqlalchemy import text

from app import api, pages
from app.accounts.identify import identify
from app.accounts.second_factor import required_roles
from app.database import Session, make_engine, make_sessions
from app.demo.accounts import demo_accounts
from app.errors import install_error_pages
from app.intake.screening import rule_of
from app.localities.reference import load_localities
from app.occupations.labels import trade_options
from app.settings import Settings
from app.shared.assets import URL_PREFIX, load_assets
from app.shared.clock import Clock, system_clock
from app.shared.encryption import read_key_file
from app.shared.i18n import LocaleMiddleware
from app.shared.origin import OriginMiddleware
from app.shared.request_ids import RequestIdMiddleware
from app.shared.templating import create_templates
from app.shared.web_security import SecurityHeadersMiddleware


def create_app(settings: Settings | None = None, clock: Clock = system_clock) -> FastAPI:
    """The service, for a database that is running and migrated."""
    settings = settings or Settings()
    app = FastAPI(
        title="Duijie",
        version="0.1.0",
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        dependencies=[Depends(identify)],
        max_body_size=settings.max_upload_mb * 1024 * 1024,
    )
    assets = load_assets()
    app.state.settings, app.state.clock = settings, clock
    app.state.templates = create_templates(assets, clock)
    app.state.localities = load_localities()
    app.state.trade_options, app.state.rule_of = trade_options, rule_of
    app.state.keys = read_key_file(settings.key_file)
    app.state.factor_roles = required_roles(settings)
    app.state.demo_accounts = demo_accounts() if settings.demo else []
    install_error_pages(app)
    # The last one is the outermost.
    for middleware in (LocaleMiddleware, SecurityHeadersMiddleware, OriginMiddleware, RequestIdMiddleware):
        app.add_middleware(middleware)
    app.mount(URL_PREFIX, assets)
    app.include_router(api.router)
    app.include_router(pages.router)
    app.add_api_route("/health", health, include_in_schema=False)
    return app


async def health(session: Session) -> dict[str, str]:
    """For the container and the load balancer: the web server answers and reaches its database."""
    await session.execute(text("SELECT 1"))
    return {"status": "ok"}


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    if settings.database_url is None:
        raise RuntimeError("No database address. Start with scripts/serve, or set DATABASE_URL.")
    engine = make_engine(settings.database_url)
    counts = make_engine(settings.database_url, pool_size=2, max_overflow=2)
    app.state.sessions = make_sessions(engine, counts=counts)
    yield
    await engine.dispose()
    await counts.dispose()
