"""Starts MiniStack, the AWS emulator, with what it lacks for this project.

MiniStack has no plug-in interface, so each file in patches/ adds one thing to the imported modules before the
server starts, and steps aside when MiniStack has it already. MiniStack itself stays as it was published.
"""

import os
import signal
import sys
import threading

import ministack.app

import control
from patches import (
    alias_rights,
    connections,
    email_identity,
    error_names,
    metric_math,
    query_definitions,
    releases,
    role_trust,
    service_role,
    sessions,
    web_identity,
)

PATCHES = (
    alias_rights,
    connections,
    email_identity,
    error_names,
    metric_math,
    query_definitions,
    releases,
    role_trust,
    service_role,
    sessions,
    web_identity,
)


def _stop_with_parent() -> None:
    """Ends this process and its Lambda workers once the process that started it is gone, however it went.

    The parent holds the other end of our standard input: when it closes, the parent has ended.
    """
    sys.stdin.buffer.read()
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(0)


def main() -> None:
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    for patch in PATCHES:
        patch.apply()
    ministack.app.app = control.wrap(ministack.app.app)
    ministack.app.main()


if __name__ == "__main__":
    main()
