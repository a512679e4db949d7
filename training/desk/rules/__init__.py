"""What the desk decides, from frozen values alone."""
