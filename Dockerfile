# Built nowhere yet: the project has no docker engine to build it with. Linted by eye and by the tests' own checks.
FROM python:3.11-slim AS build
WORKDIR /app
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY rag rag
COPY api api
RUN python -m venv /opt/quoth && /opt/quoth/bin/pip install --no-cache-dir -c constraints.txt .
# The models are compiled here, so that a container starts without work, without a network and without torch.
ENV QUOTH_CACHE=/opt/quoth-cache
COPY seeds seeds
RUN /opt/quoth/bin/quoth add --store /opt/quoth-store seeds
COPY requirements-slim.txt ./
RUN python -m venv --without-pip /opt/quoth-slim \
 && /opt/quoth/bin/pip --python /opt/quoth-slim install --no-cache-dir -c constraints.txt -r requirements-slim.txt \
 && /opt/quoth/bin/pip --python /opt/quoth-slim install --no-cache-dir --no-deps .

FROM python:3.11-slim
# What reads scanned pages; for other languages add their tesseract-ocr-CODE.
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends tesseract-ocr tesseract-ocr-osd \
    tesseract-ocr-ara tesseract-ocr-aze tesseract-ocr-chi-sim tesseract-ocr-deu tesseract-ocr-eng tesseract-ocr-fra \
    tesseract-ocr-rus tesseract-ocr-spa tesseract-ocr-tur \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 10001 quoth
COPY --from=build /opt/quoth-slim /opt/quoth-slim
COPY --from=build /opt/quoth-cache/compiled /opt/quoth-cache/compiled
COPY --from=build --chown=quoth:quoth /opt/quoth-store /data/vectorstore
ENV PATH=/opt/quoth-slim/bin:$PATH QUOTH_CACHE=/opt/quoth-cache QUOTH_STORE=/data/vectorstore QUOTH_HOST=0.0.0.0
USER quoth
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["quoth", "serve"]
