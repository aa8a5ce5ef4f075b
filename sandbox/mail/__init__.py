"""The sample company's mail server: takes every message by SMTP, keeps it as a file and shows it on a web page."""
