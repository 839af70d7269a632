"""Results of stripped answers: computed once, suppressed wherever they are shown."""
