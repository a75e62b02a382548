"""Who asks by itself: mailboxes' picture fetchers and the scanners that follow every link.

Told from what the request says of itself, at the door; nothing of that is kept. Whoever is not
certainly a person is counted as a machine, never the other way round.
"""

import re
from collections.abc import Mapping

FETCHERS = re.compile(
    r"googleimageproxy|ggpht\.com|yahoomailproxy|yahoocachesystem|outlookimageproxy"
    r"|bingpreview|skypeuripreview|msexchangesafelinks|safelinks"
    r"|proofpoint|mimecast|barracuda|messagelabs|symantec|forcepoint|trendmicro|sophos|fortiguard"
    r"|fireeye|trellix|cisco|ironport|cloudmark|zscaler|mailguard|hornetsecurity|vade|avanan"
    r"|bot\b|bot/|crawl|spider|slurp|scan|preview|prefetch|monitor|headless|phantomjs|lighthouse"
    r"|facebookexternalhit|whatsapp|telegram|slack|discord|twitter"
    r"|curl/|wget/|python|aiohttp|httpx|go-http|okhttp|java/|apache-http|libwww|ruby|perl|node",
    re.IGNORECASE,
)
BARE = re.compile(r"Mozilla/5\.0")
"""All that Apple's Mail Privacy Protection says of itself, and no browser says so little."""


def is_machine(method: str, headers: Mapping[str, str]) -> bool:
    """Is this certainly or likely no person's own looking?"""
    agent = headers.get("user-agent", "").strip()
    purpose = f"{headers.get('sec-purpose', '')} {headers.get('purpose', '')}".lower()
    return (
        method != "GET"
        or not agent
        or bool(BARE.fullmatch(agent))
        or bool(FETCHERS.search(agent))
        or "prefetch" in purpose
        or "preview" in purpose
    )
