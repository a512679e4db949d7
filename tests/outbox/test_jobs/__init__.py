"""Jobs of the outbox."""
