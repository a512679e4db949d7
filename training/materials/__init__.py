"""Materials: what is taught, in versions, kept as files, links and notes, and shown to the right people in time."""
