"""Environment of the tests: the local stage, with throw-away keys."""

import base64

# Rate limits by address are high in this stage.
ENVIRONMENT = {
    "STAGE": "local",
    "JWT_KEYS": "test-1:" + "a-signing-key-for-tests-only-" * 2,
    "API_KEY_ENCRYPTION_KEYS": base64.urlsafe_b64encode(b"an-encryption-key-for-tests-only"[:32]).decode(),
    "OBJECT_STORE": "cos",
    "OBJECT_STORE_BUCKET": "images-1250000000",
    # The emulator has one bucket.
    "SITE_BUCKET": "images-1250000000",
    "OBJECT_STORE_REGION": "ap-guangzhou",
    "OBJECT_STORE_ENDPOINT": "http://localhost:9000",
    "OBJECT_STORE_ACCESS_KEY_ID": "AKIDtests",
    "OBJECT_STORE_SECRET_ACCESS_KEY": "a-secret-for-tests-only",
    "DATABASE_POOL_SIZE": "10",
    # A database that a test stops is reported at once.
    "DATABASE_WAKE_SECONDS": "0",
    "SITE_URL": "http://localhost:5173",
    "LOG_LEVEL": "INFO",
    # bcrypt's minimum cost, for speed; production's cost has its own test.
    "PASSWORD_HASH_COST": "4",
    # A window that ends within a test would restart its counts.
    "FAILED_LOGIN_WINDOW_SECONDS": "86400",
    # Short times, to keep tests fast; a busy machine may be late with several heartbeats.
    "STALE_SECONDS": "3",
    "HEARTBEAT_SECONDS": "0.4",
    "STOP_POLL_SECONDS": "0.05",
}
