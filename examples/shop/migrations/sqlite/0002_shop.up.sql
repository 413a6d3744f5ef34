CREATE TABLE "users" (
    "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    "username" varchar NOT NULL UNIQUE,
    "email" varchar NOT NULL UNIQUE,
    "age" integer NOT NULL,
    "role" varchar NOT NULL,
    "password_hash" varchar NOT NULL,
    "banned" boolean NOT NULL,
    "created_at" timestamp_with_timezone_text NOT NULL,
    "updated_at" timestamp_with_timezone_text NOT NULL
);

CREATE TABLE "products" (
    "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    "name" varchar NOT NULL,
    "description" varchar NOT NULL,
    "price_cents" integer NOT NULL,
    "stock" integer NOT NULL CHECK ("stock" >= 0),
    "created_at" timestamp_with_timezone_text NOT NULL,
    "updated_at" timestamp_with_timezone_text NOT NULL
);

CREATE TABLE "posts" (
    "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    "author_id" integer NOT NULL,
    "title" varchar NOT NULL,
    "content" varchar NOT NULL,
    "created_at" timestamp_with_timezone_text NOT NULL,
    "updated_at" timestamp_with_timezone_text NOT NULL,
    FOREIGN KEY ("author_id") REFERENCES "users" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx-posts-author_id" ON "posts" ("author_id");

CREATE TABLE "comments" (
    "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    "post_id" integer NOT NULL,
    "author_id" integer NOT NULL,
    "comment" varchar NOT NULL,
    "created_at" timestamp_with_timezone_text NOT NULL,
    FOREIGN KEY ("post_id") REFERENCES "posts" ("id") ON DELETE CASCADE,
    FOREIGN KEY ("author_id") REFERENCES "users" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx-comments-post_id" ON "comments" ("post_id");
CREATE INDEX "idx-comments-author_id" ON "comments" ("author_id");

CREATE TABLE "orders" (
    "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    "user_id" integer,
    "product_id" integer NOT NULL,
    "quantity" integer NOT NULL,
    "price_cents" integer NOT NULL,
    "total_cents" integer NOT NULL,
    "created_at" timestamp_with_timezone_text NOT NULL,
    FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE SET NULL,
    FOREIGN KEY ("product_id") REFERENCES "products" ("id")
);
CREATE INDEX "idx-orders-user_id" ON "orders" ("user_id");
CREATE INDEX "idx-orders-product_id" ON "orders" ("product_id");
