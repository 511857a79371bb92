"""A database that really commits and a key file of its own, with people whose names are sealed."""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.accounts.models import SecondFactor, User
from app.database import Sessions, make_engine, make_sessions
from app.declarations import service as declarations
from app.employers.models import Employer
from app.grievances import service as complaints
from app.intake import parts, preparing, row_texts
from app.intake import service as intake
from app.intake.models import ImportBatch, ImportFile, ImportPart, ImportRow
from app.labourers import records, service
from app.labourers.models import DemandListEntry, Labourer
from app.migrations import Server
from app.notifications import service as notices
from app.permissions import Actor
from app.rights import service as rights
from app.settings import Settings
from app.shared.encryption import KeyRing, make_key_file, read_key_file
from app.wall import EVERYBODY
from tests.conftest import NOW
from tests.factories.accounts import make_actor
from tests.factories.grievances import file
from tests.factories.labourers import id_number, person
from tests.factories.notices import invitation


def invented(number: int) -> dict[str, str]:
    """Name, identity number and phone of one of up to 600,000 people."""
    year, month = 1950 + number // 12_000, 1 + number // 1_000 % 12
    return {
        "name": f"张{chr(0x4E00 + number % 5_000)}",
        "id_no": id_number(f"340000{year}{month:02d}15{number % 1_000:03d}"),
        "phone": f"154{number:08d}",
    }


async def enter_invented(session: AsyncSession, keys: KeyRing, office: int, people: int) -> None:
    """So many listed people of an office, written in bulk as an import does."""
    tokens, wishes = records.token_maker(keys), records.wish_row(person())
    rows = [records.labourer_row(keys, office, person(**invented(number)), tokens) for number in range(people)]
    for start in range(0, people, 2_000):
        ids = (await session.scalars(insert(Labourer).returning(Labourer.id), rows[start : start + 2_000])).all()
        entries = [{"labourer_id": one, "organisation_id": office, "entered_on": NOW.date()} for one in ids]
        await session.execute(insert(DemandListEntry), [{**entry, **wishes} for entry in entries])


@dataclass
class Vault:
    """One instance: its settings, its keys as this process holds them, its database."""

    settings: Settings
    keys: KeyRing
    engine: AsyncEngine
    sessions: Sessions
    county: Actor

    def another_process(self) -> KeyRing:
        """The keys as a further process has read them."""
        return read_key_file(self.settings.key_file)

    async def fill(self, people: int) -> None:
        """So many listed people, written in bulk as an import does."""
        async with self.sessions() as session, session.begin():
            await enter_invented(session, self.keys, self.county.organisation_id, people)

    async def fill_every_column(self) -> None:
        """A value in each column that holds ciphers, bound as the code binds it that reads it."""
        async with self.sessions() as session, session.begin():
            facts = person(
                household_no="34072200012345", head_name="张大山", head_id_no=id_number("34000019600315001"),
                head_phone="15400990032",
            )  # fmt: skip
            labourer = await service.enter(session, self.county, self.keys, facts, now=NOW)
            statement = declarations.Statement(
                labourer.id, "at_home", NOW.date(), "in_person", recorder="程经办",
                recorder_user_id=self.county.user_id, evidence="form 12",
            )  # fmt: skip
            await declarations.record_many(session, self.county, self.keys, [statement], now=NOW, days=180)
            firm = Employer(
                uuid=uuid4(), name="锦华制衣", name_key="锦华制衣",
                entered_by_organisation_id=self.county.organisation_id,
            )  # fmt: skip
            firm.contact_cipher = self.keys.encrypt("employer.contact", firm.uuid, "沈人事")
            firm.phone_cipher = self.keys.encrypt("employer.phone", firm.uuid, "15400990033")
            batch = ImportBatch(
                uuid=uuid4(), organisation_id=self.county.organisation_id, uploaded_by=self.county.user_id,
                post_id=self.county.post_id, file_name="a.xlsx", file_hash=b"", state="reading",
            )  # fmt: skip
            session.add_all([firm, batch])
            await session.flush()  # the rows of the sheet need its id
            session.add_all(self._rows_of_sheet(batch))
            await rights.receive(
                session, self.county, self.keys, labourer, "correction", "我的手机号变了", channel="in_person", now=NOW
            )
            user = await session.get_one(User, self.county.user_id)
            secret = self.keys.encrypt("second_factor.secret", user.uuid, "ABCDEFGH")
            session.add(SecondFactor(user_id=user.id, secret_cipher=secret, created_at=NOW))
            _, code = await file(session, self.keys, NOW, contact="15400990034", names="王老板")
            message = invitation(self.county.organisation_id)
            await notices.notify(session, self.keys, message, now=NOW)
            await complaints.add_words(
                session, self.keys, complaints.by_receipt(self.keys, code), "还是没有。", now=NOW
            )

    def _rows_of_sheet(self, batch: ImportBatch) -> list[object]:
        uuid, seal = uuid4(), self.keys.encrypt_bytes
        quoted = base64.b64encode(seal(row_texts.QUOTED, uuid, "张小梅".encode())).decode()
        return [
            ImportFile(batch_id=batch.id, content_cipher=seal(intake.FILE_CONTENT, batch.uuid, b"sheet")),
            ImportPart(batch_id=batch.id, number=1, cells_cipher=seal(parts.CELLS, batch.uuid, b"{}")),
            ImportRow(
                uuid=uuid, batch_id=batch.id, row_no=2, state="bad",
                cells_cipher=seal(row_texts.CELLS, uuid, b"[[]]"), undo_cipher=seal(preparing.UNDO, uuid, b"{}"),
                problems=[{"code": "x", "params": {"sealed": quoted}}, {"code": "y", "params": {"low": 3}}],
            ),
        ]  # fmt: skip


@pytest.fixture
async def vault(server: Server, fresh_database: str, tmp_path: Path) -> AsyncIterator[Vault]:
    settings = Settings(database_url=server.url("app", fresh_database), data_dir=tmp_path)
    make_key_file(settings.key_file)
    assert settings.database_url
    engine = make_engine(settings.database_url)
    sessions = make_sessions(engine, EVERYBODY)
    async with sessions() as session, session.begin():
        county = await make_actor(session)
    yield Vault(settings, read_key_file(settings.key_file), engine, sessions, county)
    await engine.dispose()
