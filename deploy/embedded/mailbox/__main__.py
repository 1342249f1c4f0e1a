"""``python -m deploy.embedded.mailbox --smtp 8026 --web 8025 --directory var/mails``"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from chassis.clock import Clock
from deploy.embedded import mailbox
from deploy.embedded.mailbox.pages import build_app
from deploy.embedded.mailbox.store import MailStore
from deploy.embedded.serving import HOST, clock, log_to_stderr, serve_until_told, web


class Sink:
    """aiosmtpd asks for what to do with a mail."""

    def __init__(self, store: MailStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        self._store.add(content, to=list(envelope.rcpt_tos), received_at=self._clock.now())
        logging.info("a mail arrived")
        return "250 Kept"


def main() -> None:
    parser = argparse.ArgumentParser(description=mailbox.__doc__)
    parser.add_argument("--smtp", type=int, required=True, metavar="PORT")
    parser.add_argument("--web", type=int, required=True, metavar="PORT")
    parser.add_argument("--directory", type=Path, required=True)
    options = parser.parse_args()
    log_to_stderr()
    # It logs the addresses of people.
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    store = MailStore(options.directory)
    # decode_data off: a mail is kept as the bytes that came.
    smtp = Controller(Sink(store, clock()), hostname=HOST, port=options.smtp, enable_SMTPUTF8=True, decode_data=False)
    smtp.start()
    serve_until_told([web(build_app(store), options.web)])
    smtp.stop()


if __name__ == "__main__":
    main()
