"""What goes in and out of attendance: the structs of the API, those of the forms, and what paper is given."""
