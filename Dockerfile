# Duijie in a container: web server or runner, on an ordinary PostgreSQL named by DATABASE_URL. See compose.yaml.

FROM python:3.11-slim-bookworm AS build
WORKDIR /build
COPY requirements/ requirements/
# A mirror, where one is needed: docker build --build-arg PIP_INDEX_URL=…
ARG PIP_INDEX_URL
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/duijie/.venv \
 && if [ -z "$PIP_INDEX_URL" ]; then unset PIP_INDEX_URL; fi \
 && /opt/duijie/.venv/bin/pip install --require-hashes --only-binary=:all: -r requirements/runtime.txt

FROM python:3.11-slim-bookworm
LABEL org.opencontainers.image.title="Duijie" org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/duijie duijie
COPY --from=build /opt/duijie/.venv /opt/duijie/.venv
WORKDIR /opt/duijie
COPY pyproject.toml LICENSE ./
COPY alembic/ alembic/
COPY matching/ matching/
COPY app/ app/
ENV PATH=/opt/duijie/.venv/bin:$PATH \
    PYTHONPATH=/opt/duijie \
    PYTHONUNBUFFERED=1 \
    PYTHONUTF8=1 \
    NUMBA_CACHE_DIR=/var/lib/duijie/numba \
    DUIJIE_DATA_DIR=/var/lib/duijie/data \
    DUIJIE_HOST=0.0.0.0 \
    DUIJIE_LOG_JSON=true
USER duijie
# Compiled once here instead of at the first match of every container.
RUN mkdir -p /var/lib/duijie/data "$NUMBA_CACHE_DIR" \
 && python -c "import matching.topk as kernel; kernel.warm_up()"
VOLUME /var/lib/duijie/data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["python", "-m", "app.serving", "web"]
