"""How the workbook starts JupyterLab: at the first notebook, without questions about news, and with prompt answers.

Used by `jupyter lab --config lab_settings/jupyter_lab_config.py`; nothing outside this folder is changed.
"""

import os
from pathlib import Path

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

c = get_config()  # noqa: F821  (given by JupyterLab)

HERE = Path(__file__).resolve().parent

c.ServerApp.root_dir = str(HERE.parent)
c.LabApp.default_url = "/lab/tree/notebooks/00_start_here.ipynb"
c.LabApp.app_settings_dir = str(HERE)  # overrides.json

# In a container one is often root, and there JupyterLab would refuse to start.
c.ServerApp.allow_root = hasattr(os, "geteuid") and os.geteuid() == 0


class PromptConnection(ZMQChannelsWebsocketConnection):
    """Sends each message of a kernel at once. A slider's answer then takes 30 ms instead of 70.

    Otherwise the system holds a small message back until the browser has confirmed the one before, and a browser waits
    40 ms before it confirms a message to which it has nothing to say.
    """

    def connect(self):
        self.websocket_handler.set_nodelay(True)
        return super().connect()


c.ServerApp.kernel_websocket_connection_class = PromptConnection
