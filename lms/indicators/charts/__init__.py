"""Drawings of figures as plain geometry: percent across, pixels down. Templates turn them into SVG.

Text keeps its size at every width because nothing is scaled: places across are percent of the
drawing, heights are pixels. What ink can show (full, hatched, outlined) never rests on colour alone.
"""
