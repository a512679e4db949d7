"""How fast we are beside the limits of the same machine in the same minutes. `make bench` runs it."""
