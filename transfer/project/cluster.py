"""Which machine of a cluster this is."""

import json
import os


def cluster_rank() -> int:
    """This machine's number in the cluster that TF_CONFIG names. 0, the first, writes the outputs; also without one."""
    try:
        return int(json.loads(os.environ.get("TF_CONFIG") or "{}").get("task", {}).get("index", 0))
    except (ValueError, AttributeError, TypeError):
        return 0  # TensorFlow will say what is wrong with it
