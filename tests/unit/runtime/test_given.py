"""What a starting app is given of data connections."""

from urllib.parse import unquote, urlsplit

from gatepost_server.apps import Environment, Given, Withheld
from gatepost_server.kernel.secret import Secret
from gatepost_server.runtime.given import Gifts, gifts_for

PASSWORD = "a b/c@d:e%é"
SALES = Given("sales-eu", "ann@x", Secret(PASSWORD), "our sales")
OTHER = Given("b", "u", Secret("p"), "d")


def test_each_connection_has_a_port_of_its_own_and_variables_that_say_it() -> None:
    gifts = gifts_for(Environment([SALES, OTHER]), has_own_network=True)
    assert gifts.doors == (("sales-eu", 8091), ("b", 8092))
    env = gifts.env
    assert env["GATEPOST_CONNECTION_SALES_EU_PASSWORD"] == PASSWORD
    assert (env["GATEPOST_CONNECTION_SALES_EU_PORT"], env["GATEPOST_CONNECTION_B_PORT"]) == ("8091", "8092")
    url = urlsplit(env["GATEPOST_CONNECTION_SALES_EU_URL"])
    assert (url.hostname, url.port, unquote(url.path)) == ("127.0.0.1", 8091, "/our sales")
    assert (unquote(url.username or ""), unquote(url.password or "")) == ("ann@x", PASSWORD)


def test_on_a_network_that_others_share_nothing_is_given_and_the_log_says_so() -> None:
    gifts = gifts_for(Environment([SALES], [Withheld("c", "Because.")]), has_own_network=False)
    assert (gifts.env, gifts.doors) == ({}, ())
    assert gifts.notes[0] == "c is not in the environment: Because."
    assert gifts.notes[1].startswith("sales-eu is not in the environment: applications share")


def test_what_is_printed_of_it_holds_no_password() -> None:
    gifts = gifts_for(Environment([OTHER]), has_own_network=True)
    assert "'p'" not in repr(gifts)
    assert "'p'" not in repr(OTHER)
    assert Gifts().doors == ()
