"""What the API takes and gives about employers."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.shared.bounds import Day


class ChecksIn(BaseModel):
    """What a sending county did before it vouches."""

    licence: str = Field(examples=["91320509MA1W000000"])
    looked_up: str = Field(examples=["国家企业信用信息公示系统：存续，无异常"])
    called_on: Day
    called_person: str = Field(examples=["沈人事"])
    is_dispatch: bool = Field(default=False, description="for an employer: it dispatches labour; a post says so itself")
    dispatch_permit: str = ""
    dispatch_permit_until: Day | None = Field(default=None, description="the permit's last day")


class EmployerOut(BaseModel):
    """An employer and whose word its standing rests on."""

    model_config = ConfigDict(from_attributes=True)

    uuid: UUID
    name: str
    standing: str
    verified_until: date | None = Field(description="the last day of a sending county's word; none otherwise")
