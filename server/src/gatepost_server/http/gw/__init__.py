"""`/gw/…`: calls of data APIs, by keys, sessions and signatures; a process of its own serves them."""
