"""What borders on the portal: the hotline, summons of organs, branches that report."""
