CREATE TABLE "pictures" (
    "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    "product_id" integer NOT NULL UNIQUE,
    "content" varbinary_blob NOT NULL,
    "created_at" timestamp_with_timezone_text NOT NULL,
    "updated_at" timestamp_with_timezone_text NOT NULL,
    FOREIGN KEY ("product_id") REFERENCES "products" ("id") ON DELETE CASCADE
);
