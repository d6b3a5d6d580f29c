"""NVIDIA's cuSOLVER, which TensorFlow needs for GPUs and does not find by itself."""

import ctypes
from pathlib import Path


def preload_cusolver(packages: Path) -> str:
    """Load NVIDIA's cuSOLVER from its PyPI package, if it is installed, so that TensorFlow finds it.

    TensorFlow 2.21 looks for the other CUDA libraries among Python's packages, but not for this one, and without it
    sees no GPU.

    packages: the folder that TensorFlow is installed in
    Returns why it could not be loaded, or "".
    """
    problem = ""
    for library in sorted(packages.glob("nvidia/cusolver/lib/libcusolver.so.*")):
        try:
            ctypes.CDLL(str(library), mode=ctypes.RTLD_GLOBAL)
        except OSError as error:
            problem = str(error).splitlines()[0]
    return problem
