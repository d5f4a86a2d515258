"""The cookie that leads a browser to the same process again: over https no neighbour can plant it."""

from gatepost_server.gateway.authorizer.cookies import affinity_cookie, affinity_in, without_ours

NAME = "a" * 24


def test_over_https_it_is_of_this_very_host():
    assert affinity_cookie(NAME, is_secure=True, is_framed=False) == (
        f"__Host-gp_affinity={NAME}; Path=/; HttpOnly; SameSite=Lax; Secure"
    )
    framed = affinity_cookie(NAME, is_secure=True, is_framed=True)
    assert framed == f"__Host-gp_affinity={NAME}; Path=/; HttpOnly; Secure; SameSite=None; Partitioned"


def test_over_http_it_has_the_name_that_browsers_take_there():
    assert affinity_cookie(NAME, is_secure=False, is_framed=False) == (
        f"gp_affinity={NAME}; Path=/; HttpOnly; SameSite=Lax"
    )


def test_the_name_of_the_other_transport_counts_for_nothing():
    kept = [f"__Host-gp_affinity={NAME}; gp_affinity={'b' * 24}"]
    assert affinity_in(kept, is_secure=True) == NAME
    assert affinity_in(kept, is_secure=False) == "b" * 24
    assert affinity_in([f"gp_affinity={NAME}"], is_secure=True) is None
    assert affinity_in(["__Host-gp_affinity=short"], is_secure=True) is None
    assert without_ours([*kept, "own=1"]) == "own=1"
