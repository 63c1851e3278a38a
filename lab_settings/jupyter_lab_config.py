"""How the workbook starts JupyterLab: at the first notebook, without questions about news and updates.

Used by `jupyter lab --config lab_settings/jupyter_lab_config.py`; nothing outside this folder is changed.
"""

import os
from pathlib import Path

c = get_config()  # noqa: F821  (given by JupyterLab)

HERE = Path(__file__).resolve().parent

c.ServerApp.root_dir = str(HERE.parent)
c.LabApp.default_url = "/lab/tree/notebooks/00_start_here.ipynb"
c.LabApp.app_settings_dir = str(HERE)  # overrides.json

# In a container one is often root, and there JupyterLab would refuse to start.
c.ServerApp.allow_root = hasattr(os, "geteuid") and os.geteuid() == 0
