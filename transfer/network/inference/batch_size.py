"""How many pictures a network is given at a time where it is not trained."""

INFERENCE_BATCH = 32  # enough to keep the cores of a CPU busy; results do not depend on it, but for rounding
