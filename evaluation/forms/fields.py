"""Fields and forms shared within evaluation."""

from django.core.exceptions import ValidationError

from portal.pages.forms import ReaderForm


class DocumentForm(ReaderForm):
    """A form with the number of a document, refused with the sentence `missing` if it has no letter
    or digit."""

    missing = ""

    def clean_document(self):
        document = self.cleaned_data["document"].strip()
        if not any(char.isalnum() for char in document):
            raise ValidationError(self.missing)
        return document
