"""Reads of the desk, each limited to what its reader runs. A foreign session is not found, like a missing one."""
