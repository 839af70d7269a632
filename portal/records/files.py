"""Uploaded files: checked by content, photos resized and stripped of EXIF."""

import hashlib
import io
import struct
import warnings
import zipfile
from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from portal.models import Attachment
from portal.trust import scanning, wall

PHOTO_EDGE = 1600
MAX_PIXELS = 60_000_000
# A JPEG is decoded at a fraction of its size, so that a new phone's photo need not be taken again.
MAX_PIXELS_OF_JPEG = 130_000_000
HEIC = (b"heic", b"heix", b"heim", b"hevc", b"hevx", b"mif1", b"msf1")
BOMB = Image.DecompressionBombError
DAMAGE = (UnidentifiedImageError, OSError, SyntaxError, ValueError, BOMB)
OFFICE_TYPE = "application/vnd.openxmlformats-officedocument"
# The part that identifies the type of an Office document.
_OFFICE_PARTS = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml"}


def _refuse_heic(upload):
    """Refuse HEIC by name: phones call it a photo, but our browsers cannot show it."""
    upload.seek(0)
    head = upload.read(64)
    upload.seek(0)
    if head[4:8] == b"ftyp" and any(one in head[8:] for one in HEIC):
        raise ValidationError(
            _(
                "“%(name)s” is in Apple's HEIC format. Set the camera to “Most compatible”, or "
                "send a screenshot of it."
            )
            % {"name": upload.name}
        )


def check_photo(upload):
    """The upload as a clean JPEG (bytes); raises ValidationError."""
    _check_upload(upload)
    return clean_photo(upload)


def clean_photo(upload):
    """Like `check_photo`, for an upload that was checked on arrival."""
    _refuse_heic(upload)
    try:
        with warnings.catch_warnings():
            # The limit below is ours.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(upload, formats=["JPEG", "PNG", "WEBP"])
            most = MAX_PIXELS_OF_JPEG if image.format == "JPEG" else MAX_PIXELS
            if image.width * image.height > most:
                raise ValidationError(
                    _("“%(name)s” has too many pixels. Take it again at a lower resolution.")
                    % {"name": upload.name}
                )
            image.draft("RGB", (PHOTO_EDGE, PHOTO_EDGE))
            image.load()
    except DAMAGE as problem:
        raise ValidationError(
            _("“%(name)s” is not a photo (JPEG, PNG or WebP) or is damaged.")
            % {"name": upload.name}
        ) from problem
    image = ImageOps.exif_transpose(image)
    image.thumbnail((PHOTO_EDGE, PHOTO_EDGE))
    out = io.BytesIO()
    # Saved without `exif=`: place, time and device are dropped.
    image.convert("RGB").save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()


def check_document(upload):
    """(bytes, content type) of a PDF, docx, xlsx or photo; raises ValidationError."""
    _check_upload(upload)
    upload.seek(0)
    content = upload.read()
    name = upload.name.lower()
    if name.endswith(".pdf") and content.startswith(b"%PDF-"):
        return content, "application/pdf"
    part = next((p for ending, p in _OFFICE_PARTS.items() if name.endswith(ending)), None)
    if part is None:
        return clean_photo(upload), "image/jpeg"
    names = _names_in(content)
    if not {"[Content_Types].xml", part} <= names:
        raise ValidationError(
            _("“%(name)s” is not a Word or Excel document (docx, xlsx) or is damaged.")
            % {"name": upload.name}
        )
    if any(one.lower().endswith("vbaproject.bin") for one in names):
        raise ValidationError(
            _("“%(name)s” contains macros. Save it without macros and add it again.")
            % {"name": upload.name}
        )
    return content, OFFICE_TYPE


def _names_in(content):
    """The names in a zip file; an empty set if it is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return set(package.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error):
        return set()


def _check_upload(upload):
    if upload.size > settings.UPLOAD_MAX_BYTES:
        raise ValidationError(
            _("“%(name)s” is larger than %(limit)s MB.")
            % {"name": upload.name, "limit": settings.UPLOAD_MAX_BYTES // 1024 // 1024}
        )
    scanning.check(upload)


def drop(attachments):
    """Delete attachments; their files go after the transaction commits."""
    for attachment in attachments:
        attachment.delete()
        transaction.on_commit(partial(attachment.file.storage.delete, attachment.file.name))


def keep(content, *, name, content_type, by):
    """Store checked content as an Attachment."""
    attachment = Attachment(
        name=name[-120:],
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        added_by=by,
    )
    attachment.file.save("content", ContentFile(content), save=False)
    with wall.as_system("a file on its way to its record, also for somebody else"):
        attachment.save()
    return attachment
