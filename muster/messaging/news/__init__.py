"""What hosted services tell of messages afterwards: kept at once, worked by a job."""
