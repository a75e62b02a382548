"""How fast an account, and each receiving domain, takes mail: learnt from what they answer."""
