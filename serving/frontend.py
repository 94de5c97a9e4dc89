"""What a browser loads: the chat page at /, the widget's script, and the demo shop."""

from __future__ import annotations

import re
from pathlib import Path

import gradio as gr
from fastapi import FastAPI
from fastapi.responses import FileResponse, Response

from serving.page import RunTurn, build_page, theme
from serving.scripts import PAGE_STYLES, WIDGET, WIDGET_STYLES, joined, widget_script
from serving.services import Services
from serving.settings import Settings

IMAGES = Path(__file__).parent.parent / "demo" / "images"
PAGE_HEAD = '<meta name="color-scheme" content="light dark"><link rel="stylesheet" href="/page.css">'
FRESH = {"Cache-Control": "no-cache"}
SHOP_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: https:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)
IMAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
NO_IMAGE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 180"><g fill="#8a938e" opacity=".45">'
    '<circle cx="98" cy="70" r="15"/><circle cx="142" cy="70" r="15"/><circle cx="120" cy="110" r="15"/></g></svg>'
)


def mount_frontend(app: FastAPI, services: Services, settings: Settings, *, run_turn: RunTurn) -> None:
    """Serve /widget.js, /widget.css, /shop with its pictures, and the chat page at /.

    The page takes every path that no other route has, so this comes after the API's routes.

    Args:
        run_turn: answers a question and stores the turn, as for the API: ``app.state.turns.run``.
    """
    add_widget(app)
    add_shop(app)
    add_page_style(app)
    gr.mount_gradio_app(
        app,
        build_page(services, settings, run_turn=run_turn),
        path="/",
        theme=theme(),
        head=PAGE_HEAD,
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
    )


def add_widget(app: FastAPI) -> None:
    """The widget's script and style, each joined from its parts."""

    async def script() -> Response:
        return text(widget_script(), "text/javascript")

    async def style() -> Response:
        return text(joined(WIDGET_STYLES), "text/css")

    app.add_api_route("/widget.js", script, include_in_schema=False)
    app.add_api_route("/widget.css", style, include_in_schema=False)


def add_page_style(app: FastAPI) -> None:
    """The chat page's style as a file of its own: Gradio rewrites a style that it is given, and loses parts of it."""

    async def style() -> Response:
        return text(joined(PAGE_STYLES), "text/css")

    app.add_api_route("/page.css", style, include_in_schema=False)


def add_shop(app: FastAPI) -> None:
    """The demo shop page, its two files, and the drawings of the demo items."""

    async def shop() -> Response:
        return FileResponse(WIDGET / "shop.html", headers={"Content-Security-Policy": SHOP_POLICY, **FRESH})

    async def shop_script() -> Response:
        return FileResponse(WIDGET / "shop.js", headers=FRESH)

    async def shop_style() -> Response:
        return FileResponse(WIDGET / "shop.css", headers=FRESH)

    async def image(name: str) -> Response:
        headers = {"Content-Security-Policy": IMAGE_POLICY, "Cache-Control": "max-age=3600"}
        path = IMAGES / name
        if re.fullmatch(r"[a-z0-9-]+\.svg", name) and path.is_file():
            return FileResponse(path, media_type="image/svg+xml", headers=headers)
        return Response(NO_IMAGE, media_type="image/svg+xml", headers={**headers, "Cache-Control": "no-cache"})

    app.add_api_route("/shop", shop, include_in_schema=False)
    app.add_api_route("/shop/shop.js", shop_script, include_in_schema=False)
    app.add_api_route("/shop/shop.css", shop_style, include_in_schema=False)
    app.add_api_route("/shop/images/{name}", image, include_in_schema=False)


def text(content: str, media_type: str) -> Response:
    return Response(content, media_type=media_type, headers=FRESH)
