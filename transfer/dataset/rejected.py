"""Why one picture is set aside."""


class Rejected(Exception):
    """A picture that is set aside.

    reason: one of those in `transfer.dataset.reasons`
    detail: for people
    """

    def __init__(self, reason: str, detail: str):
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail
