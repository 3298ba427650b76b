"""Certificates for machines: Open Badges 3.0 credentials, signed at issue and frozen with the certificate."""

from certificates.credentials.making import JWT_TEMPLATE, LD_TEMPLATE, forms

__all__ = ["JWT_TEMPLATE", "LD_TEMPLATE", "forms"]
