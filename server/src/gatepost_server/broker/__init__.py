"""The broker: the one process that opens stored credentials and connections to data.

Others ask it over a unix socket (`Client`); what comes back are steps, names and Arrow batches,
never a secret and no text of the far end. Drivers are imported below `broker.drivers` only.
"""

from gatepost_server.broker.client import Client, is_answering
from gatepost_server.broker.places import Places

__all__ = ["Client", "Places", "is_answering"]
