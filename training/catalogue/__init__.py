"""What can be taught, and within what: programs, their moments, courses, and venues.

Words: a *program* groups courses, partners and moments; a *course* is undated and is the template of its
sessions; a *moment* is a public date planned towards; a *venue* is a place with rooms.
"""
