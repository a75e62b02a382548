"""Opens: counted of those alone who agreed to it, where the organisation asks for it at all."""
