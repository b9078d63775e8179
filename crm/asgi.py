"""The site as the web server runs it: an ASGI application in front of the WSGI one."""

from crm.wsgi import application as site

from crm.web.front import BufferingFront  # isort: skip  # its limits need the apps, which the line above loads

application = BufferingFront(site)
