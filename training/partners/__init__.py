"""Partner organizations: their members and contact addresses, and their participation in programs.

Words: a *partner* may have a parent (its chapters are partners too); a *membership* joins a person to a
partner under the name and contact address that this partner uses; a *participation* joins a partner to a
program; a *coordinator* is a role inside a partner (a grant, kept in people).
Invariants: one membership per person and partner; what one partner writes about a person no other partner sees.
"""
