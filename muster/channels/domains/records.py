"""What whoever keeps a domain publishes in DNS, word by word."""

from collections.abc import Sequence
from dataclasses import dataclass

from muster.channels.domains.checking import envelope_of, hosts_of
from muster.channels.domains.judging import MARK, OK
from muster.channels.models import SendingDomain


@dataclass(frozen=True)
class Record:
    """One record: for which check, its name and kind, and its value. `is_there`: it was found."""

    code: str
    place: str
    record: str
    why: str
    is_there: bool
    kind: str = "TXT"


def wanted(domain: SendingDomain) -> list[Record]:
    """All that makes a domain ready, what is there already included."""
    found = {one["code"]: one for one in domain.found}
    well = {code for code, one in found.items() if one["state"] == OK}
    published = found.get("spf", {}).get("record", "")
    return [
        Record(
            "owner",
            domain.domain,
            MARK + domain.token,
            "Shows that the domain is yours. Leave it there.",
            "owner" in well,
        ),
        Record(
            "spf",
            envelope_of(domain),
            spf_for(published, hosts_of(domain)),
            "Says who may send for you. If your mail service tells you another, use theirs.",
            "spf" in well,
        ),
        *_keys(domain, "dkim" in well),
        Record(
            "dmarc",
            f"_dmarc.{domain.domain}",
            found.get("dmarc", {}).get("record", "") or "v=DMARC1; p=none",
            "Says what receivers do with forgeries. Begin with none, and be stricter later.",
            "dmarc" in well,
        ),
    ]


def _keys(domain: SendingDomain, is_well: bool) -> list[Record]:
    keys = domain.organisation.signing_keys.filter(domain=domain.domain, ended_at=None)
    why = "The key that your signature is checked with."
    return [
        Record("dkim", key.place, key.record, why, is_well and key.signs_since is not None)
        for key in keys.order_by("pk")
    ]


def spf_for(published: str, hosts: Sequence[str]) -> str:
    """The record that names these servers as well as what is published.

    >>> spf_for("v=spf1 include:old.example -all", ["smtp.example"])
    'v=spf1 include:old.example a:smtp.example -all'
    >>> spf_for("", [])
    'v=spf1 mx ~all'
    """
    terms = published.split() or ["v=spf1", *([] if hosts else ["mx"]), "~all"]
    missing = [f"a:{host}" for host in hosts if f"a:{host}" not in terms]
    end = next((n for n, term in enumerate(terms) if term.lstrip("+-~?") == "all"), len(terms))
    return " ".join([*terms[:end], *missing, *terms[end:]])
