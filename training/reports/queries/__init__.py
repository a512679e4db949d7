"""Reads of reports: rows as frozen structs."""
