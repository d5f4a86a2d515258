"""What administrators set for the whole instance."""

from collections.abc import Iterator, Mapping

from gatepost.administered import Mail
from gatepost.errors import UnexpectedAnswer
from gatepost.transport import Transport


class SettingCalls:
    """Calls about the instance's settings; administrators only."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self) -> Mapping[str, object]:
        """Return all settings; secrets are left out."""
        return _settings(self._transport.call("GET", "settings"))

    def change(self, settings: Mapping[str, object]) -> Mapping[str, object]:
        """Change the settings that are named, and return all of them.

        Raises:
            Invalid: a name is unknown, or a value is not acceptable; nothing was changed.
        """
        return _settings(self._transport.call("PATCH", "settings", body=dict(settings)))

    def health(self) -> Mapping[str, object]:
        """Return in full how the instance is: `status`, `reasons`, `details`, `parts`."""
        return _settings(self._transport.call("GET", "health"))

    def mails(self, *, q: str | None = None, state: str | None = None) -> Iterator[Mail]:
        """Yield the mails of the instance, latest first, and how far they have come; never their texts."""
        return self._transport.pages(Mail, "settings/mail/outbox", {"q": q, "state": state})

    def test_mail(self, to: str) -> Mapping[str, object]:
        """Send a test mail now, and return what the mail server made of it: `ok`, `code`, `detail`.

        Raises:
            Conflict: no mail server is set up.
        """
        return _settings(self._transport.call("POST", "settings/mail/test", body={"to": to}))


def _settings(answer: object) -> Mapping[str, object]:
    if not isinstance(answer, Mapping):
        raise UnexpectedAnswer("The server did not answer with settings; is this address Gatepost's?")
    return answer
