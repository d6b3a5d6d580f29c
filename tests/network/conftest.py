"""TensorFlow is configured once for all tests of the networks, as the stages configure it."""

import tempfile

from transfer.network import runtime

runtime.configure(0)
tempfile.tempdir = None  # pytest's own temporary folders stay where they are
