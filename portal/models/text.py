"""A short text that somebody types freely."""

from django.db import models

from portal.trust import privacy


class MaskedCharField(models.CharField):
    """Masks ID numbers on the way into the database, whatever form or action it came through."""

    def pre_save(self, model_instance, add):
        setattr(
            model_instance, self.attname, self.get_prep_value(super().pre_save(model_instance, add))
        )
        return getattr(model_instance, self.attname)

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return privacy.mask_ids(value) if isinstance(value, str) else value

    def deconstruct(self):
        """The column is a plain one: migrations need not know."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
