"""Reads of invites: what should be told and what was, in a fixed number of statements however many people there are."""
