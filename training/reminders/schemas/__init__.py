"""What comes in and goes out about reminders and announcements."""
