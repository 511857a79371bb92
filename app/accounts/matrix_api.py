"""The permission matrix for programs."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.permissions import GRANTS, PURPOSES, Permission, Reach, Role, require

router = APIRouter(prefix="/permissions", tags=["permissions"])


class GrantOut(BaseModel):
    """One act, what it is for, and whose rows it opens to which role."""

    permission: Permission
    purpose: str = Field(examples=["to find work with the people in one's care"])
    reach: dict[Role, Reach] = Field(examples=[{"county_officer": "custody", "province": "region"}])


@router.get("", dependencies=[require(Permission.REFERENCE_VIEW)])
async def read_matrix() -> list[GrantOut]:
    """Who may do what, with whose rows, and what for."""
    return [
        GrantOut(
            permission=permission,
            purpose=PURPOSES[permission],
            reach={role: grants[permission] for role, grants in GRANTS.items() if permission in grants},
        )
        for permission in Permission
    ]
