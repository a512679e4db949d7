"""Pure decisions of completion."""
