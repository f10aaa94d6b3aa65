"""Functions that start at the same moment all get their credentials.

MiniStack looks for expired sessions while other threads add theirs, and a function that starts then fails with
"dictionary changed size during iteration".
"""

import inspect

from ministack.services import sts

from . import DoesNotFit


def apply() -> None:
    if not hasattr(sts, "_evict_expired_sessions") or not hasattr(sts, "_session_expired"):
        raise DoesNotFit("Expired sessions")
    if "for k, s in _sessions.items()" not in inspect.getsource(sts._evict_expired_sessions):
        return

    def evict() -> None:
        # A list of a dictionary's items is made in one go: no thread comes between.
        for key, session in list(sts._sessions.items()):
            if sts._session_expired(session):
                sts._sessions.pop(key, None)

    sts._evict_expired_sessions = evict
