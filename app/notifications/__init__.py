"""Short messages and e-mail: put into the outbox with the act that causes them, sent once each by the runners."""
