"""TensorFlow is set up once for all tests of the networks, as the stages set it up."""

from stages.network import runtime

runtime.set_up(0)
