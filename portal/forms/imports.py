"""Forms of imports: the upload, then questions about the workbook's sheets, headings and words."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.forms.fields import text, upload
from portal.imports import cells, files, workbook
from portal.pages.forms import ReaderForm, choice_field, ticks_field

# Stands for an empty cell among the meanings of a word.
NOTHING = "-"


def _with_looks(fields):
    """Style fields that their tables draw without the field template."""
    for field in fields.values():
        is_select = isinstance(field.widget, forms.Select)
        field.widget.attrs["class"] = "form-select" if is_select else "form-control"


class ImportForm(ReaderForm):
    file = upload(
        _("Workbook"),
        ",".join(files.SUFFIXES),
        _("A workbook (.xlsx, also .xls or .csv) of at most 200,000 rows in all its sheets."),
    )
    reason = text(
        _("Reason for entering it later"),
        200,
        _("Stored with every row, for example: ledger of 2024 imported."),
    )
    document = text(_("Document number"), 60, required=False)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_MAX_BYTES:
            limit, words = (
                settings.IMPORT_MAX_BYTES // 2**20,
                _("“%(name)s” is larger than %(limit)s MB."),
            )
            raise ValidationError(words % {"name": file.name, "limit": limit})
        return file

    def clean(self):
        cleaned = super().clean()
        if "file" in cleaned:
            cleaned["name"] = cleaned["file"].name
        return cleaned


class SheetsForm(ReaderForm):
    """Asks which sheets to import, among those that have rows, by position in the workbook."""

    def __init__(self, *args, sheets, **kwargs):
        super().__init__(*args, **kwargs)
        self.sheets = sheets
        offered = [
            (str(place), _("%(sheet)s (%(n)s rows)") % {"sheet": one["name"], "n": one["rows"]})
            for place, one in enumerate(sheets)
            if one["headings"]
        ]
        missing = _("Choose at least one sheet with rows.")
        self.fields["sheets"] = ticks_field(_("Sheets to take over"), offered, missing=missing)
        self.initial["sheets"] = [str(p) for p, one in enumerate(sheets) if one["chosen"]]

    def clean(self):
        cleaned = super().clean()
        names = {self.sheets[int(place)]["name"] for place in cleaned.get("sheets", ())}
        return {"names": names}


class HeadingsForm(ReaderForm):
    """Asks what each column of the workbook means, from left to right, once for all sheets with the
    same headings. `groups` are dicts with fingerprint, headings, letters, mapping, guess."""

    def __init__(self, *args, kind, groups, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind, self.groups = kind, groups
        ours = [
            (column.name, f"{column.shown}{' *' if column.required else ''}")
            for column in kind.columns
            if not column.is_left_out
        ]
        choices = [("", _("not taken over")), *ours]
        for number, group in enumerate(groups):
            meant = {place: name for name, place in group["mapping"].items()}
            likely = {place: name for name, place in group["guess"].items()}
            for place, heading in enumerate(group["headings"]):
                if not heading or workbook.is_never_taken(heading):
                    continue
                self.fields[f"c{number}_{place}"] = choice_field(
                    heading,
                    choices,
                    required=False,
                    initial=meant.get(place) or likely.get(place, ""),
                )

        _with_looks(self.fields)

    def places(self, number):
        """[(letter, heading, bound field or None, samples, is a guess)] of a group."""
        group = self.groups[number]
        for place, heading in enumerate(group["headings"]):
            if heading:
                name = f"c{number}_{place}"
                field = self[name] if name in self.fields else None
                is_guess = place in group["guess"].values()
                yield group["letters"][place], heading, field, group["samples"][place], is_guess

    def clean(self):
        cleaned = super().clean()
        mappings = {}
        for number, group in enumerate(self.groups):
            mapping = {}
            for place in range(len(group["headings"])):
                name = f"c{number}_{place}"
                if not (column := cleaned.get(name)):
                    continue
                if column in mapping:
                    words = _("“%(other)s” is matched with this column already.")
                    other = group["headings"][mapping[column]]
                    self.add_error(name, words % {"other": other})
                    continue
                mapping[column] = place
                for problem in workbook.unfit(
                    self.kind, group["headings"], {column: place}
                ).values():
                    self.add_error(name, problem)
            if lacking := workbook.missing(self.kind, mapping):
                words = _("Say which column holds: %(columns)s.")
                names = "、".join(column.shown for column in lacking)
                self.add_error(None, words % {"columns": names})
            mappings[group["fingerprint"]] = mapping
        return {"mappings": mappings}


class ValuesForm(ReaderForm):
    """Asks, once each, what the words of the workbook mean that we do not know."""

    def __init__(self, *args, kind, asked, **kwargs):
        super().__init__(*args, **kwargs)
        self.asked = asked
        for number, one in enumerate(asked):
            column = kind.column(one["column"])
            name, label = f"v{number}", f"{column.shown} {one['said']}"
            if column.choices:
                self.fields[name] = self._choice(column, one, label)
                continue
            offered = one["offered"]
            likely = offered[0] if one.get("sure") else ""
            self.fields[name] = forms.CharField(
                label=label,
                max_length=120,
                required=False,
                initial=one.get("means") or likely,
                widget=forms.TextInput({"list": f"near{number}"} if offered else {}),
            )

        _with_looks(self.fields)

    def _choice(self, column, one, label):
        labels = {str(code): word for word, code in column.choices().items()}
        # Offer only the words of the rows' places, where these have their own.
        kept = [*one["codes"], one.get("means")] if one.get("codes") else labels
        labels = {code: labels[code] for code in kept if code in labels}
        choices = [("", _("not known; its rows are left out")), *labels.items()]
        if not column.required:
            choices.append((NOTHING, _("leave the cell empty")))
        likely = max(labels, key=lambda code: cells.alike(labels[code], one["said"]))
        if cells.alike(labels[likely], one["said"]) < cells.ALIKE:
            likely = ""
        initial = one.get("means", likely)
        return choice_field(label, choices, required=False, initial=initial)

    def lines(self):
        """Return [(word of the workbook, bound field)]."""
        return [(one, self[f"v{number}"]) for number, one in enumerate(self.asked)]

    def clean(self):
        cleaned = super().clean()
        meanings = {}
        for number, one in enumerate(self.asked):
            means = cleaned.get(f"v{number}", "")
            meanings[one["column"], one["said"]] = {"": None, NOTHING: ""}.get(means, means)
        return {"meanings": meanings}
