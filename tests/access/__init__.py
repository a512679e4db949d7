"""Who may ask what: every route as every role with every kind of id, in a table for people and in a walk that asks."""
