"""What every connector shares: HTTP, projection, connections, windows and landing."""
