"""Settings: head office's alone."""

from datetime import timedelta

from muster.channels.domains import keeping as domains
from muster.channels.models import EmailAccount, SenderIdentity
from muster.messaging.models import Mailbox
from muster.organisations.models import ApiKey
from muster.webhooks.models import Delivery, Subscription
from tests.conftest import NOON
from tests.wrong_people import Route
from tests.wrong_people.world import World


def account(world: World) -> dict[str, int]:
    made, _ = EmailAccount.objects.get_or_create(
        organisation=world.party,
        name="Ours",
        defaults={"host": "localhost", "from_name": "Us", "from_address": "us@example.org"},
    )
    return {"pk": made.pk}


def domain(world: World) -> dict[str, int]:
    return {"pk": domains.domain_for(world.party, "ours.example.org", at=NOON).pk}


def sender(world: World) -> dict[str, int]:
    made = SenderIdentity.objects.filter(organisation=world.party).first()
    made = made or domains.keep_sender(
        world.party,
        world.stroud_unit,
        "Stroud branch",
        "stroud@ours.example.org",
        by=world.ada,
        at=NOON,
    )
    return {"pk": made.pk}


def mailbox(world: World) -> dict[str, int]:
    made, _ = Mailbox.objects.get_or_create(
        organisation=world.party,
        name="Their answers",
        defaults={"kind": "maildir", "folder": "none", "kept_by": world.ada, "kept_at": NOON},
    )
    return {"pk": made.pk}


def ben(world: World) -> dict[str, object]:
    return {"code": world.ben.code}


def key(world: World) -> dict[str, object]:
    made, _ = ApiKey.objects.get_or_create(
        organisation=world.party,
        name="Their website",
        defaults={
            "key_hash": "0" * 64,
            "scopes": ["see people"],
            "made_by": world.ada,
            "made_at": NOON,
            "expires_at": NOON + timedelta(days=300),
        },
    )
    return {"code": made.code}


def tag(world: World) -> dict[str, object]:
    from muster.people.record import tagging

    return {"pk": tagging.named(world.party, "Doors").pk}


def topic(world: World) -> dict[str, object]:
    from muster.people.record.models import Topic

    return {"pk": Topic.objects.get_or_create(organisation=world.party, name="Buses")[0].pk}


def field(world: World) -> dict[str, object]:
    from muster.people.models import CustomField

    made, _ = CustomField.objects.get_or_create(
        organisation=world.party,
        key="branch",
        defaults={"name": "Branch", "kind": "text", "purpose": "To invite them"},
    )
    return {"pk": made.pk}


def webhook(world: World) -> dict[str, object]:
    made, _ = Subscription.objects.get_or_create(
        organisation=world.party,
        name="Their warehouse",
        defaults={
            "url": "http://127.0.0.1:9/",
            "kinds": ["volunteered"],
            "secret": "whsec_AAAA",
            "made_by": world.ada,
            "made_at": NOON,
            "read_xid": 1,
        },
    )
    return {"code": made.code}


def told(world: World) -> dict[str, object]:
    of = Subscription.objects.get(code=webhook(world)["code"])
    made, _ = Delivery.objects.get_or_create(
        organisation=world.party,
        subscription=of,
        fact_id=1,
        defaults={"fact_at": NOON, "kind": "volunteered", "begun_at": NOON, "due_at": NOON},
    )
    return {"code": of.code, "delivery": made.code}


BOTH = ("GET", "POST")
# Every organisation has settings of its own: a rival's administrator gets theirs, never ours.
OURS = {"rival": "kept"}

