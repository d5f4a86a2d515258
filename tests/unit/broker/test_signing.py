"""Requests to S3 are signed as Amazon's documentation shows by example."""

from datetime import UTC, datetime

import pytest

from gatepost_server.broker.drivers.signing import S3Key, signed

KEY = S3Key("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
NOW = datetime(2013, 5, 24, tzinfo=UTC)
HOST = {"host": "examplebucket.s3.amazonaws.com"}
GET = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
LIST = "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"


@pytest.mark.parametrize(
    ("path", "query", "headers", "signature"),
    [
        ("/test.txt", {}, {"Range": "bytes=0-9"}, GET),
        ("/", {"max-keys": "2", "prefix": "J"}, {}, LIST),
    ],
)
def test_the_signature_is_the_documented_one(path, query, headers, signature):
    sent = signed(KEY, path, query, {**HOST, **headers}, NOW)
    assert sent["authorization"].endswith(f"Signature={signature}")
    assert KEY.secret not in repr(KEY) + str(sent)
