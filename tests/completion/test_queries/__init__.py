"""Tests of completion's queries."""
