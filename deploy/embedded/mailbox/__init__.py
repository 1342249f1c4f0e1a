"""Where every mail of one machine ends: an SMTP server (aiosmtpd) that delivers nothing and keeps all, and its pages.

Mails are files of a Maildir, so that they stay between runs. ``GET /mails.json?to=amelie@example.org`` gives them to
programs: [{"mail_id", "message_id", "to", "from", "subject", "received_at", "text", "html"}], oldest first.
"""
