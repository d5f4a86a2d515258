"""Use-cases of stored credentials."""
