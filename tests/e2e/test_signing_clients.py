"""Clients that vendors publish, unmodified, each in an environment of its own: what they sign is accepted."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from gateway_of_tests import serving
from signed import KEY, SECRET, Book, Memory, signatory
from vendor_clients import told

from gatepost_server.kernel.clock import SystemClock
from gatepost_server.signing import Verifier

pytestmark = pytest.mark.e2e

RESTFUL = """
import json, sys
from restful_client_lite.contrib.aliyun import AliyunApiGatewayClient
url, key, secret = sys.argv[1:]
client, told = AliyunApiGatewayClient(url, {"app_id": key, "app_secret": secret}), {}
for target in ("/list/1", "/list/1?a=1&b=2", "/list/1?b=2&a=1", "/list/1?b=2&a=two%20words"):
    answer = client.get(target)
    told[target] = [answer.status_code, answer.json()]
print(json.dumps(told))
"""

UTIL = """
import json, sys, uuid
from types import SimpleNamespace
import requests
from alibabacloud_apigateway_util.client import Client
url, key, secret = sys.argv[1:]
body = '{"city": "杭州"}'
headers = {
    "accept": "application/json", "date": "Thu, 01 Jan 2026 00:00:00 GMT", "content-type": "application/json",
    "content-md5": Client.get_content_md5(body), "x-ca-key": key, "x-ca-nonce": str(uuid.uuid4()),
    "x-ca-stage": "RELEASE", "x-ca-timestamp": Client.get_time_stamp(),
}
query = {"a": "1", "b": "two words"}
request = SimpleNamespace(method="POST", pathname="/list/1", query=query, headers=headers)
headers["x-ca-signature"] = Client.get_signature(request, secret)
answer = requests.post(url + "/list/1?a=1&b=two%20words", data=body.encode(), headers=headers)
print(json.dumps({"post": [answer.status_code, answer.json()]}))
"""

NODE = """
const {Client} = require('aliyun-api-gateway');
const [url, key, secret] = process.argv.slice(2);
const json = {'content-type': 'application/json'};
const form = {'content-type': 'application/x-www-form-urlencoded'};
const calls = {
  get: (c) => c.get(url + '/list/1?b=2&a=two%20words&empty='),
  twice: (c) => c.get(url + '/list/1?a=1&a=2'),
  post: (c) => c.post(url + '/list/1?appKey=' + key, {data: {conditions: {city: '杭州'}}, headers: json}),
  put: (c) => c.put(url + '/update/1', {data: {id: 1}, headers: json}),
  delete: (c) => c.delete(url + '/delete/1', {query: {id: 1}}),
  form: (c) => c.post(url + '/list/1?b=q2&c=q3', {data: {a: '1', b: 'from body', e: ''}, headers: form}),
};
(async () => {
  const told = {};
  for (const name in calls) {
    try {
      told[name] = [200, await calls[name](new Client(key, secret))];
    } catch (fault) {
      told[name] = [fault.code, {detail: fault.data.headers['x-ca-error-message']}];
    }
  }
  console.log(JSON.stringify(told));
})();
"""


@pytest.fixture(scope="module")
def python(vendor_python: Path) -> Path:
    """An interpreter that has the vendors' clients."""
    return vendor_python


@pytest.fixture(scope="module")
def node(vendor_node: Path) -> Path:
    """A folder with the vendor's Node client."""
    (vendor_node / "call.js").write_text(NODE)
    return vendor_node


@pytest.fixture
def url() -> Iterator[str]:
    """The address of a server whose verifier knows one application, whose owner is debugging."""
    book = Book({KEY: signatory(is_debugging=True)})
    with serving(Verifier(book, Memory(), SystemClock())) as address:
        yield address


def test_restful_client_lite_is_accepted_though_it_signs_addresses_as_they_are_typed(
    python: Path, url: str
) -> None:
    right = told([python, "-c", RESTFUL, url, KEY, SECRET])
    assert {status for status, _ in right.values()} == {200}
    assert right["/list/1?b=2&a=two%20words"][1]["parameters"] == {"a": "two words", "b": "2"}
    wrong = told([python, "-c", RESTFUL, url, KEY, "another-secret"])
    assert {status for status, _ in wrong.values()} == {400}


def test_the_python_util_of_the_vendor_is_accepted(python: Path, url: str) -> None:
    status, answer = told([python, "-c", UTIL, url, KEY, SECRET])["post"]
    assert (status, answer["is_body_signed"]) == (200, True)
    assert answer["parameters"] == {"a": "1", "b": "two words"}
    status, answer = told([python, "-c", UTIL, url, KEY, "another-secret"])["post"]
    assert (status, str(answer["detail"])[:40]) == (400, "Invalid Signature, Server StringToSign:`")


def test_the_node_client_of_the_vendor_is_accepted_with_every_verb(node: Path, url: str) -> None:
    answers = told(["node", node / "call.js", url, KEY, SECRET])
    status, refused = answers.pop("twice")
    assert (status, "sent twice" in str(refused["detail"])) == (400, True), "it signs a=1,2"
    assert {name: (status, one["is_body_signed"]) for name, (status, one) in answers.items()} == {
        "get": (200, True),
        "post": (200, True),
        "put": (200, False),
        "delete": (200, True),
        "form": (200, True),
    }
    assert {name: one["parameters"] for name, (_, one) in answers.items()} == {
        "get": {"a": "two words", "b": "2", "empty": ""},
        "post": {"appKey": KEY},
        "put": {},
        "delete": {"id": "1"},
        "form": {"a": "1", "b": "from body", "c": "q3", "e": ""},
    }


def test_the_node_client_learns_what_was_signed_here(node: Path, url: str) -> None:
    status, answer = told(["node", node / "call.js", url, KEY, "another-secret"])["get"]
    assert status == 400
    detail = str(answer["detail"])
    assert detail.startswith("Invalid Signature, Server StringToSign:`GET#application/json#")
    assert detail.endswith("#/list/1?a=two words&b=2&empty`")
