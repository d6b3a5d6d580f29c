"""TensorFlow is set up once for all tests of the networks, as the stages set it up."""

from transfer.network import runtime

runtime.configure(0)
