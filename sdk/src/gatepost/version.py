"""The version of this library, as it tells servers; a test compares it with the package's."""

VERSION = "0.1.0"
