"""The driver's errors in our words; translated here, once, for every way into the store."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from gatepost_server.kernel.errors import Conflict, Invalid, Unavailable

log = logging.getLogger(__name__)


@contextmanager
def translated(engine: Engine) -> Iterator[None]:
    """Turn what the driver of *engine* raises into refusals; the details go to the log only.

    Raises:
        Conflict: a uniqueness rule of the store was broken by a concurrent call.
        Invalid: a text or number that the store cannot hold.
        Unavailable: the store does not answer.
    """
    driver = engine.dialect.loaded_dbapi
    try:
        yield
    except (IntegrityError, driver.IntegrityError) as error:
        log.info("a rule of the store refused a write: %s", error)
        raise Conflict("Somebody changed the same thing at the same time, or it exists already.") from error
    except (OperationalError, PoolExhausted, driver.OperationalError) as error:
        log.warning("the store did not answer: %s", error)
        raise Unavailable(
            "The store does not answer right now. Try again.", code="store-unavailable"
        ) from error
    except (DataError, driver.DataError, UnicodeEncodeError, OverflowError) as error:
        log.info("the store cannot hold a value: %s", error)
        raise Invalid(
            "A text holds characters, or a number has a size, that cannot be stored.", code="unstorable"
        ) from error
