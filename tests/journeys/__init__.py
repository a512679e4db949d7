"""Whole journeys through real servers and browsers."""
