"""What a person says of the law: rates, what moves a limitation, judgments, charges for lateness."""
