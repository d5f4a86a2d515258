"""Use-cases of data connections."""
