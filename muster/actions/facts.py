"""What this room tells the journal."""

VOLUNTEERED = "volunteered"
LEAD_CONTACTED = "lead contacted"
LEAD_HANDED_OVER = "lead handed over"
PAGE_OPENED = "page opened"
NOTICE_PUBLISHED = "notice published"
LOCAL_PAGES_LIVE = "local pages live"
LOCAL_PAGES_DOWN = "local pages down"
