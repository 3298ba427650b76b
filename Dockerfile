# The service of compose.yaml. The lock is hashed; nothing else is fetched.
FROM python:3.12-slim
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/lop-hoc-so
COPY requirements/base.txt requirements/base.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/base.txt
COPY . .
RUN pip install --no-cache-dir --no-deps .
RUN useradd --create-home lms && mkdir /data /keys && chown lms /data /keys
USER lms
EXPOSE 8000
CMD ["lms", "serve"]
