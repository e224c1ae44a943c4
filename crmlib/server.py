"""The server behind a lesson: JupyterLab's own, started without what costs time, and answering a slider at once."""

from __future__ import annotations

import sys
from typing import Any

from crmlib import toml
from crmlib.language import MESSAGES

# jsonschema would build whole grammars only to look at addresses in notebooks: most of what a start costs.
sys.modules.setdefault("rfc3987_syntax", None)
# A command line, with colours, for a library of which the server only wants the requests.
sys.modules.setdefault("httpx._main", None)

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection  # noqa: E402


class PromptConnection(ZMQChannelsWebsocketConnection):
    """The server's own connection to a kernel, with Nagle's algorithm switched off.

    A web socket as the server opens it holds a small message back until the browser has acknowledged the one before.
    A step of an explorer is such a pair of messages, and the wait is as long as all the rest of the step.
    """

    def connect(self):
        self.websocket_handler.set_nodelay(True)
        return super().connect()


def words_of_lab() -> dict[str, list[str]]:
    """JupyterLab's words that its Chinese language pack lacks, each with ours, as a language pack has them."""
    texts = toml.read(MESSAGES / "lab.toml")
    return {text["en"]: [text["zh"]] for text in texts.values()}


def complete_chinese() -> None:
    """Have the server add these words to the Chinese language pack that it gives to the page."""
    from jupyterlab_server import translations_handler as handler

    translations_handler: Any = handler

    packed = translations_handler.get_language_pack

    def with_ours(locale: str):
        packs, said = packed(locale)
        if locale == "zh_CN" and "jupyterlab" in packs:
            packs["jupyterlab"] = {**words_of_lab(), **packs["jupyterlab"]}
        return packs, said

    translations_handler.get_language_pack = with_ours


def ask_no_yarn() -> None:
    """JupyterLab asks node, where there is one, for settings of a build that never takes place: half a second of every start."""
    from jupyterlab import commands

    commands._yarn_config = lambda logger: {"yarn config": {}, "npm config": {}}


if __name__ == "__main__":
    ask_no_yarn()
    from jupyterlab.labapp import LabApp

    complete_chinese()
    LabApp.launch_instance()
