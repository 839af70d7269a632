"""Log lines never carry the numbers of people, and what was expected takes one line."""

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
        # A traceback quotes what the database or a form refused.
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        record.exc_text = record.exc_text and self.masked(record.exc_text)
        record.stack_info = record.stack_info and self.masked(record.stack_info)
        return True


class RefusalsInOneLine(logging.Filter):
    """A request that was refused or could not be read is no error of ours: its traceback would
    only let anybody who is signed in fill the disk."""

    def filter(self, record):
        if 400 <= getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        return True
