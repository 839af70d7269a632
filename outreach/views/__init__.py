"""Views: read through visible_to and render, or clean a form, call one action and redirect."""
