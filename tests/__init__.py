"""The suite: mirrors `training/` one to one."""
