"""What hosted services tell us: believed only with proof, read the same whoever says it.

Their words are those of their own documentation: none was heard from the real service.
"""

import json
from collections.abc import Callable

import pytest

from muster.channels.telling import CannotRead, Listening, NoProof, NotTheirs, Told, What
from muster.messaging.news.rules import kind_of
from muster.providers.hosted import told
from tests.providers import amazon, said

CODE, PASSWORD = "c0de", "opens-nothing-else"
SUBSCRIBE = "https://sns.eu-west-2.amazonaws.com/?Action=ConfirmSubscription&Token=23"
IN_WORDS = {
    ("mailgun", "hard"): said.mailgun("failed", CODE, severity="permanent"),
    ("mailgun", "delayed"): said.mailgun("failed", CODE, severity="temporary"),
    ("mailgun", "delivered"): said.mailgun("delivered", CODE),
    ("mailgun", "complaint"): said.mailgun("complained", CODE),
    ("mailgun", "unsubscribed"): said.mailgun("unsubscribed", CODE),
    ("postmark", "hard"): said.postmark("Bounce", CODE, Type="HardBounce", ID=1),
    ("postmark", "soft"): said.postmark("Bounce", CODE, Type="SoftBounce", ID=1),
    ("postmark", "delivered"): said.postmark("Delivery", CODE, Recipient=said.TO),
    ("postmark", "complaint"): said.postmark("SpamComplaint", CODE, Type="SpamComplaint", ID=1),
    ("postmark", "auto_reply"): said.postmark("Bounce", CODE, Type="AutoResponder", ID=1),
    ("sendgrid", "hard"): said.sendgrid(said.of_sendgrid("bounce", CODE, type="bounce")),
    ("sendgrid", "soft"): said.sendgrid(said.of_sendgrid("bounce", CODE, type="blocked")),
    ("sendgrid", "delayed"): said.sendgrid(said.of_sendgrid("deferred", CODE)),
    ("sendgrid", "unsubscribed"): said.sendgrid(
        said.of_sendgrid("dropped", CODE, reason="Unsubscribed Address")
    ),
    ("brevo", "hard"): said.brevo("hard_bounce", CODE),
    ("brevo", "soft"): said.brevo("soft_bounce", CODE),
    ("brevo", "delivered"): said.brevo("delivered", CODE),
    ("brevo", "complaint"): said.brevo("spam", CODE),
    ("ses", "hard"): said.ses(said.ses_bounce("Permanent"), CODE),
    ("ses", "soft"): said.ses(said.ses_bounce("Transient"), CODE),
    ("ses", "delayed"): said.ses(
        {"eventType": "DeliveryDelay", "deliveryDelay": {"delayType": "MailboxFull"}}, CODE
    ),
    ("ses", "delivered"): said.ses(
        {"eventType": "Delivery", "delivery": {"recipients": [said.TO]}}, CODE
    ),
}
OPENS = [
    said.mailgun("opened", CODE),
    said.postmark("Click", CODE, OriginalLink="https://example.org"),
    said.sendgrid(said.of_sendgrid("open", CODE)),
    said.brevo("proxy_open", CODE),
    said.ses({"eventType": "Open", "open": {}}, CODE),
]


def account(provider: str) -> Listening:
    return Listening(7, 1, provider, PASSWORD, said.KEYS.get(provider, {}))


def heard(provider: str, request: said.Request, password: str = PASSWORD) -> list[Told]:
    body, headers = request
    return told.read(account(provider), body, headers | {"authorization": said.basic(password)})


def test_each_service_says_the_same_thing_in_its_own_words() -> None:
    found = {}
    for (provider, meant), request in IN_WORDS.items():
        (one,) = heard(provider, request)
        kind = kind_of(one.what.value, one.words, one.is_lasting)
        found[provider, meant] = (kind, one.code, one.address)

    assert found == {key: (key[1], CODE, said.TO) for key in IN_WORDS}


@pytest.mark.parametrize(
    ("provider", "request_"), list(zip(said.ALL, OPENS, strict=True)), ids=said.ALL
)
def test_opens_and_clicks_that_a_service_counts_are_not_kept(
    provider: str, request_: said.Request
) -> None:
    assert heard(provider, request_) == []


def test_told_again_a_thing_has_the_same_name_and_no_other_thing_has_it() -> None:
    first = heard("mailgun", said.mailgun("failed", CODE, token="t1", severity="permanent"))
    again = heard("mailgun", said.mailgun("failed", CODE, token="t2", severity="permanent"))
    named = heard(
        "sendgrid",
        said.sendgrid(
            said.of_sendgrid("bounce", CODE, "1"),
            said.of_sendgrid("bounce", CODE, "2"),
            said.of_sendgrid("delivered", CODE, "1"),
        ),
    )
    nameless = [
        heard("brevo", said.brevo(event, CODE, ts_epoch=at * 1000))[0]
        for event, at in (("deferred", said.AT), ("deferred", said.AT + 1), ("spam", said.AT))
    ]

    assert first[0].event == again[0].event
    assert len({told.event for told in named}) == 3
    assert len({told.event for told in nameless}) == 3


