"""What stands beside the portal: the hotline, summons of organs, branches that report."""
