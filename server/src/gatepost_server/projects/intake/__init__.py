"""Taking rows in: what a file holds, of which types, and writing it as Parquet."""
