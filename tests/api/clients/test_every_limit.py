"""Every cell of the form that asks for an application, and of those beside it: the edge, and just beyond."""

from typing import Any

import pytest
from calling import Caller
from client_desk import ClientDesk
from stores import on_one_engine

_MANY = [f"10.0.{at}.1" for at in range(101)]

# Of each: the field, what is taken, what is refused, and the reason that is told.
_CREATE: list[tuple[str, list[Any], list[Any], str]] = [
    ("name", ["Load", "订单数据", "A" * 26, "订" * 26, "订_26"], ["abc", "订单数", "A" * 27, "订" * 27],
     "4 to 26 Chinese characters, letters, digits or underscores"),
    ("name", ["aB_9"], ["1abc", "_abc", "a-bcd", "ab cd", "äbcd", "Load\n", "", "ab😀cd"],
     "beginning with a character or a letter"),
    ("scenario", ["", "x" * 128, "订" * 128], ["x" * 129, "订" * 129], "128 characters"),
    ("owners", [["ada"], ["ada", "eve"]], [[]], ""),
    ("group", ["Partners"], ["", "None"], ""),
    ("ip_allowlist", ["10.0.0.1", "192.168.3.12/24", "10.0.0.0/32", "10.0.0.0/1", ";".join(_MANY[:100])],
     [";".join(_MANY), "10.0.0.0/33", "10.0.0.0/0", "10.0.0.1;10.0.0.1", "10.0.0", "here"], ""),
]  # fmt: skip
_CUSTOM = (["a1_-bcde", "k" * 8, "k" * 127], ["k" * 7, "k" * 128, "key key 1", "schlüssel", "key.key.1"])


def _reason(answer: Any, field: str) -> str:
    assert answer.status_code == 400, answer.text
    found = {one["field"]: one["detail"] for one in answer.json()["errors"]}
    assert field in found, found
    return str(found[field])


def _ask(who: Caller, **body: Any) -> Any:
    told = {"name": "Loader", "group": "Partners", "owners": ["ada"], "reason": "Night.", **body}
    return who.post("requests", {"kind": "create_client", "validity": "permanent", **told})


@on_one_engine
@pytest.mark.parametrize(
    ("field", "taken", "refused", "reason"), _CREATE, ids=[f"{n}-{one[0]}" for n, one in enumerate(_CREATE)]
)
def test_a_field_of_the_request(
    desk: ClientDesk, field: str, taken: list[Any], refused: list[Any], reason: str
) -> None:
    desk.root.patch("settings", {"ip_allowlist": True})
    for number, value in enumerate(taken):
        answer = _ask(desk["ann"], **{"name": f"Name_{number}", field: value})
        assert answer.status_code == 201, (value, answer.text)
        assert desk["ann"].post(f"requests/{answer.json()['id']}/withdraw", {}).status_code in (200, 404)
    for value in refused:
        told = _reason(_ask(desk["ann"], **{"name": "Other", field: value}), field)
        assert told, value
        assert reason in told, value


@on_one_engine
def test_a_custom_key_and_its_secret(desk: ClientDesk) -> None:
    taken, refused = _CUSTOM
    for number, text in enumerate(taken):
        answer = _ask(desk["ann"], name=f"Name_{number}", app_key=text, app_secret=text)
        assert answer.status_code == 201, (text, answer.text)
    for text in refused:
        assert "8 to 127" in _reason(_ask(desk["ann"], app_key=text, app_secret="s" * 8), "app_key")
        assert "8 to 127" in _reason(_ask(desk["ann"], app_key="k" * 9, app_secret=text), "app_secret")
    assert _reason(_ask(desk["ann"], app_key="k" * 9), "app_secret") == "send both, or neither"


@on_one_engine
def test_the_reason_and_the_validity_of_a_request_to_join(desk: ClientDesk) -> None:
    made = desk.made()

    def join(who: Caller, reason: str, validity: Any) -> Any:
        body = {"kind": "join_client", "client": made["id"], "reason": reason, "validity": validity}
        return who.post("requests", body)

    for reason in ("", " ", "x" * 501):
        assert "1 to 500 characters" in _reason(join(desk["bob"], reason, {"days": 30}), "reason")
    for validity in (
        {"days": 0},
        {"days": 3651},
        {"until": "2020-01-01T00:00:00Z"},
    ):
        assert _reason(join(desk["bob"], "Night.", validity), "validity")
    assert join(desk["bob"], "订" * 500, {"days": 1}).status_code == 201
    for number, validity in enumerate(({"days": 30}, {"days": 90}, {"days": 180}, "permanent")):
        who = desk.api.session(desk.world.person(f"joiner-{number}"))
        assert join(who, "Night.", validity).status_code == 201, validity
