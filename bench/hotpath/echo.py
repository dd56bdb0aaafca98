"""The floor of floors: aiohttp echoes websocket frames.  python bench/hotpath/echo.py PORT"""

import sys

import uvloop
from aiohttp import WSMsgType, web


async def echo(request: web.Request) -> web.WebSocketResponse:
    ws = web.WebSocketResponse(compress=False)
    await ws.prepare(request)
    async for message in ws:
        if message.type is WSMsgType.TEXT:
            await ws.send_str(message.data)
    return ws


uvloop.install()
app = web.Application()
app.router.add_get("/socket.io/", echo)
web.run_app(app, port=int(sys.argv[1]), access_log=None, print=None)
