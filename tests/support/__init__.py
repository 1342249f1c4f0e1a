"""What tests stand on: real servers, started once for a session and ended with it."""
