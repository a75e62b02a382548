"""Automatic answers (RFC 3834) and receipts (RFC 8098), told from what a person writes."""

import re
from email.message import Message

from muster.lib.bounces.opening import header

MARKS = ("X-Autoreply", "X-Autorespond", "X-AutoReply-From", "X-Mail-Autoreply", "X-Vacation")
ALONE = re.compile(  # how a subject of a machine begins, in the tongues of Exchange and Gmail
    r"(auto(matic|mated)?[- ]?(reply|response|answer)|auto:|out of (the )?office|away from"
    r" (my|the) (office|desk|mail)|on (annual leave|vacation|holiday)\s*(:|-|$)|vacation (reply|"
    r"response|message)|automatische antwort|abwesenheit|nicht im büro|außer haus|réponse auto"
    r"|absence du bureau|absent du bureau|respuesta autom|fuera de (la )?oficina|risposta autom"
    r"|fuori (sede|ufficio)|resposta autom|fora do escrit|automatisch (antwoord|bericht)|afwezig"
    r"heid|autosvar|automatisk(t)? svar|automaattinen|automatick|automatyczna|ateb awtomatig"
    r"|автоответ|автоматический ответ|otomatik yanıt|自動応答|自動返信|自动回复|자동 회신)",
    re.I,
)


def is_automatic(message: Message) -> bool:
    """Did a machine write it? Where it is not said, only a subject that begins like one's: an
    answer to ours (“Re:”) is a person's, whatever it is about."""
    submitted = header(message, "Auto-Submitted").lower()
    if submitted and submitted.split(";")[0].strip() != "no":
        return True
    if header(message, "Precedence").lower() in ("auto_reply", "bulk", "junk"):
        return True
    suppressed = header(message, "X-Auto-Response-Suppress").lower()
    if "all" in suppressed or "autoreply" in suppressed:
        return True
    if header(message, "Return-Path") == "<>" or is_receipt(message):
        return True
    return is_of_someone_away(message)


def is_of_someone_away(message: Message) -> bool:
    """Written in a person's name, and by what is no mail server reporting a failure."""
    if any(message.get(name) for name in MARKS):
        return True
    return ALONE.match(header(message, "Subject")) is not None


def is_receipt(message: Message) -> bool:
    """Read, or deleted unread: news of a message that did arrive."""
    kind = str(message.get_param("report-type", "") or "").lower()
    return kind == "disposition-notification"
