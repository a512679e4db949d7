"""What pages, files and the API of completion are given."""
