"""Reads of the domain; lists take the `visible` filter of authz."""
