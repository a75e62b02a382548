"""United Kingdom: what the law demands of e-mail and of what is published, since when, by what.

Evidence: S confirmed in a source; P partly; K known; C our own convention.
"""

from datetime import date

from muster.compliance.rules import Demand

PECR = "Privacy and Electronic Communications (EC Directive) Regulations 2003"

DEMANDS = (
    Demand(
        "PECR-DM",
        "ask for consent whenever a message promotes an aim",
        since=date(2003, 12, 11),
        source="Data Protection Act 2018 s122; ICO guidance on political campaigning",
        evidence="S",
    ),
    Demand(
        "PECR-22",
        "prior consent to this sender on this channel",
        since=date(2003, 12, 11),
        source=f"{PECR}, regulation 22(2)",
        evidence="S",
    ),
    Demand(
        "PECR-23",
        "a sender who is named, and a way to stop",
        since=date(2003, 12, 11),
        source=f"{PECR}, regulation 23",
        evidence="K",
    ),
    Demand(
        "DP-21",
        "no marketing to someone who objected",
        since=date(2018, 5, 25),
        source="UK GDPR Article 21(2) and (3)",
        evidence="S",
    ),
    Demand(
        "DP-17",
        "no contact at all with someone whose details were erased at their wish",
        since=date(2018, 5, 25),
        source="UK GDPR Article 17",
        evidence="K",
    ),
    Demand(
        "IMP-1",
        "an imprint on electoral material, paid or not",
        since=date(2023, 11, 1),
        source="Elections Act 2022 sections 43 and 45",
        evidence="S",
    ),
    Demand(
        "IMP-2",
        "the promoter's name and postal address, and those of whoever it is on behalf of",
        since=date(2023, 11, 1),
        source="Elections Act 2022 section 41",
        evidence="S",
    ),
    Demand(
        "IMP-3",
        "the imprint inside the material, as text",
        since=date(2023, 11, 1),
        source="Elections Act 2022 section 41",
        evidence="S",
    ),
    Demand(
        "MAIL-1",
        "one-click unsubscribe in the message's header",
        since=date(2024, 2, 1),
        source="RFC 8058; requirements of Gmail, Yahoo (2024) and Microsoft (2025)",
        evidence="S",
    ),
    Demand(
        "A11Y",
        "what a picture shows, said in words",
        since=date(2010, 10, 1),
        source="WCAG 2.2 AA, success criterion 1.1.1; Equality Act 2010 section 20",
        evidence="C",
    ),
)
