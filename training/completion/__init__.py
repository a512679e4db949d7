"""Completion: what it takes, who has reached it, until when it is valid, and the certificates that say so.

Whether somebody completed a session is decided once its meetings are over and their rosters closed, and again whenever
what it rests on changes. The enrollment carries the result, so that rooms below need not ask here.
"""
