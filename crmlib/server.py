"""The server behind a lesson: JupyterLab's own, started without what costs time, and answering a slider at once."""

from __future__ import annotations

import sys

# jsonschema would build whole grammars only to look at addresses in notebooks: most of what a start costs.
sys.modules.setdefault("rfc3987_syntax", None)

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection  # noqa: E402


class PromptConnection(ZMQChannelsWebsocketConnection):
    """The server's own connection to a kernel, with Nagle's algorithm switched off.

    A web socket as the server opens it holds a small message back until the browser has acknowledged the one before.
    A step of an explorer is such a pair of messages, and the wait is as long as all the rest of the step.
    """

    def connect(self):
        self.websocket_handler.set_nodelay(True)
        return super().connect()


if __name__ == "__main__":
    from jupyterlab.labapp import LabApp

    LabApp.launch_instance()
