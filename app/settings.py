"""Everything an operator can set, in one place: each variable with its unit and a sentence.

Variables are read from the environment as ``DUIJIE_<NAME>`` (``DATABASE_URL`` and ``MIGRATION_DATABASE_URL`` without
the prefix, as hosting services name them). ``Settings`` is made once, in ``create_app`` or at the start of a command,
and passed down; nothing deep inside asks for it. Numbers set by law or notice do not belong here but in ``app/policy``.
"""

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parents[1]

LOOPBACK = ("127.0.0.1", "localhost", "::1")
LEAST_SIGNING_SECRET = 32

Port = Annotated[int, Field(ge=0, le=65535)]


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="DUIJIE_",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        hide_input_in_errors=True,  # an address holds a password
    )

    # The database
    database_url: str | None = Field(
        default=None,
        repr=False,
        validation_alias=AliasChoices("database_url", "DATABASE_URL"),
        description="Address of an ordinary PostgreSQL server (14 or later), for the application's role. "
        "Unset: a server of Duijie's own is kept in the data folder.",
    )
    migration_database_url: str | None = Field(
        default=None,
        repr=False,
        validation_alias=AliasChoices("migration_database_url", "MIGRATION_DATABASE_URL"),
        description="The same database for the role that owns the tables. Unset: DATABASE_URL does both.",
    )
    postgres_bin: Path | None = Field(
        default=None,
        description="Folder with initdb, postgres and psql for the server of Duijie's own. Unset: searched.",
    )
    postgres_user: str | None = Field(
        default=None,
        description="System account that runs the server when Duijie itself is started by root. "
        "Unset: postgres where there is such an account, otherwise nobody.",
    )

    # Files
    data_dir: Path = Field(
        default=PROJECT / ".data", description="Folder for everything Duijie keeps on disk: database, keys, uploads."
    )
    key_file: Path = Field(
        default=Path(),
        description="File with the keys of the encrypted fields; without it no name can be read again. Keep a copy "
        "apart from the database's. Unset: keys.json in the data folder.",
    )
    trail_dir: Path = Field(
        default=Path(),
        description="Folder for the signed heads of the trail. Best a place that whoever administers the database "
        "cannot write, so that a trail cut short is found. Unset: trail in the data folder.",
    )

    # The web server
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: Port = Field(default=8000, description="Port to listen on; 0 takes a free one.")
    trusted_proxies: str = Field(
        default="",
        description="Addresses or networks of the servers in front, with commas between, whose X-Forwarded-For is "
        "believed; tries are counted by the address it names. Unset: nobody's.",
    )
    secure_cookies: bool = Field(
        default=True,
        description="Send cookies over TLS only. Turn off on a network without TLS, at its risk; off in the demo.",
    )
    session_hours: int = Field(
        default=12, ge=1, le=24 * 30, description="Hours after which a person has to sign in again."
    )
    idle_minutes: int = Field(
        default=60, ge=5, le=24 * 60, description="Minutes without a request after which a sign-in ends."
    )
    second_factor_roles: str = Field(
        default="operator,administrator,auditor,inspector",
        description="Roles that need a second factor (a code from the phone), with commas between; nobody in the demo.",
    )
    reveals_per_hour: int = Field(
        default=30, ge=1, le=1000, description="Identities one person may have shown in full per hour."
    )
    listed_in_clear_per_day: int = Field(
        default=5_000, ge=1, le=1_000_000, description="People one person may take out in clear lists within a day."
    )
    api_calls_per_minute: int = Field(
        default=300, ge=1, le=100_000, description="Requests per minute one token of a program may make."
    )
    max_upload_mb: int = Field(default=32, ge=1, le=512, description="Megabytes a sheet sent in may have at most.")
    log_json: bool = Field(default=False, description="Log one JSON object per line, for a log collector.")

    # Sign-in at a provider of the office's own (OpenID Connect); off unless issuer and client are set
    oidc_issuer: str | None = Field(
        default=None, description="Address of the provider, as its discovery document names it. Unset: none."
    )
    oidc_client_id: str | None = Field(default=None, description="Name under which the provider knows this service.")
    oidc_client_secret: str | None = Field(
        default=None,
        repr=False,
        description="Secret the provider gave this service. Unset: a public client, PKCE only.",
    )
    oidc_login_claim: str = Field(
        default="preferred_username", description="Claim of the provider's answer that holds the login used here."
    )

    # Short messages and e-mail; without a gateway or a mail server what is to be sent waits in the outbox
    sms_url: str | None = Field(
        default=None, description="Address of the gateway of short messages, which gets a signed POST for each."
    )
    sms_secret: str | None = Field(
        default=None, repr=False, description="Secret shared with the gateway, 32 characters or more: it signs each."
    )
    sms_reply_secret: str | None = Field(
        default=None,
        repr=False,
        description="Secret with which the gateway signs answers of people, at /api/v1/notices/replies. Unset: closed.",
    )
    smtp_host: str | None = Field(default=None, description="Mail server for e-mail. Unset: none is sent.")
    smtp_port: Port = Field(default=465, description="Its port: 465 with tls, 587 with starttls.")
    smtp_security: Literal["tls", "starttls", "none"] = Field(
        default="tls", description="How the line to the mail server is kept secret; none on this machine only."
    )
    smtp_user: str | None = Field(default=None, description="Name to sign in with at the mail server. Unset: without.")
    smtp_password: str | None = Field(default=None, repr=False, description="Password for it.")
    mail_from: str | None = Field(default=None, description="Address e-mail is sent from, as notice@county.example.")

    # Background
    runner_processes: int = Field(
        default=1, ge=0, le=64, description="Number of runner processes started with the web server; 0 for none."
    )

    # The office's own choices
    demo: bool = Field(
        default=False, description="Show the demo: invented people, known passwords. Never with real people's data."
    )
    declaration_days: int = Field(
        default=180, ge=1, le=366, description="Days a labourer's declaration of willingness stays current."
    )

    @field_validator("database_url", "migration_database_url")
    @classmethod
    def _with_driver(cls, url: str | None) -> str | None:
        """Accept the spellings hosting services use, and refuse other databases with a sentence."""
        if url is None:
            return None
        scheme, separator, rest = url.partition("://")
        if scheme not in ("postgres", "postgresql", "postgresql+asyncpg") or not separator:
            raise ValueError("it must begin with postgresql:// (Duijie runs on PostgreSQL only)")
        if not urlsplit(url).path.strip("/"):
            raise ValueError("it must name a database, as in postgresql://user:password@host/duijie")
        return f"postgresql+asyncpg://{rest}".replace("sslmode=", "ssl=")  # asyncpg's word for the same choice

    @model_validator(mode="before")
    @classmethod
    def _demo_without_tls(cls, values: dict[str, object]) -> dict[str, object]:
        """The demo is served on loopback without TLS, where secure cookies would never come back."""
        if str(values.get("demo", "")).lower() in ("1", "true", "yes", "on", "t", "y"):
            values.setdefault("secure_cookies", False)
        return values

    @field_validator("trusted_proxies")
    @classmethod
    def _known_proxies(cls, text: str) -> str:
        """Each an address or a network: where everybody is believed, anybody writes the address of somebody else."""
        for one in filter(None, (part.strip() for part in text.split(","))):
            try:
                network = ip_network(one)
            except ValueError as error:
                raise ValueError(f"{one} is neither an address nor a network, as in 10.0.0.2 or 10.0.0.0/24") from error
            if network.prefixlen == 0:
                raise ValueError(f"{one} is everybody; name the servers in front")
        return text

    @field_validator("oidc_issuer")
    @classmethod
    def _safe_issuer(cls, issuer: str | None) -> str | None:
        """Who signs in is only as sure as the line to the provider; loopback is a machine's own."""
        if issuer is None:
            return None
        parts = urlsplit(issuer)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise ValueError("it must begin with https://")
        return issuer.rstrip("/")

    @field_validator("sms_url")
    @classmethod
    def _safe_gateway(cls, url: str | None) -> str | None:
        """Numbers and codes go there in clear within the line; loopback is a machine's own."""
        if url is not None and urlsplit(url).scheme != "https" and urlsplit(url).hostname not in LOOPBACK:
            raise ValueError("it must begin with https://")
        return url

    @field_validator("sms_secret", "sms_reply_secret")
    @classmethod
    def _long_secret(cls, secret: str | None) -> str | None:
        if secret is not None and (len(secret) < LEAST_SIGNING_SECRET or len(set(secret)) < LEAST_SIGNING_SECRET // 4):
            raise ValueError(
                f"it needs {LEAST_SIGNING_SECRET} random characters or more; make one with openssl rand -hex 32"
            )
        return secret

    @field_validator("mail_from")
    @classmethod
    def _one_address(cls, address: str | None) -> str | None:
        if address is not None and not re.fullmatch(r"[\w.+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", address, re.ASCII):
            raise ValueError("it must be one address, as in notice@county.example")
        return address

    @model_validator(mode="after")
    def _ways_out(self) -> Self:
        if bool(self.sms_url) != bool(self.sms_secret):
            raise ValueError("SMS_URL and SMS_SECRET belong together: set both, or neither")
        if bool(self.smtp_host) != bool(self.mail_from):
            raise ValueError("SMTP_HOST and MAIL_FROM belong together: set both, or neither")
        if bool(self.smtp_user) != bool(self.smtp_password):
            raise ValueError("SMTP_USER and SMTP_PASSWORD belong together: set both, or neither")
        if self.smtp_security == "none" and self.smtp_host and self.smtp_host not in LOOPBACK:
            raise ValueError("SMTP_SECURITY is none, and the mail server is not on this machine: use tls or starttls")
        return self

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if bool(self.oidc_issuer) != bool(self.oidc_client_id):
            raise ValueError("OIDC_ISSUER and OIDC_CLIENT_ID belong together: set both, or neither")
        if self.migration_database_url and not self.database_url:
            raise ValueError("MIGRATION_DATABASE_URL is set but DATABASE_URL is not: set both, or neither")
        object.__setattr__(self, "data_dir", self.data_dir.expanduser().absolute())
        key_file = self.key_file if "key_file" in self.model_fields_set else self.data_dir / "keys.json"
        object.__setattr__(self, "key_file", key_file.expanduser().absolute())
        trail_dir = self.trail_dir if "trail_dir" in self.model_fields_set else self.data_dir / "trail"
        object.__setattr__(self, "trail_dir", trail_dir.expanduser().absolute())
        return self
