"""Tables of rows: types of columns, the engine that reads and writes them, queries in a process of their own.

The process for a query is started again and again, so nothing here knows the store or the house:
import from the modules themselves.
"""
