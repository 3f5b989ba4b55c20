"""A mailbox read by IMAP (RFC 3501): what is new in a folder, as bytes. Nothing is changed in it
unless mails are to be moved once they were read.
"""

from __future__ import annotations

import contextlib
import errno
import imaplib
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import TracebackType
from typing import Any, Literal, Self

from imapclient import IMAPClient, exceptions

#: A larger mail is kept as far as BEGINNING, and a person is shown that it is not whole.
MOST_BYTES = 25_000_000
BEGINNING = 262_144
#: How much is asked for at once.
_AT_ONCE, _AT_ONCE_BYTES = 50, 4_000_000
_WORDS = 300
#: So many folders are named to who looks for his.
_FOLDERS = 20
_WORLD = (exceptions.IMAPClientError, imaplib.IMAP4.error, OSError, ssl.SSLError, EOFError)

_NOBODY = frozenset({errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH})

#: imaplib says a refused LOGIN as Python writes bytes.
_BYTES = re.compile(r"""^b(['"])(.*)\1$""", re.DOTALL)

#: What a person can mend, told apart; OTHER is whatever else the server or the network says.
CAUSES = (
    HOST_UNKNOWN, NOBODY_LISTENS, NO_ANSWER, CERTIFICATE, ENCRYPTION, SIGN_IN, FOLDER, CONSENT, SEALED, OTHER,
) = (
    "host_unknown", "nobody_listens", "no_answer", "certificate", "encryption", "sign_in", "folder",
    "consent", "sealed", "other",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapConfig:
    """Where a mailbox is and how it opens: a password or, with OAuth 2, an access token."""

    host: str
    user: str
    port: int = 993
    security: Literal["ssl", "starttls", "none"] = "ssl"
    password: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)
    folder: str = "INBOX"
    move_to: str = ""
    timeout: int = 30
    ssl_context: ssl.SSLContext | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A mail as the server keeps it. Not `complete`: too large, or the server could not give it."""

    uid: int
    content: bytes
    received_at: datetime
    complete: bool = True


class CannotRead(Exception):
    """The mailbox cannot be read now. `refused`: it did not let us in, which only a person can mend.

    `cause` is one of CAUSES; `folders` are those that there are where ours is not.
    """

    def __init__(
        self, because: str, *, cause: str = OTHER, refused: bool = False, folders: Sequence[str] = ()
    ) -> None:
        super().__init__(because[:_WORDS])
        self.cause, self.refused, self.folders = cause, refused, tuple(folders)


class ImapReader:
    """An open folder. `uid_validity` changes where the server numbers its mails anew."""

    def __init__(self, config: ImapConfig) -> None:
        self._config = config
        self._client: Any = None
        self.uid_validity = 0

    def __enter__(self) -> Self:
        try:
            self._client = self._connected()
        except (*_WORLD, UnicodeError) as error:
            raise CannotRead(f"{self._config.host}: {error}", cause=_cause_of(error)) from error
        try:
            self._sign_in()
            self._select()
        except CannotRead:
            self._leave()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._leave()

    def new(self, *, after: int, since: date, most: int) -> Iterator[Fetched]:
        """Yield at most `most` mails with numbers above `after`, the oldest first; raise CannotRead.

        With `after` 0, those that arrived on `since` or later.
        """
        uids = self._numbers(after, since)[:most]
        for start in range(0, len(uids), _AT_ONCE):
            some = uids[start : start + _AT_ONCE]
            about = self._ask(some, ["RFC822.SIZE", "INTERNALDATE"])
            for group in _grouped(some, about):
                yield from self._fetched(group, about)

    def settle(self, uids: Sequence[int]) -> None:
        """Move mails that were kept to the folder where the read ones go, if there is one."""
        target = self._config.move_to
        if not uids or not target:
            return
        with _or_cannot_read():
            if not self._client.folder_exists(target):
                self._client.create_folder(target)
            if self._client.has_capability("MOVE"):
                self._client.move(list(uids), target)
            else:
                self._client.copy(list(uids), target)
                self._client.delete_messages(list(uids))
                if self._client.has_capability("UIDPLUS"):
                    self._client.uid_expunge(list(uids))

    def wait(self, seconds: float, *, until: Callable[[], bool] = bool) -> bool:
        """Wait for news, `seconds` at most or `until` is true; false without IDLE (RFC 2177)."""
        if not self._client.has_capability("IDLE"):
            return False
        with _or_cannot_read():
            self._client.idle()
            try:
                left = seconds
                while left > 0 and not until() and not _arrived(self._client.idle_check(timeout=1)):
                    left -= 1
            finally:
                self._client.idle_done()
        return True

    def _connected(self) -> Any:
        config = self._config
        context = config.ssl_context or ssl.create_default_context()
        client = IMAPClient(
            config.host, port=config.port, ssl=config.security == "ssl", ssl_context=context,
            timeout=config.timeout,
        )  # fmt: skip
        client.normalise_times = False
        if config.security == "starttls":
            try:
                client.starttls(context)
            except BaseException:
                client.shutdown()
                raise
        return client

    def _sign_in(self) -> None:
        config = self._config
        try:
            if config.access_token:
                self._client.oauth2_login(config.user, config.access_token)
            elif (config.user + config.password).isascii():
                self._client.login(config.user, config.password)
            else:
                # LOGIN takes ASCII only; PLAIN takes UTF-8 (RFC 4616).
                self._client.plain_login(config.user, config.password)
        except exceptions.LoginError as error:
            # Without encryption a server may take no password at all (RFC 5530).
            cause = ENCRYPTION if "PRIVACYREQUIRED" in str(error) else SIGN_IN
            told = _BYTES.sub(r"\2", str(error))
            raise CannotRead(f"{config.user}: {told}", cause=cause, refused=True) from error
        except _WORLD as error:
            raise CannotRead(f"{config.user}: {error}") from error

    def _select(self) -> None:
        config = self._config
        try:
            chosen = self._client.select_folder(config.folder, readonly=not config.move_to)
        except exceptions.IMAPClientError as error:
            lost = isinstance(error, imaplib.IMAP4.abort)
            raise CannotRead(
                f"{config.folder}: {error}", cause=OTHER if lost else FOLDER, refused=not lost,
                folders=() if lost else self._folders(),
            ) from error  # fmt: skip
        except _WORLD as error:
            raise CannotRead(f"{config.folder}: {error}") from error
        self.uid_validity = int(chosen.get(b"UIDVALIDITY", 0))

    def _folders(self) -> list[str]:
        try:
            return [str(name) for _, _, name in self._client.list_folders()][:_FOLDERS]
        except _WORLD:
            return []

    def _numbers(self, after: int, since: date) -> list[int]:
        # « n:* » names the last mail even where its number is below n (RFC 3501, 9: seq-range).
        wanted = ["UID", f"{after + 1}:*"] if after else ["SINCE", since]
        with _or_cannot_read():
            return sorted(uid for uid in self._client.search(wanted) if uid > after)

    def _ask(self, uids: Sequence[int], what: list[str]) -> dict[int, dict[bytes, Any]]:
        with _or_cannot_read():
            return dict(self._client.fetch(list(uids), what)) if uids else {}

    def _fetched(self, uids: Sequence[int], about: dict[int, dict[bytes, Any]]) -> Iterator[Fetched]:
        size = about[uids[0]].get(b"RFC822.SIZE", 0)
        whole = len(uids) > 1 or size <= MOST_BYTES
        wanted = "BODY.PEEK[]" if whole else f"BODY.PEEK[]<0.{BEGINNING}>"
        try:
            found = self._ask(uids, [wanted])
        except CannotRead:
            if len(uids) == 1:
                found = {}
                self._client.noop()
            else:
                for uid in uids:
                    yield from self._fetched([uid], about)
                return
        for uid in uids:
            content = found.get(uid, {}).get(b"BODY[]" if whole else b"BODY[]<0>")
            yield Fetched(
                uid=uid,
                content=content if isinstance(content, bytes) else b"",
                received_at=_moment(about[uid].get(b"INTERNALDATE")),
                complete=whole and isinstance(content, bytes),
            )

    def _leave(self) -> None:
        if self._client is not None:
            with contextlib.suppress(*_WORLD):
                self._client.logout()
            self._client = None


@contextlib.contextmanager
def _or_cannot_read() -> Iterator[None]:
    try:
        yield
    except _WORLD as error:
        raise CannotRead(str(error) or type(error).__name__) from error


def _cause_of(error: Exception) -> str:
    """Return which of CAUSES kept us from a connection."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return CERTIFICATE
    if isinstance(error, ssl.SSLError | exceptions.CapabilityError):
        return ENCRYPTION
    if isinstance(error, socket.gaierror | UnicodeError):
        return HOST_UNKNOWN
    if isinstance(error, TimeoutError):
        return NO_ANSWER
    if isinstance(error, OSError) and error.errno in _NOBODY:
        return NOBODY_LISTENS
    return OTHER


def _grouped(uids: Sequence[int], about: dict[int, dict[bytes, Any]]) -> Iterator[list[int]]:
    """Yield the mails to be asked for together: many small ones, or one large. What vanished is left out."""
    group: list[int] = []
    weight = 0
    for uid in uids:
        if uid not in about:
            continue
        size = about[uid].get(b"RFC822.SIZE", 0)
        if group and (weight + size > _AT_ONCE_BYTES or max(weight, size) > MOST_BYTES):
            yield group
            group, weight = [], 0
        group.append(uid)
        weight += size
    if group:
        yield group


def _arrived(news: Sequence[object]) -> bool:
    """Tell a change of the folder from a server that only shows that it is there (« * OK Still here »)."""
    return any(isinstance(one, tuple) and len(one) > 1 and one[1] in (b"EXISTS", b"RECENT") for one in news)


def _moment(said: object) -> datetime:
    if not isinstance(said, datetime):
        return datetime.fromtimestamp(0, UTC)
    return said if said.tzinfo else said.replace(tzinfo=UTC)
