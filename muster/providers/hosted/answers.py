"""What a hosted service's answer means for a letter.

Refused for good is only what is about this letter. Trouble with the account, and a service that is
busy, leave the letter waiting. Whatever may have been carried out and was never confirmed is
unanswered: a person decides, nothing goes again by itself.
"""

import re
from collections.abc import Iterator
from typing import Any

from muster.channels.email import Answer, End

FOR_NOW = {401, 402, 403, 404, 408, 423, 429, 503}
ACCOUNT = {401, 402, 403, 404}
ABOUT_THE_LETTER = {400, 406, 413, 415, 422}
TAKEN, NOT_TAKEN = {"sent", "queued"}, {"invalid", "rejected", "failed"}
# botocore's and urllib3's names for what never left.
NEVER_LEFT = {
    "ConnectTimeout",
    "ConnectTimeoutError",
    "EndpointConnectionError",
    "NewConnectionError",
    "NameResolutionError",
    "SSLCertVerificationError",  # any other trouble of TLS may come when all was said
    "InvalidURL",
}
BUSY = {"TooManyRequestsException", "ThrottlingException", "Throttling", "LimitExceededException"}
OF_THE_ACCOUNT = {
    "AccountSuspendedException",
    "SendingPausedException",
    "MailFromDomainNotVerifiedException",
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "AccessDeniedException",
    "SignatureDoesNotMatch",
    "NotFoundException",
}

NOT_OURS_TO_SEND = ("not verified", "authority to send")
# Postmark says 422 of these too: no such sender, no credit, not allowed to send (yet).
# https://postmarkapp.com/developer/api/overview#error-codes
POSTMARKS_OF_THE_ACCOUNT = re.compile(r'"ErrorCode":\s*(?:400|401|405|412|413)\b')


def answer_of(said: Any) -> Answer:
    """An answer from anymail's status of a message, or from what it raised."""
    if not isinstance(said, BaseException):
        return _of_status(said)
    words = " ".join(_words(said).split())[:200]
    response: Any = getattr(said, "response", None)
    if getattr(response, "status_code", None):
        return _of_number(response.status_code, words, _wait_s(response))
    chain = list(_causes(said))
    for told in (getattr(cause, "response", None) for cause in chain):
        if isinstance(told, dict):
            return _of_amazon(told, words)
    names = {type(cause).__name__ for cause in chain}
    if names & NEVER_LEFT:
        return Answer(End.NOT_BEGUN, words)
    if any(isinstance(cause, OSError) for cause in chain) or "HTTPClientError" in _bases(chain):
        return Answer(End.UNANSWERED, words)
    return Answer(End.REFUSED, words)


def is_account_trouble(answer: Answer) -> bool:
    """Would the next letter fare no better? Then this line takes no more for now."""
    return answer.end is End.NOT_BEGUN or (
        answer.end is End.REFUSED_FOR_NOW and answer.words.startswith("The account")
    )


def _of_status(status: Any) -> Answer:
    ends = set(status.status or ())
    words = f"{'/'.join(sorted(map(str, ends)))} {status.message_id or ''}".strip()[:200]
    if ends & TAKEN:
        return Answer(End.ACCEPTED, words)
    # It answered well, and of this letter said nothing that can be read.
    return Answer(End.REFUSED if ends & NOT_TAKEN else End.UNANSWERED, words)


def _of_number(status: int, words: str, wait_s: float | None) -> Answer:
    # Never like a mail server's: it is no word about the address.
    said = f"HTTP {status} {words}"[:200]
    if status in ACCOUNT or POSTMARKS_OF_THE_ACCOUNT.search(words):
        return Answer(End.REFUSED_FOR_NOW, f"The account was refused: {said}"[:200])
    if status in FOR_NOW:
        return Answer(End.REFUSED_FOR_NOW, said, wait_s)
    if status in ABOUT_THE_LETTER:
        return Answer(End.REFUSED, said)
    return Answer(End.UNANSWERED, said)  # 500, 502, 504: it may have been carried out


def _of_amazon(response: dict[str, Any], words: str) -> Answer:
    code = str(response.get("Error", {}).get("Code", ""))
    told = str(response.get("Error", {}).get("Message", "")) or words
    said = f"{code} {told}"[:200]
    if code in BUSY:
        return Answer(End.REFUSED_FOR_NOW, said)
    if code in OF_THE_ACCOUNT or any(words in told for words in NOT_OURS_TO_SEND):
        return Answer(End.REFUSED_FOR_NOW, f"The account was refused: {said}"[:200])
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    return Answer(End.REFUSED if 400 <= status < 500 else End.UNANSWERED, said)


def _wait_s(response: Any) -> float | None:
    told = response.headers.get("Retry-After", "")
    return min(float(told), 3600.0) if told.isdigit() else None


def _causes(problem: BaseException) -> Iterator[BaseException]:
    """What it came from, the first last; what a library wrapped as an argument too."""
    seen: list[BaseException] = [problem]
    for one in seen:
        inner = [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
        seen += [c for c in inner if isinstance(c, BaseException) and c not in seen]
    return iter(seen)


def _bases(chain: list[BaseException]) -> set[str]:
    return {base.__name__ for cause in chain for base in type(cause).__mro__}


def _words(problem: BaseException) -> str:
    response = getattr(problem, "response", None)
    text = getattr(response, "text", "")
    return text or str(problem).split("\n", 1)[0] or type(problem).__name__
