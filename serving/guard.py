"""Runs one command and sees to it that nothing of it outlives whoever asked.

    python guard.py COMMAND ...

The guard leads a process group with the command and its descendants in it. Its standard input is a pipe from the
parent: when the parent is gone, however it died, the pipe closes and the guard ends the group. This works on every
Unix, does not depend on which thread started the guard (as PR_SET_PDEATHSIG does), and reaches grandchildren.
Only the standard library is imported, so that the guard itself stays small.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

GRACE = 10.0
"""Seconds between SIGTERM and SIGKILL."""


def main() -> int:
    # The group gets SIGTERM; the guard waits for its command instead of dying first. A handler, unlike SIG_IGN,
    # is not inherited by the command.
    signal.signal(signal.SIGTERM, lambda *_: None)
    command = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    orphaned = threading.Event()
    threading.Thread(target=_end_with_parent, args=(orphaned,), daemon=True).start()
    code = command.wait()
    if orphaned.is_set():
        os.killpg(0, signal.SIGKILL)
    return code if code >= 0 else 128 - code


def _end_with_parent(orphaned: threading.Event) -> None:
    while os.read(0, 1):
        pass
    orphaned.set()
    os.killpg(0, signal.SIGTERM)
    time.sleep(GRACE)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
