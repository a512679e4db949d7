"""Verbs of people: make accounts, ask for and use one-time links, sign in and out, grant and revoke roles."""

from training.people.actions.accounts import (
    NewPerson,
    change_own_details,
    disable_person,
    enable_person,
    ensure_people,
    ensure_person,
)
from training.people.actions.links import (
    SIGN_IN_PATH,
    Limit,
    check_codes,
    count_wrong_code,
    limit_attempts,
    make_link,
    request_sign_in_link,
    sign_in_link,
    spend_links,
    use_link,
)
from training.people.actions.roles import (
    grant_role,
    make_manager,
    make_staff,
    revoke_role,
)
from training.people.actions.sign_ins import (
    NewSignIn,
    begin_sign_in,
    end_sign_ins,
    note_seen,
    revoke_other_sign_ins,
    revoke_sign_in,
    sign_in,
    sign_out,
)

__all__ = [
    "SIGN_IN_PATH",
    "Limit",
    "NewPerson",
    "NewSignIn",
    "begin_sign_in",
    "change_own_details",
    "check_codes",
    "count_wrong_code",
    "disable_person",
    "enable_person",
    "end_sign_ins",
    "ensure_people",
    "ensure_person",
    "grant_role",
    "limit_attempts",
    "make_link",
    "make_manager",
    "make_staff",
    "note_seen",
    "request_sign_in_link",
    "revoke_other_sign_ins",
    "revoke_role",
    "revoke_sign_in",
    "sign_in",
    "sign_in_link",
    "sign_out",
    "spend_links",
    "use_link",
]
