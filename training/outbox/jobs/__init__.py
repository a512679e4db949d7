"""What the worker calls for the outbox: one file per tick."""
