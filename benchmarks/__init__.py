"""Speed figures, each measured beside a peer in the same run."""
