"""Client library of Gatepost: sign in, deploy, make keys, call content."""
