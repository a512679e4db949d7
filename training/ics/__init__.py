"""Calendar entries to iCalendar bytes and back. No database, no clock; the only importer of icalendar and dateutil."""
