"""The assets, in the order in which the data goes."""
