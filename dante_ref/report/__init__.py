"""The ledger, for readers: terminal table, JSON, figures."""
