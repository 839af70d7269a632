"""The way to the page of an act: the list, the record, the act."""

from django.urls import reverse


def crumbs_under(listing, url_name, title):
    """crumbs(record, *labels) below a list; `title(record)` names the record, None is a start."""

    def crumbs(record, *labels):
        way = [(listing, reverse(url_name))]
        if record is not None:
            way.append((title(record), record.get_absolute_url() if labels else ""))
        return [*way, *[(label, "") for label in labels]]

    return crumbs
