"""The errors that a connector raises. Each is one sentence that names the place and what to do."""


class ConnectorError(Exception):
    """Something outside this program has to change before the connection can be read."""


class ConfigurationError(ConnectorError):
    """The configuration cannot be used: names the file, the key and the fix."""


class AuthenticationError(ConnectorError):
    """The vendor refused the credentials."""


class MissingScope(ConnectorError):
    """The credentials are right but may not read one resource."""


class RateLimited(ConnectorError):
    """The vendor still asked to wait after every retry."""


class VendorError(ConnectorError):
    """The vendor answered with a fault, or could not be reached."""


class Refused(VendorError):
    """The vendor would not answer the request as it was made."""


class NotFound(Refused):
    """The vendor has nothing at this address."""


class DataFormatError(ConnectorError):
    """An answer or a file is not what its documentation says."""


class LandingError(ConnectorError):
    """What was read could not be written to the warehouse."""
