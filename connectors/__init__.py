"""Vendor APIs and files become typed Arrow tables here, one folder a point-of-sale system."""
