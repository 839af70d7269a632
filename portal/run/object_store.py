"""The settings of an object store that speaks S3: MinIO, Ceph, that of a government cloud."""

# Give up on an unreachable store after so many seconds: somebody waits for the page.
CONNECT_SECONDS, READ_SECONDS, TRIES = 5, 30, 3
# A file that is read is held in memory up to here, then on disk.
IN_MEMORY = 4 * 1024 * 1024


def storage(bucket, text):
    """Return a Django STORAGES entry; `text(name, default)` reads the environment. Stored files
    have no public address: pages deliver them, with their own access rules."""
    # A large library that nodes without a store never load.
    from botocore.config import Config  # noqa: PLC0415

    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": text("S3_ENDPOINT"),
            "access_key": text("S3_ACCESS_KEY"),
            "secret_key": text("S3_SECRET_KEY"),
            "region_name": text("S3_REGION", "us-east-1"),
            "location": text("S3_PREFIX", "").strip("/"),
            "verify": text("S3_CA_FILE", "") or None,
            # Neither public nor readable by whoever has a link.
            "default_acl": "private",
            "querystring_auth": True,
            "file_overwrite": True,
            "max_memory_size": IN_MEMORY,
            "client_config": Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                retries={"max_attempts": TRIES, "mode": "standard"},
                # Stores other than Amazon's do not know the newer checksums.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        },
    }
