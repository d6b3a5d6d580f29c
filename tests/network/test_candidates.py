"""Names of candidates: a backbone, and perhaps a picture size."""

import pytest

from transfer.errors import InputError
from transfer.network.candidates import Candidate


@pytest.mark.parametrize(
    "text, backbone, size",
    [
        ("efficientnet_lite2", "efficientnet_lite2", None),
        ("efficientnet_lite2-320", "efficientnet_lite2", 320),
        ("inception_v3-32", "inception_v3", 32),
        ("resnet50_v2-1024", "resnet50_v2", 1024),
    ],
)
def test_a_name_and_a_size(text, backbone, size):
    assert Candidate.parse(text) == Candidate(backbone, size)


@pytest.mark.parametrize(
    "text, said",
    [
        ("efficientnet_lite2@320", "write the name of a backbone, and a picture size after a hyphen"),
        ("", "write the name of a backbone"),
        ("efficientnet_lite2-", "write the name of a backbone"),
        ("efficientnet_lite2-31", "picture sizes are from 32 to 1024 pixels"),
        ("efficientnet_lite2-1025", "picture sizes are from 32 to 1024 pixels"),
        ("efficientnet_light", "'efficientnet_light' is not known"),
    ],
)
def test_others_are_refused_in_a_sentence(text, said):
    with pytest.raises(InputError, match=said):
        Candidate.parse(text)
