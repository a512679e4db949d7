"""Reads of surveys: rows as frozen structs."""
