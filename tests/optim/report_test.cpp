// SPDX-License-Identifier: Apache-2.0
#include "report/thumbnail.h"
#include "support/file_bytes.h"
#include "support/json.h"
#include "support/temp_dir.h"

#include <fovea/core/system_info.h>
#include <fovea/optim/run_environment.h>
#include <fovea/optim/run_report.h>

#include <catch2/catch.hpp>

#include <regex>

using Catch::Contains;
using fovea::Evaluation;
using fovea::Model;
using fovea::ReportContent;
using fovea::RunFolder;
using fovea::test::TempDir;

namespace {

const std::string kEvil = "<script>alert(1)</script>";

Model small_model() {
  const std::string graph = R"({"input": [1, 4, 4], "layers": [
    {"name": "conv1", "type": "conv2d", "out_channels": 2, "kernel_size": 3}, {"type": "flatten"},
    {"name": "fc", "type": "linear", "out_features": 6}]})";
  return {fovea::Net::from_config(fovea::Config::parse(graph), 1), {graph, {}, {kEvil, "b"}}};
}

ReportContent full_content() {
  ReportContent content;
  content.title = "run \"" + kEvil + "\"";
  content.model = "best.safetensors";
  content.data = "the validation data";
  Evaluation evaluation{{}, fovea::ConfusionMatrix(6), {}, 0.5};
  evaluation.metrics = {4, 3, 4, 2.0};
  for (const auto& [truth, predicted] : {std::pair{0, 0}, {0, 0}, {1, 1}, {1, 0}})
    evaluation.confusion.add(truth, predicted);
  fovea::WrongAnswer wrong;
  wrong.sample = 1234;
  wrong.truth = 1;
  wrong.probability_of_predicted = 0.875f;
  wrong.picture.resize(4, 4, 1);
  evaluation.worst = {wrong};
  content.evaluation = evaluation;
  content.history.steps = {{1, 1, {2.5, 0.25, 0.5}, 0.01}, {2, 1, {1.5, 0.5, 0.75}, 0.01}};
  content.history.epochs = {{1, 2, {2, 0.5, 0.75}, fovea::RunHistory::Score{1.75, 0.625, 0.9}}};
  content.history.speeds = {{1, 12, 345.6, 0.01}};
  content.history.communication = {{1, 4, 2, 5000000, {{3, 0.84}}}};
  content.config = R"({"name": ")" + kEvil + R"(", "seed": 1})";
  content.environment = R"({"version": "0.1.0", "data": {"train": {"samples": 40}},
    "earlier": [{"version": "0.0.9"}, {}]})";
  return content;
}

}  // namespace

TEST_CASE("a report tells all, and whatever a name says is text in it") {
  const std::string html = report_html(small_model(), full_content());
  for (const char* text :
       {"75.00%", "62.5%, after epoch 1", "conv1", "sample 1,234", "87.5%", "346", "2.5 MB",
        "each of 4 ranks", "25.0%", "7.0%", "data.train.samples", "&lt;script&gt;",
        "Confusion matrix", "Most frequent confusions", "Worst errors", "Config"})
    CHECK_THAT(html, Contains(text));
  CHECK(html.find("<script") == std::string::npos);
  CHECK_THAT(html, Contains("<td>earlier</td><td>2</td>") && !Contains("0.0.9"));
}

TEST_CASE("a report refers to nothing outside of itself") {
  const std::string html = report_html(small_model(), full_content());
  const std::regex reference(R"((?:src|href|url)\s*[=(]\s*["']?([^"')>]{0,16}))");
  int references = 0;
  for (auto it = std::sregex_iterator(html.begin(), html.end(), reference);
       it != std::sregex_iterator(); ++it, ++references)
    CHECK((*it)[1].str() == "data:image/png;b");
  CHECK(references == 2);  // filters and one thumbnail
  CHECK(html.find("@import") == std::string::npos);
}

TEST_CASE("a class has its row: precision, recall, F1, support") {
  const std::string html = report_html(small_model(), full_content());
  CHECK_THAT(html, Contains("<td>b</td><td class=\"n\">100.0%</td><td class=\"n\">50.0%</td>"
                            "<td class=\"n\">66.7%</td><td class=\"n\">2</td>"));
  CHECK(html.find("<td>5</td>") == std::string::npos);  // an output that no class uses
}

TEST_CASE("a report of a model alone has what is known, and no empty parts") {
  ReportContent content;
  content.title = "model";
  const std::string html = report_html(small_model(), content);
  CHECK_THAT(html, Contains("Net</h2>") && Contains("Filters of conv1"));
  for (const char* part : {"Training</h2>", "Speed</h2>", "Environment</h2>", "Config</h2>"})
    CHECK(html.find(part) == std::string::npos);
}

TEST_CASE("thumbnails are means of squares") {
  fovea::Image image;
  image.resize(5, 4, 1);
  for (size_t i = 0; i < image.pixels.size(); i++) image.pixels[i] = static_cast<uint8_t>(i);
  CHECK(fovea::detail::thumbnail(image, 5).pixels == image.pixels);
  const fovea::Image small = fovea::detail::thumbnail(image, 3);
  CHECK(small.height == 3);
  CHECK(small.width == 2);
  CHECK(small.pixels == std::vector<uint8_t>{3, 5, 11, 13, 17, 19});
}

TEST_CASE("env.json tells of this run, and of its earlier parts") {
  const TempDir dir;
  const RunFolder folder = RunFolder::create_at(dir.file("run"), false);
  const fovea::Context ctx({.threads = 2});
  const std::string now = describe_environment(ctx, nullptr, nullptr);
  const auto read = [&] {
    return fovea::test::parse_json(fovea::test::file_bytes(folder.environment()));
  };
  write_environment(folder, now, 0);
  CHECK(read()["from_step"] == 0);
  CHECK(read()["version"] == fovea::version());
  CHECK(read()["threads"] == 2);
  CHECK(read()["command"].size() >= 1);
  CHECK_FALSE(read().contains("earlier"));
  write_environment(folder, now, 8);
  write_environment(folder, now, 16);
  CHECK(read()["from_step"] == 16);
  REQUIRE(read()["earlier"].size() == 2);
  CHECK(read()["earlier"][1]["from_step"] == 8);
  write_environment(folder, now, 0);
  CHECK_FALSE(read().contains("earlier"));
}
