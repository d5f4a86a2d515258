"""The mail server's settings as this process's environment has them."""

from gatepost_server.bootstrap.foundation import Foundation
from gatepost_server.crypto import Seals
from gatepost_server.kernel.actor import Origin, system_actor
from gatepost_server.kernel.secret import Secret
from gatepost_server.notify import MailFields, Post, Tls, note_environment
from gatepost_server.settings import Settings


def post_of(base: Foundation) -> Post:
    """Return what a process of this instance talks to the mail server with."""
    return Post(Seals.load(base.folders.secrets), environment_of(base.settings))


def environment_of(settings: Settings) -> MailFields:
    """Return the layer that the environment (or the settings file) gives."""
    secret = settings.mail_password
    return MailFields(
        host=settings.mail_host,
        port=settings.mail_port,
        tls=None if settings.mail_tls is None else Tls(settings.mail_tls),
        user=settings.mail_user,
        password=None if secret is None else Secret(secret.get_secret_value()),
        sender=settings.mail_from,
    )


def note_mail_environment(base: Foundation) -> None:
    """Tell the store which mail settings the environment has."""
    with base.uow.begin(system_actor("control"), Origin("start", door="start")) as tx:
        note_environment(tx, environment_of(base.settings))
