"""Who is calling: one answer for sessions, keys and apps, used by the gate and by the doors."""

from gatepost_server.authn.credentials import Presented, RequestFacts, cookie_names, presented
from gatepost_server.authn.errors import LevelChanged, NothingLent, NothingToLend
from gatepost_server.authn.facts import visit_of
from gatepost_server.authn.identified import BadCredential, Identified, Means
from gatepost_server.authn.identify import identify, still_good
from gatepost_server.authn.inside import NoKeyForApp, identify_inside, inside_again
from gatepost_server.authn.network import client_ip, ip_behind_gate, parse_proxies
from gatepost_server.authn.service.lending import (
    Asked,
    Lent,
    agree,
    asked_of,
    list_lent,
    take_back_consent,
)
from gatepost_server.authn.service.visiting import begin_visit, sweep_visits
from gatepost_server.authn.visits import Visit, visitor_key

__all__ = [
    "Asked",
    "BadCredential",
    "Identified",
    "Lent",
    "LevelChanged",
    "Means",
    "NoKeyForApp",
    "NothingLent",
    "NothingToLend",
    "Presented",
    "RequestFacts",
    "Visit",
    "agree",
    "asked_of",
    "begin_visit",
    "client_ip",
    "cookie_names",
    "identify",
    "identify_inside",
    "inside_again",
    "ip_behind_gate",
    "list_lent",
    "parse_proxies",
    "presented",
    "still_good",
    "sweep_visits",
    "take_back_consent",
    "visit_of",
    "visitor_key",
]
