"""Reading a database file that somebody else wrote: in a process of its own, which sees that file only."""
