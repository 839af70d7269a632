"""Addresses of pages whose name is that of their view."""

from django.urls import path


def page(address, view):
    """Return a path to a view, named like the view."""
    return path(address, view, name=view.__name__)
