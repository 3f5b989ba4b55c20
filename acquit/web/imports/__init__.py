"""« Imports »: files handed in, looked at, agreed to; what each brought, and the lines that were refused."""
