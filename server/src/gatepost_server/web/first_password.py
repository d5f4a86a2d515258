"""The first administrator's password file: kept until the password is changed."""

from gatepost_server.kernel.secret import Secret
from gatepost_server.web.call import House


def forget_first_password(house: House, old: Secret) -> None:
    """Remove the file with the generated password once *old*, just replaced, was it."""
    path = house.folders.admin_password
    if path.exists() and old.matches(path.read_text().strip()):
        path.unlink()
