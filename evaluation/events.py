"""What the audit calls the acts of evaluation."""
