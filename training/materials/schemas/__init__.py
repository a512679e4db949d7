"""Materials as JSON: what is sent to change them, and what is told of them."""
