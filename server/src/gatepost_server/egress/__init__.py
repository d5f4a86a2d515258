"""Every outgoing connection to an address that somebody chose: judged first, then dialed.

A name is resolved once, each of its addresses is judged, and what is dialed is a judged
address and never the name again. What went wrong is said in one of a few fixed words.
"""

from gatepost_server.egress.allowlist import LONGEST_LIST, Address, Allowlist, normalized
from gatepost_server.egress.dialing import Dialer, Refused, Word, is_of_this_machine
from gatepost_server.egress.judging import Judged, Own, Rule, Verdict, judge, unwrapped
from gatepost_server.egress.wording import SAYS

__all__ = [
    "LONGEST_LIST",
    "SAYS",
    "Address",
    "Allowlist",
    "Dialer",
    "Judged",
    "Own",
    "Refused",
    "Rule",
    "Verdict",
    "Word",
    "is_of_this_machine",
    "judge",
    "normalized",
    "unwrapped",
]
