"""Webhooks by the Standard Webhooks scheme: ids only, signed, retried with backoff, dead-lettered. Durable in the database."""
