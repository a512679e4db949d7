"""Tests of completion's actions."""
