"""What every service runs on: settings, clock, database, bus, doors, statements, logs. No business word in it."""
