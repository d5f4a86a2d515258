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


class BoundToApp(Conflict):
    """The key belongs to an application, and takes its name, end and reach from there."""

    code = "bound-to-app"

    def __init__(self) -> None:
        super().__init__(
            "This is the key of an application: it keeps its name and its secret and has no end. It can be "
            "disabled, enabled and deleted; how far it reaches is the required key scope level of the "
            "version that is deployed."
        )


class NotKept(Conflict):
    """The text of this key was shown once, and is nowhere any more."""

    code = "key-not-kept"

    def __init__(self) -> None:
        super().__init__(
            "The text of this key was shown when it was made, and is kept nowhere. Only the keys of "
            "applications can be shown again. Rotate it for a new text."
        )


class KeyExceedsMaker(Denied):
    """A key was to be made by another that may less, or for less long, or from fewer addresses."""

    code = "key-exceeds-maker"

    def __init__(self, because: str) -> None:
        super().__init__(f"A key that is made by a key stays within it: {because}.")


class SponsorTooWeak(Denied):
    """Who shall answer for the key does not administer its project, or is not the caller's group."""

    code = "sponsor-too-weak"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} cannot answer for this key: a sponsor is you, or a group that you belong to and "
            "that holds ADMIN on the project."
        )
