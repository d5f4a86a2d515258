"""The safe of an instance: where its wrapping key comes from, as the operator chose."""

from pydantic import SecretStr

from gatepost_server.crypto import EnvironmentKeys, FileKeys, KeySource, PassphraseKeys
from gatepost_server.kernel.secret import Secret
from gatepost_server.settings import Folders, Settings
from gatepost_server.vault import Safe


def safe_of(settings: Settings, folders: Folders) -> Safe:
    """Return the safe that *settings* describe."""
    return Safe(_source_of(settings, folders), stores_by_default=settings.deployment == "managed")


def _source_of(settings: Settings, folders: Folders) -> KeySource:
    if settings.vault_key_from == "environment":
        return EnvironmentKeys(_secret(settings.vault_key), _secret(settings.vault_old_key))
    if settings.vault_key_from == "passphrase":
        return PassphraseKeys(_secret(settings.vault_passphrase), _secret(settings.vault_old_passphrase))
    return FileKeys(folders.secrets)


def _secret(given: SecretStr | None) -> Secret | None:
    return None if given is None else Secret(given.get_secret_value())
