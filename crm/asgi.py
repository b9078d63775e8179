"""The site as the web server runs it: an ASGI application in front of the WSGI one."""

import os

# A page says within two seconds that the database does not answer.
os.environ.setdefault("DATABASE_WAIT_SECONDS", "1.5")

from crm.wsgi import application as site  # reads the environment

from crm.web.wsgi_bridge import WsgiBridge  # isort: skip  # its limits need the apps, which the line above loads

application = WsgiBridge(site)
