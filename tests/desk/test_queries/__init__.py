"""Tests of the desk's queries."""
