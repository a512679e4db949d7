"""What materials are: who may see what and when, which version was given, what a file may be."""
