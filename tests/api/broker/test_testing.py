"""The test of a connection, step by step, against real servers."""

import pytest
from certificates import Authority

from .conftest import login, target_of

WAY = ["name: ok", "tcp: ok", "tls: ok", "login: ok", "query: ok"]


def test_the_right_login_passes_every_step(rig, source):
    found = rig.test(target_of(source))
    assert [f"{step.name}: {step.code}" for step in found.steps] == WAY
    assert found.ok
    assert all(step.ms >= 0 and step.hint == "" for step in found.steps)


@pytest.mark.parametrize(
    ("using", "code"),
    [
        (login(password="wrong"), "login-refused"),
        (login("nobody"), "login-refused"),
    ],
)
def test_a_wrong_login_is_refused_at_its_step(rig, source, using, code):
    assert rig.codes(target_of(source), using) == [*WAY[:3], f"login: {code}"]


def test_a_database_that_is_not_there_is_told_from_a_wrong_password(rig, source):
    codes = rig.codes(target_of(source, database="nothing_of_the_kind"))
    assert codes == [*WAY[:3], "login: database-unknown"]


def test_a_server_that_nobody_trusted_signed_gets_no_login(rig, source):
    assert rig.codes(target_of(source, ca=None)) == [*WAY[:2], "tls: tls-untrusted"]
    assert rig.codes(target_of(source, ca=Authority().pem)) == [*WAY[:2], "tls: tls-untrusted"]


def test_a_server_of_another_name_gets_no_login(rig, source):
    assert rig.codes(target_of(source, host="127.0.0.1")) == [*WAY[:2], "tls: tls-name"]


def test_less_than_verified_tls_has_to_be_asked_for(rig, source):
    assert rig.codes(target_of(source, ca=None, tls="require")) == WAY
    without = [*WAY[:2], *WAY[3:]]
    assert rig.codes(target_of(source, ca=None, tls="disable"), login("plain")) == without
    assert rig.codes(target_of(source, ca=None, tls="disable"))[-1] == "login: login-refused"


def test_a_port_of_the_loopback_is_dialed_only_if_an_administrator_listed_it(rig, source):
    rig.allow(source.port + 1)
    found = rig.test(target_of(source))
    assert [step.code for step in found.steps] == ["address-refused"]
    assert "administrator" in found.steps[0].hint
    rig.allow(source.port)
    assert rig.codes(target_of(source)) == WAY, "the broker that runs already judges by the new list"
    rig.allow()
    assert rig.codes(target_of(source)) == ["name: address-refused"]
