"""What MiniStack 1.5.33 lacks, one concern per module; each has `apply()`."""


class DoesNotFit(RuntimeError):
    """This MiniStack neither has a feature nor looks as the patch for it expects."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what}: this version of MiniStack is not the one that tools/local/ministack/patches was written for. "
            "Install the version pinned in tools/local/ministack/requirements.txt, or adapt the patch."
        )
