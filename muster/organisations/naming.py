"""Roles in the organiser's words, on plain values."""

KINDS = {
    "admin": "Administrator",
    "organiser": "Organiser",
    "approver": "Approver",
    "treasurer": "Treasurer or agent",
    "data_lead": "Data lead",
    "viewer": "Viewer",
}
DATASETS = {
    "people": "people",
    "register": "the electoral register",
    "content": "content and messages",
    "finance": "finance",
}


def role_in_words(kind: str, unit_name: str, dataset: str = "") -> str:
    """What someone is, and where.

    >>> role_in_words("organiser", "Stroud", "people")
    'Organiser in Stroud, for people only'
    """
    only = f", for {DATASETS.get(dataset, dataset)} only" if dataset else ""
    return f"{KINDS.get(kind, kind)} in {unit_name}{only}"
