"""Log filters: mask personal numbers, and log expected errors in one line."""

import logging

from portal.trust import privacy


class MaskPersonalData(logging.Filter):
    def masked(self, text):
        return privacy.mask_others(privacy.mask_ids(text))

    def filter(self, record):
        message = record.getMessage()
        masked = self.masked(message)
        if masked != message:
            record.msg, record.args = masked, ()
        # A traceback quotes rejected values.
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        record.exc_text = record.exc_text and self.masked(record.exc_text)
        record.stack_info = record.stack_info and self.masked(record.stack_info)
        return True


class RefusalsInOneLine(logging.Filter):
    """Drops the traceback of refused and unreadable requests, with which any user could fill the
    disk."""

    def filter(self, record):
        if 400 <= getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        return True
