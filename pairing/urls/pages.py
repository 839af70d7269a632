"""Addresses of pages whose name is that of their view."""

from django.urls import path


def page(address, view):
    """The address of a view, named like it."""
    return path(address, view, name=view.__name__)
