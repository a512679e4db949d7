"""Decisions about feeds: what one may be for, what a meeting looks like in it, what fits, what a request asks for."""
