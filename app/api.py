"""The API's map: every feature's routes under ``/api/v1``."""

from fastapi import APIRouter

from app.accounts import api as accounts

router = APIRouter(prefix="/api/v1")
router.include_router(accounts.router)
