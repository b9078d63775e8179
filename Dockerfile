# The site in one image: web and worker together (`serve`), or a worker alone (`docker run … manage.py work`).
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 VAR_DIR=/var/lib/crm
WORKDIR /srv/crm

COPY requirements.txt .
RUN pip install --no-cache-dir --disable-pip-version-check -r requirements.txt

COPY manage.py ./
COPY crm crm
COPY clusters clusters
COPY templates templates
COPY static static
COPY locale locale
RUN for po in locale/*/LC_MESSAGES/django.po; do pybabel --quiet compile -i "$po" -o "${po%.po}.mo"; done \
 && useradd --system --home-dir /srv/crm crm && install -d -o crm -g crm "$VAR_DIR"

USER crm
VOLUME ["/var/lib/crm"]
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["python"]
CMD ["manage.py", "serve", "--host", "0.0.0.0"]
