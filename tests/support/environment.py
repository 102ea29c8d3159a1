"""The settings that tests run with: the local stage, with keys that are nobody's."""

import base64

# Attempts per address are loose in this stage.
ENVIRONMENT = {
    "STAGE": "local",
    "JWT_KEYS": "test-1:" + "a-signing-key-for-tests-only-" * 2,
    "API_KEY_ENCRYPTION_KEYS": base64.urlsafe_b64encode(b"an-encryption-key-for-tests-only"[:32]).decode(),
    "OBJECT_STORE": "cos",
    "OBJECT_STORE_BUCKET": "images-1250000000",
    "OBJECT_STORE_REGION": "ap-guangzhou",
    "OBJECT_STORE_ENDPOINT": "http://localhost:9000",
    "OBJECT_STORE_ACCESS_KEY_ID": "AKIDtests",
    "OBJECT_STORE_SECRET_ACCESS_KEY": "a-secret-for-tests-only",
    "DATABASE_POOL_SIZE": "10",
    "LOG_LEVEL": "INFO",
    # bcrypt at its quickest: most tests only need an account. What production does is tested by itself.
    "PASSWORD_HASH_COST": "4",
    # Short, so that a test of waiting does not wait long. The proportions are those of production.
    "STALE_SECONDS": "1.5",
    "HEARTBEAT_SECONDS": "0.4",
    "STOP_POLL_SECONDS": "0.05",
}
