DROP TABLE "orders";
DROP TABLE "comments";
DROP TABLE "posts";
DROP TABLE "products";
DROP TABLE "users";
