"""How Envoy and the authorizers share the cores of the machine; pure.

An authorizer with an embedded store takes about a third of what Envoy takes for the same request.
Many more threads than there are cores push each other out of the caches (ADR 15, ADR 25).
"""


def asked_at_once(authorizers: int, cores: int, *, is_embedded: bool) -> int:
    """Return how many of *authorizers* are asked while all are well; the others stand by.

    With an embedded store they take a third of the cores, at least one. Those that wait for
    another machine's store leave their core to others meanwhile: all of them are asked.
    """
    return min(authorizers, max(1, cores // 3)) if is_embedded else authorizers


def envoy_workers(authorizers: int, cores: int) -> int:
    """Return how many threads Envoy serves with: the cores that the authorizers leave, one at least."""
    return max(1, cores - min(authorizers, max(1, cores // 3)))
