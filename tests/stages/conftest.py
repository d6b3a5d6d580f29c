from tests.in_process import in_process  # noqa: F401
