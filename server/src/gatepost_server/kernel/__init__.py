"""Ground floor: ids, clock, secrets, paging, error families and the actor.

Imports nothing but the standard library, so that every other package may use it.
"""
