-- What reroute keeps of sign-ins, sessions and API keys.

CREATE TABLE IF NOT EXISTS "auth_epochs" (
    "subject" varchar NOT NULL PRIMARY KEY,
    "epoch" integer NOT NULL
);

CREATE TABLE IF NOT EXISTS "auth_families" (
    "id" varchar NOT NULL PRIMARY KEY,
    "subject" varchar NOT NULL,
    "epoch" integer NOT NULL,
    "generation" integer NOT NULL,
    "expires_at" timestamp_with_timezone_text NOT NULL
);
CREATE INDEX IF NOT EXISTS "idx-auth_families-expires_at" ON "auth_families" ("expires_at");

CREATE TABLE IF NOT EXISTS "auth_sessions" (
    "digest" varchar NOT NULL PRIMARY KEY,
    "subject" varchar NOT NULL,
    "epoch" integer NOT NULL,
    "expires_at" timestamp_with_timezone_text NOT NULL,
    "seen_at" timestamp_with_timezone_text NOT NULL
);
CREATE INDEX IF NOT EXISTS "idx-auth_sessions-expires_at" ON "auth_sessions" ("expires_at");
CREATE INDEX IF NOT EXISTS "idx-auth_sessions-seen_at" ON "auth_sessions" ("seen_at");

CREATE TABLE IF NOT EXISTS "api_keys" (
    "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    "subject" varchar NOT NULL,
    "name" varchar NOT NULL,
    "prefix" varchar NOT NULL,
    "digest" varchar NOT NULL,
    "rate" varchar,
    "scopes" varchar,
    "created_at" timestamp_with_timezone_text NOT NULL,
    "expires_at" timestamp_with_timezone_text,
    "last_used_at" timestamp_with_timezone_text
);
CREATE INDEX IF NOT EXISTS "idx-api_keys-subject" ON "api_keys" ("subject");
CREATE INDEX IF NOT EXISTS "idx-api_keys-prefix" ON "api_keys" ("prefix");
