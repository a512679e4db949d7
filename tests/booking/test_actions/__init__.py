"""Tests of booking's actions."""
