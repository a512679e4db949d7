"""Tests of invites."""
