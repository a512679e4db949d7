"""What the worker does for materials: let the scanner look at files, remove what nobody uses."""
