"""What a source has, offered where a data API is designed: a table is chosen instead of typed."""

from dataclasses import replace

from gatepost_server import connections
from gatepost_server.ui.connection_trial import means_of
from gatepost_server.ui.pages.data_api_design import DesignForm, Offer
from gatepost_server.ui.visits import Visit

_MOST = 200
_SCHEMA, _TABLE = "schema=", "table="
_USUAL = "public"


def is_offering(do: str) -> bool:
    """Tell whether a button asks for what the source has, or chose of it."""
    return do == "tables" or do.startswith((_SCHEMA, _TABLE))


def offered(visit: Visit, form: DesignForm, do: str) -> tuple[DesignForm, bool]:
    """Return the form with what its source has, or with the table that was chosen; True of the latter.

    The columns of another table are all new, so nothing that was said of the former ones stays.

    Raises:
        Hidden, ChooseLogin, NotAssociated, BrokerSilent, StatementFailed, TooManyTries: it cannot be seen.
    """
    if do.startswith(_TABLE):
        table = do.removeprefix(_TABLE)
        fields = form.fields if table == form.table else ()
        return replace(form, kind="table", table=table, fields=fields, faults={}), True
    schema = do.removeprefix(_SCHEMA) if do.startswith(_SCHEMA) else form.schema
    sight = connections.look_into(means_of(visit), form.connection, form.credential or None)
    schemas = sight.schemas()
    chosen = schema or (_USUAL if _USUAL in schemas else next(iter(schemas), ""))
    tables = [one.name for one in sight.tables(chosen or None)]
    offer = Offer(schemas, tables[:_MOST], len(tables[_MOST:]))
    return replace(form, kind="table", schema=chosen, offer=offer, faults={}), False
