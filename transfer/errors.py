"""The errors that reach users: one sentence that says what is wrong, where, and what to do."""


class InputError(Exception):
    """The user's params, data or files are at fault. A stage that meets it exits with code 2."""


class NetworkError(Exception):
    """Something beyond this machine could not be reached or answered wrongly. Exit code 3."""
