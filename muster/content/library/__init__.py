"""Pictures people upload for e-mails: taken in, made safe and small, kept, served to anybody."""
