"""What this room tells the journal. Facts carry codes only."""

POST_LIVE = "post published"
AD_LIVE = "ad running"
POST_REMOVED = "post taken down"
AD_REMOVED = "ad ended"
