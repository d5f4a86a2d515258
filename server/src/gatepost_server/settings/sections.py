"""The settings of an instance: options, then environment, then a file, then defaults."""

import os
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from gatepost_server.kernel.errors import Precondition

FILE_VARIABLE: Final = "GATEPOST_SETTINGS_FILE"


class SettingsFileMissing(Precondition):
    """`GATEPOST_SETTINGS_FILE` names a file that is not there."""

    code = "settings-file-missing"

    def __init__(self, path: str) -> None:
        super().__init__(f"{FILE_VARIABLE} names {path}, which is not a file.")


class Settings(BaseSettings):
    """Everything an operator may choose before start; built once, in `bootstrap`.

    `GATEPOST_SETTINGS_FILE` names a TOML file with the fields below; the environment
    overrides it. Each field is `GATEPOST_<NAME>` in the environment and is described in
    docs/reference/settings.md, which a test keeps complete.
    """

    model_config = SettingsConfigDict(env_prefix="GATEPOST_", extra="forbid", frozen=True)

    data_dir: Path = Field(Path("data"), description="Folder that holds everything the instance writes.")
    host: str = Field("127.0.0.1", description="Address the gate listens on.")
    port: int = Field(8080, ge=1, le=65535, description="Port the gate listens on; the only TCP port.")
    url: str | None = Field(
        None, description="Public address of the control plane, when not http(s)://localhost:PORT."
    )
    tls_certificate: Path | None = Field(
        None,
        description="PEM file of the certificate and its chain, with which the gate speaks https itself.",
    )
    tls_key: Path | None = Field(None, description="PEM file of that certificate's private key.")
    apps_domain: str | None = Field(
        None, description="Domain under which each app has its own host; default: localhost with the port."
    )
    apps_are_trusted: bool = Field(
        False,
        description="Show apps to browsers on Gatepost's own host, where each can act as its visitors.",
    )
    store: str | None = Field(
        None, description="SQLAlchemy URL of the store; default: SQLite in the data folder."
    )
    demo: bool = Field(True, description="Publish the bundled examples at the first start.")
    isolation: Literal["auto", "strict", "hardened", "reduced", "none"] = Field(
        "auto", description="How apps are confined: the best rung that works here, or one by name."
    )
    envoy: Path | None = Field(
        None, description="An Envoy (1.40 or later) to use instead of the bundled one."
    )
    gate_workers: int = Field(
        0, ge=0, le=64, description="Authorizers that the gate asks; 0: one per core, at most two."
    )
    test_clock: Path | None = Field(None, description="For tests only: file with seconds added to the clock.")
    trusted_proxies: str = Field(
        "", description="Addresses or networks, comma-separated, whose X-Forwarded-For is believed."
    )
    session_idle_ttl: int = Field(8 * 3600, ge=60, description="Seconds after which an unused session ends.")
    session_absolute_ttl: int = Field(7 * 86400, ge=60, description="Seconds after which any session ends.")
    key_default_days: int = Field(90, ge=1, description="Days a key lives when its maker does not say.")
    keys_may_never_expire: bool = Field(True, description="Whether a key may be made without an end.")
    idle_after: int = Field(
        900, ge=10, description="Seconds without a request after which an app's process pauses."
    )
    upload_limit_mb: int = Field(
        512, ge=1, description="Largest bundle or file of rows that may be uploaded, in MiB."
    )
    dataset_memory_mb: int = Field(
        512, ge=64, description="Memory that reading or writing one dataset may take at a time, in MiB."
    )
    body_limit_mb: int = Field(4096, ge=1, description="Largest request body passed on to an app, in MiB.")
    deployment: Literal["self-managed", "managed"] = Field(
        "self-managed", description="Where features start turned on (managed), or off until turned on."
    )
    vault_key_from: Literal["file", "passphrase", "environment"] = Field(
        "file", description="Where the key of stored credentials comes from; file: made in the data folder."
    )
    vault_key: SecretStr | None = Field(
        None, description="That key from the environment: 32 bytes in base64. Without it the vault is sealed."
    )
    vault_old_key: SecretStr | None = Field(
        None, description="The key before it, until `vault rewrap` is done."
    )
    vault_passphrase: SecretStr | None = Field(
        None, description="The passphrase that the key is made of. Without it the vault is sealed."
    )
    vault_old_passphrase: SecretStr | None = Field(
        None, description="The passphrase before it, until `vault rewrap` is done."
    )
    mail_host: str | None = Field(None, description="Mail server; these win over what the page sets.")
    mail_port: int | None = Field(None, ge=1, le=65535, description="Port of the mail server; default: 587.")
    mail_tls: Literal["none", "starttls", "tls"] | None = Field(
        None, description="How mail is protected on its way to the mail server; default: starttls."
    )
    mail_user: str | None = Field(None, description="User name at the mail server, when it wants one.")
    mail_password: SecretStr | None = Field(None, description="Password at the mail server; never shown.")
    mail_from: str | None = Field(None, description="Sender of all mail, as `Name <address>` or an address.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the settings file behind the environment; no dotenv, no secrets folder."""
        del dotenv_settings, file_secret_settings
        named = os.environ.get(FILE_VARIABLE)
        if named is None:
            return init_settings, env_settings
        if not Path(named).is_file():
            raise SettingsFileMissing(named)
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, Path(named))

    def public_url(self) -> str:
        """Return the address of the control plane, without a slash at the end."""
        scheme = "http" if self.tls_certificate is None else "https"
        return (self.url or f"{scheme}://localhost:{self.port}").rstrip("/")

    def apps_host_suffix(self) -> str:
        """Return what follows `{slug}--{hex}.` in an app's authority, port included."""
        if self.apps_domain is not None:
            return self.apps_domain
        return f"localhost:{self.port}"

    def authorizers(self) -> int:
        """Return how many authorizers serve side by side."""
        return self.gate_workers or min(2, os.cpu_count() or 1)

    def body_limit(self) -> int:
        """Return how many bytes the body of a request to an app may have."""
        return self.body_limit_mb * 1024 * 1024

    def is_secure(self) -> bool:
        """True when people reach the instance by https."""
        return self.public_url().startswith("https://")
