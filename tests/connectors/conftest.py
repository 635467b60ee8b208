"""Settings of all tests of connectors."""

from hypothesis import settings

settings.register_profile("connectors", deadline=None, max_examples=60)  # a busy machine is no failure
settings.load_profile("connectors")
