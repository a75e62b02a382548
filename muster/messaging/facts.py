"""What this room tells the journal. Facts carry codes only: never a name or an address."""

SENDING_PRESSED = "sending pressed"
SENDING_STOPPED = "sending stopped"
SENDING_WENT_ON = "sending went on"
SENDING_FINISHED = "sending finished"
MESSAGE_DELIVERED = "message delivered"
MESSAGE_FAILED = "message failed"
UNSUBSCRIBED = "unsubscribed"
