"""Refusals about requests."""

from gatepost_server.kernel.errors import Conflict, Denied, TooMany


class OwnRequest(Denied):
    """Somebody tried to decide what they asked for themselves."""

    code = "own-request"

    def __init__(self) -> None:
        super().__init__("You asked for this yourself; somebody else has to decide it.")


class NotAnApprover(Denied):
    """The policy of the server names others to decide requests of this kind."""

    code = "not-an-approver"

    def __init__(self) -> None:
        super().__init__("Requests of this kind are decided by others; an administrator has said who.")


class NotPending(Conflict):
    """A request that is decided, withdrawn or expired already."""

    code = "request-closed"

    def __init__(self, state: str) -> None:
        super().__init__(f"This request is {state} already; nothing was changed.", params={"state": state})


class NotAsRead(Conflict):
    """The decision does not carry the hash of what is to be decided."""

    code = "request-changed"

    def __init__(self) -> None:
        super().__init__("Send content_hash as you read it with the request. Read it again, then decide.")


class AlreadyAsked(Conflict):
    """The same was asked for already, and nobody has decided yet."""

    code = "already-asked"

    def __init__(self) -> None:
        super().__init__("You have asked for this already. Withdraw that request to ask anew.")


class TooManyRequests(TooMany):
    """More requests in a day than people can want."""

    code = "too-many-asked"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__("You have asked for much today; go on later.", retry_after_s=retry_after_s)
