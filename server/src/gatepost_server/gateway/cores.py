"""How Envoy and the authorizers share the cores of the machine; pure.

An authorizer computes all the time that it answers, and so does Envoy. More of them at work
than there are cores push each other out of the caches: on two cores, two and two cost an
eighth more for each request than one and one (ADR 15).
"""


def asked_at_once(authorizers: int, cores: int, *, is_embedded: bool) -> int:
    """Return how many of *authorizers* are asked while all are well; the others stand by.

    With an embedded store they take half of the cores. Those that wait for another
    machine's store leave their core to others meanwhile: all of them are asked.
    """
    return min(authorizers, max(1, cores // 2)) if is_embedded else authorizers


def envoy_workers(authorizers: int, cores: int) -> int:
    """Return how many threads Envoy serves with: the cores that the authorizers leave."""
    return max(1, cores - min(authorizers, cores // 2))
