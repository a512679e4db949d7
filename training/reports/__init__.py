"""Read-only numbers across features: hours of learners and trainers, per partner and program."""
