"""Requests that vendors' clients signed, byte for byte: what the compatible form has to accept."""

from signed import KEY, NONCE, TIME_MS, received

_ALL = "x-ca-key,x-ca-nonce,x-ca-signature-method,x-ca-stage,x-ca-timestamp"
_FORM = "application/x-www-form-urlencoded; charset=utf-8"
_JSON = "application/json"


def _ca(signature: str, names: str, **more: str) -> dict[str, str]:
    return {
        "X-Ca-Key": KEY,
        "X-Ca-Nonce": NONCE,
        "X-Ca-Timestamp": str(TIME_MS),
        "X-Ca-Signature-Headers": names,
        "X-Ca-Signature": signature,
        **{name.replace("_", "-"): value for name, value in more.items()},
    }


V1 = received(
    "GET",
    "/list/10083?z=a%20b&name=%E6%B5%8B%E8%AF%95&empty=",
    {
        "Accept": _JSON,
        **_ca("lVA0C4vYfX+/WFvBwkzejm5/u/pNf17RAQ88dzogP4g=", "X-Ca-Key,X-Ca-Nonce,X-Ca-Timestamp"),
    },
)
_V2_HEADERS = {
    "Accept": "application/json; charset=utf-8",
    "Content-Type": _FORM,
    "Date": "Thu, 01 Jan 2026 00:00:00 GMT",
}
_V2_NAMES = "X-Ca-Key,X-Ca-Nonce,X-Ca-Signature-Method,X-Ca-Stage,X-Ca-Timestamp"


def _v2(signature: str, method: str) -> dict[str, str]:
    more = _ca(signature, _V2_NAMES, X_Ca_Signature_Method=method, X_Ca_Stage="RELEASE")
    return {**_V2_HEADERS, **more}


V2 = received(
    "POST",
    "/form/orders?b=q2&c=q3",
    _v2("0yNTVMKvb5+UvaNQO1zMDjuHWvVoQGijG2dyHxj9Tfk=", "HmacSHA256"),
    b"a=1&b=from+body&e=",
)
V2_BY_SHA1 = received(
    "POST", "/form/orders?b=q2&c=q3", _v2("E9a6WieoIRy91A+iCeypxSz1E/Q=", "HmacSHA1"), b"a=1&b=from+body&e="
)
V3 = received(
    "POST",
    "/list/10083?appKey=200000001&env=PROD",
    {
        "Accept": _JSON,
        "Content-Type": _JSON,
        "Content-MD5": "Qf8pIr8ZfiFTztB39V+63w==",
        **_ca(
            "4VWqswUWqPyXd5TZ17JB2+3N+1bilhVgjS/5xh2X4cE=",
            "x-ca-key,x-ca-nonce,x-ca-stage,x-ca-timestamp",
            X_Ca_Stage="RELEASE",
        ),
    },
    '{"conditions":{"city":"杭州"},"pageStart":0,"pageSize":10}'.encode(),
)
V4 = received(
    "POST",
    "/get/10084?appKey=200000001&env=PRE",
    {
        "Accept": _JSON,
        "Content-Type": _JSON,
        "Date": "2026-01-01 00:00:00.000001",
        **_ca(
            "U+7eHzbJhp57id/02obHL3NenJsslJxJk9F0jL4QiC8=",
            _ALL,
            X_Ca_Signature_Method="HmacSHA256",
            X_Ca_Stage="PRE",
        ),
    },
    b'{"conditions":{}}',
)
VECTORS = {"V1": V1, "V2": V2, "V3": V3, "V4": V4}
