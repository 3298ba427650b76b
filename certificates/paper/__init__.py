"""The certificate on paper: letters, page, file. Nothing here knows of a database or a request."""
