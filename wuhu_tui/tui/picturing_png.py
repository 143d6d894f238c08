"""A drawing as pixels, by a renderer that is an extra: who wants SVG alone does not need it."""

from __future__ import annotations

from wuhu_tui.model.errors import NotPossible

SCALE = 1.0


def png_of(svg: str, *, scale: float = SCALE) -> bytes:
    """The drawing as a PNG.

    Raises:
        NotPossible: the renderer is not installed, or cannot draw this.
    """
    try:
        import resvg_py
    except ImportError as error:
        raise NotPossible(
            "PNG needs a renderer that is not installed",
            remedy="pip install 'wuhu-tui[png]', or take the SVG: --svg",
        ) from error
    try:
        return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=scale))
    except (ValueError, RuntimeError) as error:
        raise NotPossible(f"the picture cannot be drawn as PNG: {error}") from error
