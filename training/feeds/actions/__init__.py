"""Changes of feeds: links made, renewed, revoked; marks raised when what a calendar shows may have changed."""
