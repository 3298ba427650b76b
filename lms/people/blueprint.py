"""The one blueprint of this package's pages; the page modules add their views to it."""

from flask import Blueprint

blueprint = Blueprint("people", __name__)
