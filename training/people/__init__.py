"""People: accounts by e-mail address, sign-ins by mailed link, role grants, and the one permission table.

Words: a *sign-in* is a login; a *grant* is (person, role, scope), and scopes are known here only as ids.
Invariants: an address belongs to one person; a one-time link works once; a sign-in gets a new id each time.
"""
