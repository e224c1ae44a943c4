"""The connection behind the explorers: the server is told to send at once, before anything else happens on it."""

from types import SimpleNamespace


def test_messages_are_sent_at_once_from_the_first_one_on(monkeypatch):
    from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

    from crmlib.server import PromptConnection

    done = []
    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "connect", lambda self: done.append("connected"))
    handler = SimpleNamespace(set_nodelay=lambda value: done.append(("set_nodelay", value)))
    monkeypatch.setattr(PromptConnection, "websocket_handler", handler)
    PromptConnection.__new__(PromptConnection).connect()  # an instance that has no server, and needs none here
    assert done == [("set_nodelay", True), "connected"]


def test_the_server_takes_it_by_the_name_that_start_py_gives():
    from jupyter_server.serverapp import ServerApp

    from crmlib.server import PromptConnection

    server = ServerApp(kernel_websocket_connection_class="crmlib.server.PromptConnection")
    assert server.kernel_websocket_connection_class is PromptConnection