ROUTES = [
    Route("settings:organisation", methods=BOTH, hides=lambda world: ["Fair Future"], **OURS),
    Route("settings:units", hides=lambda world: ["Stroud"], **OURS),
    Route("settings:unit_add", methods=BOTH, hides=lambda world: [">Stroud</option>"], **OURS),
    Route("settings:unit", methods=BOTH, args=lambda world: {"pk": world.stroud_unit.pk}),
    Route("settings:campaigners", hides=lambda world: ["R. Okafor"], **OURS),
    Route(
        "settings:campaigner_add",
        methods=BOTH,
        rival="open",
        why="An empty form; what is posted lands in one's own organisation.",
    ),
    Route("settings:campaigner", methods=BOTH, args=lambda world: {"pk": world.campaigner.pk}),
    Route(
        "settings:imprint",
        methods=("POST",),
        rival="open",
        why="Words back from the words posted; nothing is read or kept.",
    ),
    Route(
        "settings:email", args=lambda world: account(world) and {}, hides=lambda w: ["Ours"], **OURS
    ),
    Route(
        "settings:look",
        methods=BOTH,
        post=lambda world: {"font": "serif", "logo": ""},
        rival="open",
        why="A form with one's own choice; what is posted changes one's own organisation.",
    ),
    Route(
        "settings:email_choose",
        rival="open",
        why="The list of services Muster speaks with.",
    ),
    Route(
        "settings:email_add",
        methods=BOTH,
        args=lambda world: {"provider": "mailgun"},
        rival="open",
        why="An empty form; what is posted lands in one's own organisation.",
    ),
    Route(
        "settings:tags",
        methods=BOTH,
        args=lambda world: tag(world) and {},
        post=lambda world: {"name": "Doors"},
        hides=lambda world: ["Doors"],
        **OURS,
    ),
    Route(
        "settings:tag",
        methods=BOTH,
        args=tag,
        post=lambda world: {"act": "rename", "name": "Doors"},
    ),
    Route(
        "settings:topics",
        methods=BOTH,
        args=lambda world: topic(world) and {},
        post=lambda world: {"name": "Trains"},
        hides=lambda world: ["Buses"],
        **OURS,
    ),
    Route("settings:topic", methods=BOTH, args=topic, post=lambda world: {"act": "retire"}),
    Route(
        "settings:fields",
        args=lambda world: field(world) and {},
        hides=lambda world: ["Branch"],
        **OURS,
    ),
    Route(
        "settings:field_add",
        methods=BOTH,
        rival="open",
        why="An empty form; what is posted lands in one's own organisation.",
    ),
    Route("settings:field", methods=BOTH, args=field, post=lambda world: {"act": "retire"}),
    Route("settings:email_account", methods=BOTH, args=account),
    Route("settings:email_turn", methods=("POST",), args=account),
    Route("settings:email_up", methods=("POST",), args=account),
    Route("settings:email_connect", methods=("POST",), args=account),
    Route("settings:email_key", methods=("POST",), args=account),
    Route("settings:email_sign", methods=("POST",), args=account),
    Route("settings:email_sign_stop", methods=("POST",), args=account),
    Route(
        "settings:domains",
        args=lambda world: domain(world) and {},
        hides=lambda world: ["ours.example.org"],
        **OURS,
    ),
    Route("settings:domain", args=domain),
    Route(
        "settings:domain_key", methods=("POST",), args=domain, post=lambda world: {"act": "make"}
    ),
    Route("settings:domain_check", methods=("POST",), args=domain),
    Route(
        "settings:mailboxes",
        args=lambda world: mailbox(world) and {},
        hides=lambda world: ["Their answers"],
        **OURS,
    ),
    Route("settings:mailbox_add", methods=BOTH, **OURS),
    Route("settings:mailbox", methods=BOTH, args=mailbox),
    Route("settings:mailbox_try", methods=("POST",), args=mailbox),
    Route("settings:mailbox_turn", methods=("POST",), args=mailbox),
    Route("settings:return_domain", methods=("POST",), args=account),
    Route(
        "settings:senders",
        args=lambda world: sender(world) and {},
        hides=lambda world: ["Stroud branch"],
        **OURS,
    ),
    Route("settings:sender_add", methods=BOTH, hides=lambda world: [">Stroud</option>"], **OURS),
    Route("settings:sender_end", methods=("POST",), args=sender),
    Route(
        "settings:pace",
        args=lambda world: account(world) and {},
        hides=lambda world: [">Ours<"],
        **OURS,
    ),
    Route("settings:giving", methods=BOTH, **OURS),
    Route("settings:opens", methods=BOTH, **OURS),
    Route("settings:pace_limit", methods=("POST",), **OURS),
    Route("settings:pace_warm_up", methods=("POST",), args=account),
    Route("settings:pace_forget", methods=("POST",), args=account),
    Route(
        "settings:keys", args=lambda world: key(world) and {}, hides=lambda w: ["Their web"], **OURS
    ),
    Route("settings:key_make", methods=BOTH, hides=lambda world: [">Stroud</option>"], **OURS),
    Route("settings:key_revoke", methods=("POST",), args=key),
    Route(
        "settings:webhooks",
        args=lambda world: webhook(world) and {},
        hides=lambda world: ["Their warehouse"],
        **OURS,
    ),
    Route("settings:webhook_make", methods=BOTH, hides=lambda world: [">Stroud</option>"], **OURS),
    Route("settings:webhook", args=webhook),
    Route("settings:webhook_pause", methods=("POST",), args=webhook),
    Route("settings:webhook_go_on", methods=("POST",), args=webhook),
    Route("settings:webhook_end", methods=("POST",), args=webhook),
    Route("settings:webhook_secret", methods=("POST",), args=webhook),
    Route("settings:webhook_replay_span", methods=("POST",), args=webhook),
    Route("settings:webhook_replay", methods=("POST",), args=told),
]