def altered(request: said.Request) -> said.Request:
    body, headers = request
    return body.replace(b"cleo@", b"drew@"), headers


WRONG: list[tuple[str, Callable[[], object], type[Exception]]] = [
    ("postmark", lambda: heard("postmark", said.postmark("Delivery", CODE), "guessed"), NotTheirs),
    ("brevo", lambda: told.read(account("brevo"), b"{}", {}), NoProof),
    ("mailgun", lambda: heard("mailgun", _resigned("t9")), NotTheirs),
    ("sendgrid", lambda: heard("sendgrid", altered(IN_WORDS["sendgrid", "hard"])), NotTheirs),
    ("ses", lambda: heard("ses", (said.sns("Notification")[0], {})), NotTheirs),
    ("brevo", lambda: heard("brevo", (b"not json", {})), CannotRead),
    ("postmark", lambda: heard("postmark", (b"[1]", {})), CannotRead),
    ("sendgrid", lambda: heard("sendgrid", said.sendgrid({"email": said.TO})), CannotRead),
]


def _resigned(token: str) -> said.Request:
    body, headers = said.mailgun("failed", CODE)
    return body.replace(b'"t1"', f'"{token}"'.encode()), headers


def test_mailgun_is_believed_by_its_signature_alone() -> None:
    body, headers = said.mailgun("complained", CODE)
    keyless = Listening(7, 1, "mailgun", PASSWORD, {})

    with pytest.raises(NotTheirs):
        told.read(keyless, body, headers | {"authorization": said.basic(PASSWORD)})


@pytest.mark.parametrize("wrong", range(len(WRONG)))
def test_what_proves_nothing_or_means_nothing_is_not_read(wrong: int) -> None:
    _, ask, refused = WRONG[wrong]

    with pytest.raises(refused):
        ask()


def test_amazons_question_is_kept_with_amazons_own_link_and_no_other() -> None:
    (asked,) = heard("ses", said.sns("SubscriptionConfirmation", SubscribeURL=SUBSCRIBE))
    forged = said.sns("SubscriptionConfirmation", SubscribeURL="https://sns.example.org/")

    assert (asked.what, asked.words) == (What.ASKED, SUBSCRIBE)
    assert heard("ses", forged) == []


def _amazons(change: Callable[[dict[str, str]], None], version: str = "2", by: str = "good") -> str:
    """What comes of a notification that is changed after it was signed."""
    bare = json.loads(said.ses(said.ses_bounce("Permanent"), CODE)[0])
    unsigned = {name: bare[name] for name in amazon.FIELDS if name in bare}
    message = amazon.signed(unsigned, version, by)
    change(message)
    headers = {"x-amz-sns-message-type": message["Type"], "x-amz-sns-message-id": "sns-1"}
    try:
        (one,) = heard("ses", (json.dumps(message).encode(), headers))
    except Exception as refusal:
        return type(refusal).__name__
    return one.what.value


def test_amazon_is_believed_by_its_own_signature_in_both_versions_and_by_nothing_else(
    sns: amazon.Amazon,
) -> None:
    good = amazon.CERTIFICATE_AT.format("good")

    def put(name: str, value: str) -> Callable[[dict[str, str]], None]:
        return lambda message: message.__setitem__(name, value)

    def left(message: dict[str, str]) -> None:
        """Nothing is changed."""

    assert [_amazons(left, "1"), _amazons(left, "2")] == ["bounced", "bounced"]
    assert sns.asked == ["/SimpleNotificationService-good.pem"]
    wrong = {
        "another word": put("Message", json.dumps({"eventType": "Delivery"})),
        "another hash": put("SignatureVersion", "1"),
        "a later version": put("SignatureVersion", "3"),
        "no signature": lambda message: message.pop("Signature"),
        "no letters of one": put("Signature", "!!"),
        "no certificate": lambda message: message.pop("SigningCertURL"),
        "no https": put("SigningCertURL", good.replace("https", "http")),
        "another host": put("SigningCertURL", good.replace("amazonaws.com", "example.org")),
        "a bucket": put("SigningCertURL", good.replace("sns.eu-west-2", "sns.evil.s3")),
        "a user in front": put("SigningCertURL", good.replace("sns.", "x@sns.")),
        "another path": put("SigningCertURL", good.replace("SimpleNotificationService", "x/y")),
    }
    assert {name: _amazons(change) for name, change in wrong.items()} == dict.fromkeys(
        wrong, "NotTheirs"
    )
    assert sns.asked == ["/SimpleNotificationService-good.pem"]
    assert (_amazons(left, by="old"), _amazons(left, by="none")) == ("NotTheirs", "NotTheirs")
    assert _amazons(left, by="gone") == "NotNow"


def test_amazon_is_told_yes_once_and_asks_a_person_where_that_does_not_reach_it(
    sns: amazon.Amazon,
) -> None:
    asked = heard("ses", said.sns("SubscriptionConfirmation", SubscribeURL=SUBSCRIBE))

    yes = told.say_yes(asked)
    sns.is_away = True
    unheard = told.say_yes(asked)

    assert sns.asked[-2:] == ["/?Action=ConfirmSubscription&Token=23"] * 2
    assert ([one.words for one in yes], unheard) == ([""], asked)
