"""Reads of attendance: rows as frozen structs."""
