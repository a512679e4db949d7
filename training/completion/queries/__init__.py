"""Reads of completion: rows as frozen structs."""
