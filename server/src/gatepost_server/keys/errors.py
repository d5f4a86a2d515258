"""Refusals about keys."""

from gatepost_server.kernel.errors import Conflict, Denied, NotFound


class UnknownKey(NotFound):
    """No such key, or not one of the caller's."""

    code = "unknown-key"

    def __init__(self) -> None:
        super().__init__("There is no such key.")


class ConsentRequired(Denied):
    """The wanted associated user has not agreed, and the caller is no administrator above them."""

    code = "consent-required"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} has not agreed to be the associated user of this project's keys. They agree on "
            "the project's page, or by PUT me/run-as/{project}; an administrator may name them too."
        )


class UnknownConsent(NotFound):
    """There is nothing to withdraw."""

    code = "unknown-consent"

    def __init__(self) -> None:
        super().__init__("You have not agreed to be the associated user of any key there.")


class NoOldSecret(Conflict):
    """The key has one secret only."""

    code = "no-old-secret"

    def __init__(self) -> None:
        super().__init__("The key has no old secret that still counts.")


class SponsorTooWeak(Denied):
    """Who shall answer for the key does not administer its project, or is not the caller's group."""

    code = "sponsor-too-weak"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} cannot answer for this key: a sponsor is you, or a group that you belong to and "
            "that holds ADMIN on the project."
        )
