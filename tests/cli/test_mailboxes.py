"""`acquit mailboxes`: added, read, and what goes wrong is said; its secret is never shown."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from acquit.store.answers.models import Answer
from tests.fixtures.mailserver import PASSWORD
from tests.flows.answering import written

ACQUIT = Path(sys.executable).parent / "acquit"
BOX = "relances@valmeric.example"


def test_a_mailbox_is_added_and_read(organisation, mail_server) -> None:
    mail_server.hand_in(written(), sender="a@b.example", recipients=[BOX])
    mail_server.mails(BOX)
    done = subprocess.run(
        [ACQUIT, "mailboxes", "--add", f"{BOX}@127.0.0.1:{mail_server.imap_port}", "--security", "none",
         "--since", "2020-01-01", "--read", "--json"],
        env=os.environ | {"ACQUIT_MAILBOX_SECRET": PASSWORD}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    (row,) = json.loads(done.stdout)["mailboxes"]
    assert (row["user"], row["state"], row["kept"], row["failures"]) == (BOX, "read", 1, 0)
    assert PASSWORD not in done.stdout
    assert Answer.objects.get().state == "unread"
