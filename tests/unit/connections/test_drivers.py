"""What drivers may be told: structured fields of an allowlist, read once; everything else by name refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost_server.connections import DRIVERS, ConnectionType, checked_params
from gatepost_server.connections.drivers import endpoint_of
from gatepost_server.kernel.errors import Invalid

SERVER = {"host": "db.example.com", "database": "sales"}
GOOD: dict[ConnectionType, dict[str, Any]] = {
    ConnectionType.POSTGRESQL: SERVER,
    ConnectionType.MYSQL: SERVER,
    ConnectionType.SQLITE: {"file": "sales/2026.db"},
    ConnectionType.DUCKDB: {"file": "sales.duckdb"},
    ConnectionType.S3: {"bucket": "sales-2026"},
    ConnectionType.HTTP: {"base_url": "https://data.example.com/v1/"},
}
DANGEROUS = (
    "options", "service", "passfile", "sslkey", "sslrootcert", "hostaddr", "target_session_attrs",
    "init_command", "local_infile", "read_default_file", "plugin_dir", "unix_socket", "uri", "dsn",
    "extension", "password", "user", "vfs", "config", "Host", "host ", "",
)  # fmt: skip


def faults_of(type_: ConnectionType, params: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        checked_params(type_, params)
    return {fault.field: fault.detail for fault in refused.value.faults}


@pytest.mark.parametrize("type_", ConnectionType)
def test_the_least_that_is_needed_is_enough_and_what_is_kept_reads_as_itself(type_: ConnectionType) -> None:
    kept = checked_params(type_, GOOD[type_])
    assert checked_params(type_, kept) == kept
    assert kept.keys() <= DRIVERS[type_].fields.keys()


@pytest.mark.parametrize("name", DANGEROUS)
@pytest.mark.parametrize("type_", ConnectionType)
def test_what_is_not_listed_is_refused_by_name(type_: ConnectionType, name: str) -> None:
    assert list(faults_of(type_, {**GOOD[type_], name: "x"})) == [f"params.{name}"]


def test_tls_is_verified_unless_somebody_says_otherwise() -> None:
    kept = checked_params(ConnectionType.POSTGRESQL, SERVER)
    assert kept == {"host": "db.example.com", "port": 5432, "database": "sales", "tls": "verify-full"}
    assert checked_params(ConnectionType.MYSQL, SERVER)["port"] == 3306


BAD: tuple[tuple[ConnectionType, str, Any], ...] = (
    *((ConnectionType.POSTGRESQL, "host", value) for value in (
        "", None, 7, "/var/run/postgresql", "@abstract", "db.example.com:5432", "user@db", "postgres://db",
        "a,b", "db example", "db\0", "-db", "x" * 254, "host=1", "a b=c", "db%2e", "ﬁ.example.com",
    )),
    *((ConnectionType.POSTGRESQL, "port", value) for value in (0, 65536, -1, True, 1.5, "x", "٣", "1e3", [])),
    *((ConnectionType.POSTGRESQL, "tls", value) for value in ("prefer", "VERIFY-FULL", True, [])),
    *((ConnectionType.POSTGRESQL, "ca", value) for value in (
        "/etc/passwd", "", "-----BEGIN CERTIFICATE-----",
        "-----BEGIN PRIVATE KEY-----\nAA\n-----END PRIVATE KEY-----",
    )),
    *((ConnectionType.MYSQL, "database", value) for value in ("", " ", "a\nb", "a\0b", "x" * 501, {})),
    *((ConnectionType.SQLITE, "file", value) for value in (
        "/etc/passwd", "../x.db", "a/../../x.db", "a//b", "./x", "~root/x", "C:\\x", "file:x?mode=rwc",
        ":memory:", "a\\..\\b", "", "x\0.db", "a/",
    )),
    *((ConnectionType.S3, "bucket", value) for value in ("", "A", "a/b", "a" * 64, "../x", "x y")),
    (ConnectionType.S3, "prefix", "a/../b"),
    (ConnectionType.S3, "path_style", "yes"),
    *((ConnectionType.HTTP, "base_url", value) for value in (
        "", "ftp://x", "file:///etc/passwd", "https://", "https://user:pw@x.example", "https://x?a=b", "https://x#a",
        "https://x:99999", "javascript:x", "//x",
    )),
)  # fmt: skip


@pytest.mark.parametrize(("type_", "field", "value"), BAD)
def test_what_cannot_be_used_is_refused_with_its_field(
    type_: ConnectionType, field: str, value: object
) -> None:
    assert list(faults_of(type_, {**GOOD[type_], field: value})) == [f"params.{field}"]


def test_addresses_are_kept_in_one_way_of_writing() -> None:
    kept = checked_params(ConnectionType.POSTGRESQL, {**SERVER, "host": " DB.Example.com. ", "port": "6432"})
    assert (kept["host"], kept["port"]) == ("db.example.com", 6432)
    assert checked_params(ConnectionType.POSTGRESQL, {**SERVER, "host": "[::1]"})["host"] == "::1"
    assert checked_params(ConnectionType.HTTP, {"base_url": "HTTPS://X.example:8443/A/"}) == {
        "base_url": "https://x.example:8443/A"
    }


@pytest.mark.parametrize("field", ["host", "port", "tls", "ca"])
def test_where_a_password_goes_and_how_is_the_endpoint(field: str) -> None:
    other = {
        "host": "db.example.org", "port": 1, "tls": "disable",
        "ca": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    }[field]  # fmt: skip
    type_ = ConnectionType.POSTGRESQL
    one, two = checked_params(type_, SERVER), checked_params(type_, {**SERVER, field: other})
    assert endpoint_of(type_, one) != endpoint_of(type_, two)
    assert endpoint_of(type_, one) == endpoint_of(type_, {**one, "database": "stock"})
    assert endpoint_of(type_, one) != endpoint_of(ConnectionType.MYSQL, one)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.sampled_from(ConnectionType), st.dictionaries(st.text(max_size=20), anything, max_size=5), st.data()
)
def test_whatever_is_sent_is_kept_as_listed_or_refused(
    type_: ConnectionType, more: dict[str, Any], data: st.DataObject
) -> None:
    field = data.draw(st.sampled_from(sorted(DRIVERS[type_].fields)))
    sent = {**GOOD[type_], **more, field: data.draw(anything)}
    try:
        kept = checked_params(type_, sent)
    except Invalid:
        pass
    else:
        assert kept.keys() <= DRIVERS[type_].fields.keys()
        assert checked_params(type_, kept) == kept
