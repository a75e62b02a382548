"""The imprint: who promoted this, on whose behalf (Elections Act 2022; IMP-2)."""

from muster.compliance.rules import Promoter


def line(promoter: Promoter) -> str:
    """`Promoted by X, address, on behalf of Y, address.`"""
    words = f"Promoted by {promoter.name}, {promoter.address}"
    if promoter.on_behalf_of:
        words += f", on behalf of {promoter.on_behalf_of}"
        if promoter.on_behalf_address:
            words += f", {promoter.on_behalf_address}"
    return f"{words}."
