"""`training demo`: everything running with the data of a story, for whoever looks before setting anything up."""
