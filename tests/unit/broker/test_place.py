"""How libpq is told where to go: as a URI that says the same, and never by its representation."""

import psycopg

from gatepost_server.broker.drivers.postgresql_login import Place

SETTINGS = {"host": "db.example.com", "user": "a reader", "password": "a b+c%&=é", "dbname": "our sales"}


def test_a_uri_says_what_the_settings_say() -> None:
    assert psycopg.conninfo.conninfo_to_dict(Place(SETTINGS, None).uri()) == SETTINGS


def test_what_is_printed_of_it_holds_no_password() -> None:
    assert "c%&" not in repr(Place(SETTINGS, None))
