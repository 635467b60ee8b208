"""What every simulated vendor shares: the door, its faults, and records in versions handed out in pages."""
