"""Everything that can be done with materials."""
