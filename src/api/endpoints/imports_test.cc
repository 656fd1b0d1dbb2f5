#include "runtime/import_work.h"

#include "api/testing/fake_runtime.h"
#include "runtime/export_work.h"

namespace sojourn::api {
namespace {

class ImportsApi : public testing::ApiTest {
 protected:
  net::Response upload(std::string body, net::Method method = net::Method::post,
                       std::string_view path = "/api/v1/uploads", std::string query = {}) {
    return send(method, path,
                {.headers = {{"Authorization", "Bearer ak_api"}},
                 .body = std::move(body),
                 .query = std::move(query)});
  }
  std::string uploaded(std::string body) {
    const std::string id = at(upload(std::move(body)), "id");
    return id.substr(1, id.size() - 2);
  }
};

TEST_F(ImportsApi, UploadsComeInParts) {
  const std::string id = uploaded("id\n");
  const std::string path = "/api/v1/uploads/" + id;
  const net::Response second = upload("a\n", net::Method::put, path, "offset=3");
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(at(second, "bytes"), "5");
  EXPECT_EQ(at(get(path), "bytes"), "5");
  const net::Response repeated = upload("a\n", net::Method::put, path, "offset=3");
  EXPECT_EQ(repeated.status, 409);
  EXPECT_EQ(at(repeated, "limit"), "\"5\"");
  EXPECT_EQ(code_of(upload("a", net::Method::put, path)), "missing_field");
  EXPECT_EQ(code_of(upload("a", net::Method::put, "/api/v1/uploads/none", "offset=0")),
            "unknown_upload");
  EXPECT_EQ(send(net::Method::post, "/api/v1/uploads", {.body = "x"}).status, 401);
}

TEST_F(ImportsApi, APreviewAnswersHeadersRowsAndAGuess) {
  const std::string id = uploaded("Id;Mail\n1;a@example.com\n2;x\n");
  const net::Response preview = post("/api/v1/imports/preview", R"({"upload":")" + id + "\"}");
  EXPECT_EQ(preview.status, 200) << preview.body;
  EXPECT_EQ(at(preview, "separator"), "\";\"");
  EXPECT_EQ(at(preview, "headers"), R"(["Id","Mail"])");
  EXPECT_EQ(at(preview, "rows.0"), R"({"row":2,"cells":["1","a@example.com"]})");
  EXPECT_EQ(at(preview, "mapping.columns.1.as"), "\"email\"");
  EXPECT_EQ(at(preview, "problems.0.code"), "\"invalid_email\"");
  EXPECT_EQ(code_of(post("/api/v1/imports/preview", R"({"upload":"none"})")), "unknown_upload");
}

TEST_F(ImportsApi, AnImportIsAJobWithTheGuessWhereNoMappingIsGiven) {
  const std::string id = uploaded("Id,Plan\n1,gold\n");
  const net::Response job = post("/api/v1/imports", R"({"upload":")" + id + R"(","dryRun":true})");
  EXPECT_EQ(job.status, 202) << job.body;
  EXPECT_EQ(at(job, "kind"), "\"import\"");
  EXPECT_EQ(at(job, "state"), "\"queued\"");
  EXPECT_EQ(at(job, "parameters.dryRun"), "true");
  EXPECT_EQ(at(job, "parameters.mapping.columns.1.name"), "\"Plan\"");
}

TEST_F(ImportsApi, SaysWhatIsWrongBeforeAJobIsMade) {
  const std::string id = uploaded("Id,Plan\n1,gold\n");
  const auto refused = [&](const std::string& more) {
    return code_of(post("/api/v1/imports", R"({"upload":")" + id + "\"," + more + "}"));
  };
  EXPECT_EQ(refused(R"("mapping":{"columns":[{"column":"Plan","as":"attribute"}]})"),
            "unmapped_identity");
  EXPECT_EQ(refused(R"("mapping":{"columns":[{"column":"No","as":"userId"}]})"), "unknown_column");
  EXPECT_EQ(refused(R"("overwrite":"some")"), "unknown_value");
  EXPECT_EQ(refused(R"("timeZone":"Mars")"), "unknown_time_zone");
  EXPECT_EQ(refused(R"("consent":{"topic":"news"})"), "missing_field");
  EXPECT_EQ(refused(R"("list":"No Key")"), "invalid_key");
  EXPECT_EQ(refused(R"("dryrun":true)"), "unknown_member");
  EXPECT_EQ(at(get("/api/v1/jobs"), "items"), "[]");
}

TEST_F(ImportsApi, ExportsAreJobsWithAFileToDownload) {
  runtime_.jobs().add_kind("export",
                           std::make_unique<runtime::ExportWork>(runtime_, runtime_.transfers()));
  const net::Response job = post("/api/v1/exports", R"({"subject":"contacts"})");
  EXPECT_EQ(job.status, 202) << job.body;
  EXPECT_EQ(code_of(get("/api/v1/exports/1/file")), "unknown_file");
  while (runtime_.jobs().step()) {
  }
  const net::Response file = get("/api/v1/exports/1/file");
  EXPECT_EQ(file.status, 200) << file.body;
  EXPECT_EQ(file.static_body, "userId,anonymousId\r\n");
  EXPECT_EQ(file.headers.find("Content-Disposition"), "attachment; filename=\"contacts-1.csv\"");
  EXPECT_EQ(code_of(post("/api/v1/exports", R"({"subject":"contacts","segment":"none"})")),
            "unknown_segment");
  EXPECT_EQ(code_of(post("/api/v1/exports", R"({"subject":"events","segment":"none"})")),
            "wrong_member");
  EXPECT_EQ(code_of(get("/api/v1/imports/1/errors")), "unknown_file");
  EXPECT_EQ(code_of(post("/api/v1/imports/1/undo", "")), "not_undoable");
}

}  // namespace
}  // namespace sojourn::api
