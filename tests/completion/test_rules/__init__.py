"""Tests of completion's rules."""
