"""Words by which mail servers say why: looked for in small letters and single blanks."""

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


FULL = _any(
    r"over ?-?quota",
    r"(exceed\w*|over|reached|out of|above|hit) (\w+ ){0,5}(quota|storage|disk space|mailbox size)",
    r"(quota|storage|mailbox|inbox|mail box)('s)? (\w+ ){0,5}(exceed|full\b|violat|reached|limit)",
    r"quota (exceed|violat|reach)",
    r"mailfolder is full|folder is full|disk full|disc full",
    r"(insufficient|not enough|no) (\w+ ){0,3}(storage|space)",
    r"space not enough",
    r"(postfach|mailbox|speicherplatz) (\w+ ){0,3}(voll|überschritten|erschöpft)",
    r"(boîte|boite) (\w+ ){0,4}pleine|quota dépassé",
    r"(buzón|buzon|bandeja) (\w+ ){0,4}llen[oa]|cuota excedida",
    r"casella (\w+ ){0,4}piena|caixa (\w+ ){0,4}cheia|skrzynka (\w+ ){0,4}pełna",
)
BLOCKED = _any(
    r"\bspam\b|spamhaus|spamcop|spam-|junk mail|\buce\b|unsolicited|bulk (e-?)?mail",
    r"black ?list|block ?list|deny ?list|\bdnsbl\b|\brbl\b|barracudacentral|cloudmark|sorbs",
    r"\bblocked\b|blocking|\bbanned\b|reputation|senderscore",
    r"\bdmarc\b|\bdkim\b|\bspf\b|sender policy|unauthenticated|not authenticated",
    r"(policy|security) (\w+ ){0,3}(reason|violation|restriction|reject)|local policy",
    r"(message|content|mail|e-?mail) (\w+ ){0,3}(rejected|refused) (as|due|because|by|for)",
    r"content (\w+ ){0,2}(reject|filter|not allowed)|virus(?!wall)|malware|phish|prohibited",
    r"not accepting (e-?mail|mail|messages) from|sender (address )?(rejected|denied|verify failed)",
    r"not (permitted|allowed|authorized|authorised) to (send|relay)|relay(ing)? (access )?denied",
    r"\[internal\] local policy|hvu:b\d|envelope blocked|email rejected per",
)
SOFT = _any(
    r"(?<!and )try (again|later)|retry|re-?send later|please wait|later\b.{0,30}\btry",
    r"temporar|transient|deferred|grey ?list|gray ?list|postgrey",
    r"time(d)? ?-?out|connection (refused|reset|lost|dropped|closed)|no route to host|unreachable",
    r"(unable|able|could not|cannot|can't|failed) to? ?(establish|connect|contact|open)",
    r"couldn't (establish|connect|find)|didn't respond|not responding|no answer from host",
    r"(has been|been) in the queue|queue too long|retention time|expired|exhausted|attempts",
    r"too (many|fast|quickly|busy)|rate limit|throttl|server (is )?busy|overload|resources",
    r"(message|mail)('s)? (size|length)|too (large|big)|maximum (\w+ ){0,3}size|exceed\w* size",
    r"loop|too many hops|hop count|system error|internal error|local error|server error",
    r"host (\w+ ){0,3}(unknown|not found)|unknown host|(domain|host) (\w+ ){0,4}not found",
    r"no such (host|domain)|name ?server|\bdns\b error|\bmx\b (\w+ ){0,3}(not|error)|servfail",
    r"vacation|on leave|(suspended|disabled|unavailable|closed) for (a|now)",
)
HARD = _any(
    r"(user|recipient|account|address|addressee|mailbox|alias)( name)? (is |was )?"
    r"(unknown|not known)",
    r"(unknown|illegal|non-?existent|nonexistant|bad|invalid|incorrect|no such|not a valid)"
    r" (or \w+ )?(local |destination |virtual |e-?mail |final delivery )?"
    r"(user|recipient|account|address|addressee|mailbox|alias|userid|local part)",
    r"(user|recipient|account|address|mailbox|person|party|inbox)"
    r"( \S+){0,8} (does not|doesn't|do not|did not|no longer|not) exist",
    r"(user|recipient|account|address|mailbox|name)"
    r"( \S+){0,5} (was |is |could )?(not|n't)( be)? (found|recogni[sz]ed|listed)",
    r"no (such )?(mailbox|user|person|account|one) (here|at this|by that|with that|of that)",
    r"no (one|user|mailbox|account|person) (\w+ ){0,3}(here )?by that name|no such (person|name)",
    r"(doesn't|does not) have (a|an) (\S+ )?(account|mailbox)",
    r"not (listed )?in (\w+ ){0,2}(domino directory|public name|address book)",
    r"not our (customer|user)|no longer (\w+ ){0,3}(here|valid|in use|active|employed|available)",
    r"(account|mailbox|address|user) (\w+ ){0,3}"
    r"(has been|is|was) (\w+ ){0,2}(disabled|discontinued|closed|deleted|deactivated|terminated)",
    r"recipientnotfound|recipnotfound|resolver\.adr|nosuchuser|user_unknown|bad-mailbox",
    r"unbekannter? (empfänger|benutzer|adresse)|(empfänger|benutzer|adresse) (\w+ ){0,2}unbekannt",
    r"existiert nicht|n'existe pas|(adresse|utilisateur|destinataire) inconnue?",
    r"no existe\b|(usuario|destinatario) (desconocido|inexistente)|non esiste|nie istnieje",
    r"(utente|destinatario|indirizzo) (sconosciuto|inesistente)|não existe|bestaat niet",
)
"""Nobody there. What only the domain's name is to blame for is not among it: a name server's bad
hour would stop everyone behind it."""
