"""Use-cases of use cases."""
