DROP TABLE "api_keys";
DROP TABLE "auth_sessions";
DROP TABLE "auth_families";
DROP TABLE "auth_epochs";
