"""The headers of signed calls: taken off every request but those to data APIs."""

from typing import Final

from gatepost_server.gateway.headers import SIGNED

FILTER_NAME: Final = "envoy.filters.http.header_mutation"
_TYPE: Final = "type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3"
_OFF: Final = {"remove_on_match": {"key_matcher": {"prefix": SIGNED, "ignore_case": True}}}

SIGNED_FILTER: Final = {
    "name": FILTER_NAME,
    "typed_config": {"@type": f"{_TYPE}.HeaderMutation", "mutations": {"request_mutations": [_OFF]}},
}
"""Before anybody is asked; the route of data APIs turns it off."""

NOT_HERE: Final = {
    "@type": "type.googleapis.com/envoy.config.route.v3.FilterConfig",
    "disabled": True,
    "config": {},
}
