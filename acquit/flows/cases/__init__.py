"""What is agreed, disputed, held and planned about what is owed."""
