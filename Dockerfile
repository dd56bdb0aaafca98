# One image for every part of Antiphon: `antiphon serve` (the default), `migrate`, the action server, the demo.
# Three stages: the front end, the Python environment, and what runs. The last holds no compiler, no Node, no pip cache.

FROM node:20-slim AS web
WORKDIR /src/widget
COPY widget/package.json widget/package-lock.json widget/.npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY widget ./
RUN ANTIPHON_STATIC=/static npm run build

FROM python:3.11-slim AS environment
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/antiphon
WORKDIR /src
COPY locks/run.lock locks/
RUN /opt/antiphon/bin/pip install --require-hashes --no-deps -r locks/run.lock
COPY pyproject.toml README.md LICENSE ./
COPY server server
COPY bot bot
COPY --from=web /static server/antiphon/web/static
RUN /opt/antiphon/bin/pip install --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin antiphon \
    && install -d -o antiphon -g antiphon /data
COPY --from=environment /opt/antiphon /opt/antiphon
# The root file system may be read-only: everything Antiphon writes is under /data.
ENV PATH=/opt/antiphon/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    ANTIPHON_HOST=0.0.0.0 ANTIPHON_PORT=8080 ANTIPHON_DATABASE_URL=sqlite:////data/antiphon.db ANTIPHON_LOG=json
USER antiphon
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=2)"]
ENTRYPOINT ["antiphon"]
CMD ["serve"]
