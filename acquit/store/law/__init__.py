"""What the law adds: rates that a person entered, what moves a limitation, judgments, what lateness costs."""
