DROP TABLE "pictures";
