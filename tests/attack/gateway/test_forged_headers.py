"""No header that only the gate may write ever arrives as a client wrote it."""

import pytest
from gate_rig import Rig

from gatepost_server.gateway.headers import ADDRESSES, FORGED_NAMES, FORGED_PREFIXES, is_forged

SPECIMENS = {
    "x-gatepost-": "X-Gatepost-User", "x-gp-": "X-Gp-Cluster", "x-datarobot-": "X-DataRobot-Api-Key",
    "x-user-": "X-User-Email", "posit-connect-": "Posit-Connect-User-Session-Token",
    "rstudio-connect-": "RStudio-Connect-Credentials", "shiny-server-": "Shiny-Server-Credentials",
    "x-rsc-": "X-RSC-User", "x-ca-": "X-Ca-Key", "x-dku-": "X-DKU-What", "x-envoy-": "X-Envoy-Original-Path",
    "x-auth-request-": "X-Auth-Request-User", "x-forwarded-": "X-Forwarded-Host",
}  # fmt: skip
NAMES = [SPECIMENS[prefix] for prefix in FORGED_PREFIXES] + list(FORGED_NAMES)


@pytest.mark.parametrize("spell", [str, str.lower, str.upper], ids=["as written", "lower", "upper"])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("path", ["/content/24/", "/"], ids=["content", "control"])
def test_a_forged_header_never_arrives(rig: Rig, name: str, spell, path: str) -> None:
    answer = rig.ask(path, f"{spell(name)}: forged-value", f"{spell(name)}: forged-again")

    assert answer.startswith(b"HTTP/1.1 200")
    seen = rig.seen("app" if path.startswith("/content") else "control")[-1]
    assert "forged-" not in seen.head.decode()
    assert "forged-" not in rig.seen("authz")[-1].head.decode() if path != "/" else True


@pytest.mark.parametrize("name", NAMES)
def test_an_underscore_spelling_is_refused(rig: Rig, name: str) -> None:
    if "-" not in name:
        pytest.skip("has no hyphen to fold")
    before = len(rig.seen("app"))
    assert rig.ask("/content/24/", f"{name.replace('-', '_')}: x").startswith(b"HTTP/1.1 400")
    assert len(rig.seen("app")) == before


@pytest.mark.parametrize("name", ["Authorization", "X-RSC-Authorization"])
def test_a_credential_reaches_the_authorizer_and_no_app(rig: Rig, name: str) -> None:
    rig.ask("/content/24/", f"{name}: Key gpp_secret")
    assert rig.seen("authz")[-1].values(name.lower()) == ["Key gpp_secret"]
    assert "gpp_secret" not in rig.seen("app")[-1].head.decode()


def test_two_lines_of_one_credential_both_show(rig: Rig) -> None:
    rig.ask("/content/24/", "X-RSC-Authorization: one", "X-RSC-Authorization: two")
    assert ",".join(rig.seen("authz")[-1].values("x-rsc-authorization")).replace(" ", "") == "one,two"


@pytest.mark.parametrize("lines", [(), ("X-Forwarded-For: 9.9.9.9", "X-Forwarded-For: 8.8.8.8")])
def test_the_peer_is_the_right_most_address(rig: Rig, lines: tuple[str, ...]) -> None:
    rig.ask("/content/24/", *lines)
    said = ",".join(rig.seen("authz")[-1].values(ADDRESSES)).replace(" ", "").split(",")
    assert said == [line.split(": ")[1] for line in lines] + ["127.0.0.1"]


@pytest.mark.parametrize("token", ["x-gatepost-user", "x-gp-cluster", "x-forwarded-for", "cookie"])
def test_a_connection_token_removes_nothing_that_the_gate_adds(rig: Rig, token: str) -> None:
    """Envoy removes the client's own header of that name, before anything is injected."""
    rig.upstreams.answers["authz"] = lambda _: (
        b"HTTP/1.1 200 OK\r\nx-gp-cluster: dep_" + b"a" * 24 + b"\r\nx-gatepost-user: ann\r\n"
        b"x-forwarded-for: 127.0.0.1\r\ncookie: own=1\r\ncontent-length: 0\r\n\r\n"
    )
    answer = rig.raw(
        b"GET /content/24/ HTTP/1.1\r\nHost: localhost\r\nCookie: own=1\r\n"
        + f"Connection: close, {token}\r\n\r\n".encode()
    )
    if answer.startswith(b"HTTP/1.1 200"):
        seen = rig.seen("app")[-1]
        assert (seen.values("x-gatepost-user"), seen.values("x-forwarded-for")) == (["ann"], ["127.0.0.1"])
        assert seen.values("connection") == []
    else:
        assert answer.startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("token", ["x-gatepost-user", "x-foo", "authorization"])
def test_a_connection_token_beside_an_upgrade_is_refused(rig: Rig, token: str) -> None:
    answer = rig.raw(
        f"GET /content/24/ HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        f"Connection: upgrade, {token}\r\n\r\n".encode(),
        wait=1,
    )
    assert answer.startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize(
    ("name", "forged"),
    [("x-rsc-authorization", False), ("x-rsc-authorizatio", True), ("x-rsc-authorization2", True),
     ("x-rsc-", True), ("x-forwarded-for", False), ("x-forwarded-fo", True), ("x-forwarded-fork", True),
     ("x-gatepost-csrf", False), ("x-gatepost-csr", True), ("x-gatepost", False), ("accept", False)],
)  # fmt: skip
def test_the_list_and_envoy_agree_at_the_edges(rig: Rig, name: str, forged: bool) -> None:
    assert is_forged(name) is forged
    rig.ask("/", f"{name}: probe-value")
    assert ("probe-value" in rig.seen("control")[-1].head.decode()) is not forged
