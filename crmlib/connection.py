"""How JupyterLab answers a slider at once: the connection to the kernel sends every message without waiting.

A web socket as the server opens it holds a small message back until the browser has acknowledged the one before (Nagle's
algorithm). A step of an explorer is such a pair of messages, and the wait is as long as all the rest of the step.
"""

from __future__ import annotations

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """The server's own connection to a kernel, with Nagle's algorithm switched off."""

    def connect(self):
        self.websocket_handler.set_nodelay(True)
        return super().connect()
